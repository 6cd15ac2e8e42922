//! Tokens that come at a rate, and of which each request takes one.

/// The most tokens right after a pause or a decrease: one request's, and those that a late timer has
/// missed.
const BURST: f64 = 1.5;
/// How late a timer may be, in milliseconds.
const LATE_MS: f64 = 5.0;

/// The tokens. Times are milliseconds, rates are requests per millisecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tokens {
    /// How many there are at that time.
    count: f64,
    at: f64,
    /// The most that may be saved up: after a pause hardly more than one, so that no burst follows it.
    burst: f64,
}

impl Tokens {
    /// None yet; any number may be saved up.
    pub(super) fn unlimited() -> Self {
        Self {
            count: 0.0,
            at: 0.0,
            burst: f64::INFINITY,
        }
    }

    /// One, at that time, and no more until the next one has come.
    pub(super) fn one(at: f64) -> Self {
        Self {
            count: 1.0,
            at,
            burst: BURST,
        }
    }

    pub(super) fn is_unlimited(&self) -> bool {
        self.burst.is_infinite()
    }

    /// How many there are.
    pub(super) fn count(&self, now: f64, rate: f64) -> f64 {
        let count = self.count + (now - self.at).max(0.0) * rate;
        // A timer is late, and several tokens may be due at once.
        count.min(self.burst.max(rate * LATE_MS))
    }

    /// How long it takes until there is one.
    pub(super) fn wait(&self, now: f64, rate: f64) -> f64 {
        ((1.0 - self.count(now, rate)) / rate).max(0.0)
    }

    /// Sets how many there are, before the rate changes, too.
    pub(super) fn set(&mut self, now: f64, count: f64) {
        (self.count, self.at) = (count, self.at.max(now));
    }
}
