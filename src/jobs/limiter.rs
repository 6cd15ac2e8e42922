//! The limiter of a job: how many requests may be in flight, and when the next may be sent.

use crate::base::error::{Code, Failure};
use crate::http::rate_limit::RateLimit;
use crate::jobs::token_bucket::TokenBucket;

/// The right to have one request in flight: the sequence number of its send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permit(f64);

/// The limiter.
#[derive(Debug)]
pub struct Limiter {
    concurrency: u32,
    in_flight: u32,
    bucket: TokenBucket,
    /// How many failures in a row concern every id, and their kind.
    alike: (u32, Option<(Code, Option<u16>)>),
    stopped: Option<Box<Failure>>,
}

impl Limiter {
    /// A limiter that permits so many requests at once.
    #[must_use]
    pub fn new(concurrency: u32) -> Self {
        Self {
            concurrency,
            in_flight: 0,
            bucket: TokenBucket::default(),
            alike: (0, None),
            stopped: None,
        }
    }

    /// How many requests are in flight.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// Until when nothing is sent, where that is later than now.
    #[must_use]
    pub fn paused_until(&self, now: f64) -> Option<f64> {
        self.bucket.paused_until(now)
    }

    /// Why nothing more is sent, where that is so.
    #[must_use]
    pub fn stopped(&self) -> Option<&Failure> {
        self.stopped.as_deref()
    }

    /// How long the next request has to wait; infinitely, until a response comes.
    #[must_use]
    pub fn wait(&self, now: f64) -> f64 {
        if self.in_flight >= self.concurrency {
            return f64::INFINITY;
        }
        self.bucket.wait(now, self.in_flight)
    }

    /// Records a send.
    pub fn take(&mut self, now: f64) -> Permit {
        self.in_flight += 1;
        Permit(self.bucket.sent(now))
    }

    /// Ends a permit: its request is no longer in flight.
    pub fn release(&mut self, permit: Permit) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.bucket.ended(permit.0);
    }

    /// Records an attempt that was not refused for the rate.
    pub fn responded(&mut self, now: f64, permit: Permit, limit: RateLimit) {
        self.bucket.responded(now, permit.0, limit);
        self.alike = (0, None);
    }

    /// Records a response that says nothing about the ids that follow.
    pub fn settled(&mut self, now: f64, permit: Permit, limit: RateLimit) {
        self.bucket.responded(now, permit.0, limit);
    }

    /// Records a refusal: nothing is sent before `until`.
    pub fn refused(&mut self, now: f64, limit: RateLimit, until: f64) {
        self.bucket.refused(now, limit, until);
        self.alike = (0, None);
    }

    /// Records a call that ended in a failure which concerns every id. Once every slot had the same,
    /// with no other response in between, nothing more is sent.
    pub fn concerns_all(&mut self, failure: &Failure) {
        let kind = Some((failure.code, failure.status));
        let (count, last) = self.alike;
        let count = if last == kind { count + 1 } else { 1 };
        self.alike = (count, kind);
        if count >= self.concurrency {
            self.stop(failure);
        }
    }

    /// Sends nothing more, because of this failure.
    pub fn stop(&mut self, failure: &Failure) {
        self.stopped
            .get_or_insert_with(|| Box::new(failure.clone()));
    }
}
