//! How a job grants the permits of its limiter, and ends them.

use crate::call::events::{Attempt, Event, RateSignal};
use crate::http::response::Content;
use crate::jobs::actions::{JobAction, LIST_CALL};
use crate::jobs::job::Job;
use crate::jobs::limiter::Permit;

/// The longest wait for a permit at once, in milliseconds: a timer takes no more.
const LONGEST_WAIT_MS: f64 = 2_147_483_647.0;

impl<C: Content> Job<C> {
    /// Reports an attempt to the limiter, and ends its permit.
    pub(crate) fn signal(
        &mut self,
        now: f64,
        permit: Option<Permit>,
        signal: Option<RateSignal>,
        attempt: Option<&Attempt>,
    ) {
        let failure = attempt.and_then(|attempt| attempt.error.as_deref());
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
            (Some(RateSignal::ConcernsAll(limit)), permit) => {
                if let (Some(limit), Some(permit)) = (limit, permit) {
                    self.limiter.on_neutral_response(now, permit, limit);
                }
                if let Some(failure) = failure {
                    self.limiter.on_shared_failure(now, failure);
                }
            }
            (Some(RateSignal::Fault), _) => self.limiter.on_fault(now, failure),
            _ => {}
        }
        if let Some(permit) = permit {
            self.limiter.release(permit);
        }
    }

    /// Grants permits in turn, as far as the limiter allows.
    pub(crate) fn grant(&mut self, now: f64, random: f64) {
        while let Some(number) = self.waiting.front().copied() {
            if let Some(failure) = self.limiter.stop_reason() {
                let denied = Event::Denied(Box::new(failure.clone()));
                self.waiting.pop_front();
                self.deny(number, denied, now, random);
                continue;
            }
            let wait = self.limiter.wait(now);
            if wait > 0.0 {
                self.wake_in(wait, now);
                return;
            }
            self.waiting.pop_front();
            let permit = self.limiter.acquire(now);
            if number == LIST_CALL {
                self.list_permit = Some(permit);
            } else if let Some(work) = self.work.get_mut(number) {
                work.permit = Some(permit);
            }
            self.call(number, Event::Permitted, now, random);
        }
    }

    /// Ends a call that waits for a permit, because the job has stopped.
    fn deny(&mut self, number: u32, denied: Event<C>, now: f64, random: f64) {
        if number == LIST_CALL {
            self.pulling = false;
            return;
        }
        // An id that was sent does not count as unsent: it may have worked.
        let was_sent = self.work.get_mut(number).map(|work| work.call.was_sent());
        if was_sent == Some(false) {
            self.work.remove(number);
            self.report.unsent += 1;
        } else {
            self.call(number, denied, now, random);
        }
    }

    fn wake_in(&mut self, wait: f64, now: f64) {
        let at = now + wait;
        // A timer that ends early finds out how long there is still to wait.
        if !wait.is_finite() || self.wake_at.is_some_and(|earlier| earlier <= at) {
            return;
        }
        self.wake_at = Some(at);
        // Rounded up, and within the longest time of a timer.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let ms = wait.ceil().min(LONGEST_WAIT_MS) as u32;
        self.actions.push_back(JobAction::Wake(ms));
    }
}
