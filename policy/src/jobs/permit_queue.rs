//! The calls of a job that wait for a permit, and the limiter that grants it.

use crate::base::error::Failure;
use crate::call::events::RateSignal;
use crate::jobs::limiter::{Limiter, Permit};
use std::collections::VecDeque;

/// The longest wait for a permit, in milliseconds: a timer takes no more.
const LONGEST_WAIT_MS: f64 = 2_147_483_647.0;

/// The decision on the first call that waits.
#[derive(Debug)]
pub(super) enum Grant {
    /// The call with this number may send a request.
    Permit(u32, Permit),
    /// The call with this number may not send a request: the job has stopped because of this failure.
    Denial(u32, Box<Failure>),
    /// The driver must wake the queue after this number of milliseconds.
    Wake(u32),
}

/// A queue for the permits of a limiter. It knows calls by their numbers.
#[derive(Debug)]
pub(super) struct PermitQueue {
    limiter: Limiter,
    waiting: VecDeque<u32>,
    /// The time at which the driver wakes the queue.
    wake_at: Option<f64>,
}

impl PermitQueue {
    /// Creates the queue of a limiter that permits at most `concurrency` requests in flight.
    pub(super) fn new(concurrency: u32) -> Self {
        Self {
            limiter: Limiter::new(concurrency),
            waiting: VecDeque::new(),
            wake_at: None,
        }
    }

    pub(super) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// Stops the job with this failure: no further request is permitted.
    pub(super) fn stop(&mut self, failure: &Failure) {
        self.limiter.stop(failure);
    }

    /// Adds a call. A retry precedes calls that have not sent a request.
    pub(super) fn push(&mut self, number: u32, is_retry: bool) {
        if is_retry {
            self.waiting.push_front(number);
        } else {
            self.waiting.push_back(number);
        }
    }

    /// Returns the next grant; `None` if no call waits, or the limiter allows no request yet.
    pub(super) fn next_grant(&mut self, now: f64) -> Option<Grant> {
        let number = self.waiting.front().copied()?;
        if let Some(failure) = self.limiter.stop_reason() {
            let failure = Box::new(failure.clone());
            self.waiting.pop_front();
            return Some(Grant::Denial(number, failure));
        }
        let wait = self.limiter.wait(now);
        if wait > 0.0 {
            return self.wake_in(wait, now).map(Grant::Wake);
        }
        self.waiting.pop_front();
        Some(Grant::Permit(number, self.limiter.acquire(now)))
    }

    /// Records that the time of [`Grant::Wake`] has come.
    pub(super) fn woke(&mut self) {
        self.wake_at = None;
    }

    /// Reports the end of an attempt to the limiter, and releases its permit.
    pub(super) fn end_attempt(
        &mut self,
        now: f64,
        permit: Option<Permit>,
        signal: Option<RateSignal>,
        failure: Option<&Failure>,
    ) {
        match (signal, permit) {
            (Some(RateSignal::Responded(limit)), Some(permit)) => {
                self.limiter.on_response(now, permit, limit);
            }
            (Some(RateSignal::Refused { limit, until, stop }), Some(permit)) => {
                self.limiter.on_refusal(now, permit, limit, until, failure);
                if let (true, Some(failure)) = (stop, failure) {
                    self.limiter.stop(failure);
                }
            }
            (Some(RateSignal::LastRefusal), _) => self.limiter.on_last_refusal(now, failure),
            (Some(RateSignal::Fault), _) => self.limiter.on_fault(now),
            _ => {}
        }
        if let Some(permit) = permit {
            self.release(permit);
        }
    }

    /// Takes back a permit.
    pub(super) fn release(&mut self, permit: Permit) {
        self.limiter.release(permit);
    }

    /// Returns the milliseconds for a timer; `None` if an earlier timer runs, or a response ends the wait.
    fn wake_in(&mut self, wait: f64, now: f64) -> Option<u32> {
        let at = now + wait;
        if !wait.is_finite() || self.wake_at.is_some_and(|earlier| earlier <= at) {
            return None;
        }
        self.wake_at = Some(at);
        // Rounded up, and at most the longest time of a timer.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let ms = wait.ceil().min(LONGEST_WAIT_MS) as u32;
        Some(ms)
    }
}
