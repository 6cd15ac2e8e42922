//! The limiter of a job: decides how many requests may be in flight, and when the next may be sent.

use crate::base::error::Failure;
use crate::http::rate_limit::RateLimit;
use crate::jobs::api_bucket::ApiBucket;
use crate::jobs::rate_estimator::RateEstimator;

/// The number of consecutive refusals and faults after which all requests pause.
const SPELL: u32 = 8;
/// The first such pause, in milliseconds; it doubles each time.
const SHORTEST_PAUSE_MS: f64 = 50.0;
/// The longest such pause, in milliseconds.
const LONGEST_PAUSE_MS: f64 = 2_000.0;
/// The number of milliseconds of refusals alone after which the job stops, although it waits for each.
const LONGEST_SPELL_MS: f64 = 60_000.0;

/// The right to have one request in flight: the sequence number of its send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Permit(f64);

/// The limiter of a job. Times are milliseconds.
#[derive(Debug)]
pub(crate) struct Limiter {
    concurrency: u32,
    in_flight: u32,
    bucket: ApiBucket,
    estimator: RateEstimator,
    paused_until: f64,
    /// The number of responses that are neither refusals nor faults.
    successes: u32,
    /// The number of requests that were sent.
    sent: f64,
    /// The number of consecutive refusals and faults.
    spell: u32,
    /// The time of the first of the consecutive refusals.
    refused_since: Option<f64>,
    stopped: Option<Box<Failure>>,
}

impl Limiter {
    /// Creates a limiter that permits at most `concurrency` requests in flight.
    pub(crate) fn new(concurrency: u32) -> Self {
        Self {
            concurrency,
            in_flight: 0,
            bucket: ApiBucket::default(),
            estimator: RateEstimator::default(),
            paused_until: 0.0,
            successes: 0,
            sent: 0.0,
            spell: 0,
            refused_since: None,
            stopped: None,
        }
    }

    /// Returns the number of requests in flight.
    pub(crate) fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// Returns the time at which the pause ends, if there is one now.
    pub(crate) fn paused_until(&self, now: f64) -> Option<f64> {
        Some(self.paused_until).filter(|until| *until > now)
    }

    /// Returns the failure that stopped the job, if there is one.
    pub(crate) fn stop_reason(&self) -> Option<&Failure> {
        self.stopped.as_deref()
    }

    /// Returns how long the next request has to wait; infinity if it waits for a response.
    pub(crate) fn wait(&self, now: f64) -> f64 {
        // While nothing succeeds, probe with one request at a time.
        let most = if self.spell > SPELL {
            1
        } else if self.bucket.is_stated() {
            self.concurrency
        } else {
            // Slow start: each success adds one to the requests in flight.
            self.concurrency.min(self.successes.saturating_add(1))
        };
        if self.in_flight >= most {
            return f64::INFINITY;
        }
        if self.paused_until > now {
            return self.paused_until - now;
        }
        self.bucket.wait(now).max(self.estimator.wait(now))
    }

    /// Returns the permit for one request, and records its send.
    pub(crate) fn acquire(&mut self, now: f64) -> Permit {
        self.in_flight += 1;
        self.sent += 1.0;
        self.bucket.on_send(now, self.sent);
        self.estimator.on_send(now, self.sent);
        Permit(self.sent)
    }

    /// Ends a permit: its request is no longer in flight.
    pub(crate) fn release(&mut self, permit: Permit) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.bucket.on_end(permit.0);
    }

    /// Records a response that is neither a refusal for the rate nor a fault of the server.
    pub(crate) fn on_response(&mut self, now: f64, permit: Permit, limit: RateLimit) {
        self.successes = self.successes.saturating_add(1);
        self.bucket.on_response(now, permit.0, self.sent, limit);
        self.estimator.on_success(now);
        (self.spell, self.refused_since) = (0, None);
    }

    /// Records a fault of the server or of the connection, which the rate does not cause.
    pub(crate) fn on_fault(&mut self, now: f64) {
        self.refused_since = None;
        self.prolong_spell(now, now);
    }

    /// Records the refusal with which a call has failed.
    pub(crate) fn on_last_refusal(&mut self, now: f64, failure: Option<&Failure>) {
        self.prolong_spell(now, now);
        self.stop_after_refusals(now, failure);
    }

    /// Counts a refusal or a fault. After many consecutive ones all requests pause, at least until `until`,
    /// each time longer.
    fn prolong_spell(&mut self, now: f64, until: f64) {
        self.spell = self.spell.saturating_add(1);
        if let Some(beyond) = self.spell.checked_sub(SPELL) {
            let ms = SHORTEST_PAUSE_MS * f64::from(1 << beyond.min(16));
            self.pause(until.max(now + ms.min(LONGEST_PAUSE_MS)));
        }
    }

    /// Stops the job after a minute of refusals alone. Calls that wait for each do not end, so the rule on
    /// calls does not see them.
    fn stop_after_refusals(&mut self, now: f64, failure: Option<&Failure>) {
        let since = *self.refused_since.get_or_insert(now);
        if let (true, Some(failure)) = (now - since >= LONGEST_SPELL_MS, failure) {
            self.stop(failure);
        }
    }

    /// Pauses all requests until `until`; then permits one request, and the next ones at the rate.
    fn pause(&mut self, until: f64) {
        self.paused_until = self.paused_until.max(until);
        self.bucket.pause(self.paused_until);
        self.estimator.pause(self.paused_until);
    }

    /// Records a refusal for the rate. The API allows the same request again at `until`.
    pub(crate) fn on_refusal(
        &mut self,
        now: f64,
        permit: Permit,
        limit: RateLimit,
        until: f64,
        failure: Option<&Failure>,
    ) {
        let is_paused = self.paused_until > now;
        let is_empty = self.bucket.on_refusal(now, limit, is_paused);
        // The refusal of a request that was in flight when the pause began brings no new information.
        if is_paused {
            self.estimator.on_late_refusal(now);
        } else if is_empty
            // In a spell one request at a time is sent, which shows nothing about the rate.
            || (self.spell <= SPELL && self.estimator.on_refusal(now, permit.0, until))
        {
            self.pause(until);
        }
        self.prolong_spell(now, until);
        self.stop_after_refusals(now, failure);
    }

    /// Stops the job with this failure: no further request is permitted.
    pub(crate) fn stop(&mut self, failure: &Failure) {
        self.stopped
            .get_or_insert_with(|| Box::new(failure.clone()));
    }
}
