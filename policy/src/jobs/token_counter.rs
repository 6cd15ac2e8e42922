//! Counts tokens that accrue at a rate. Each request takes one.

/// The most tokens right after a pause or a decrease: one, and those that accrue while a timer is late.
const BURST: f64 = 1.5;
/// How late a timer may be, in milliseconds.
const LATE_MS: f64 = 5.0;

/// A counter of tokens. Times are milliseconds, rates are requests per millisecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokenCounter {
    /// The number of tokens at the time `at`.
    count: f64,
    at: f64,
    /// The most tokens that may accrue. After a pause it is little more than one, so that no burst follows.
    burst: f64,
}

impl TokenCounter {
    /// Creates a counter without tokens, in which any number may accrue.
    pub(super) fn unlimited() -> Self {
        Self {
            count: 0.0,
            at: 0.0,
            burst: f64::INFINITY,
        }
    }

    /// Creates a counter with one token at `at`; no burst follows.
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

    /// Returns the number of tokens.
    pub(super) fn count(&self, now: f64, rate: f64) -> f64 {
        let count = self.count + (now - self.at).max(0.0) * rate;
        // Several tokens may be due at once, because timers are late.
        count.min(self.burst.max(rate * LATE_MS))
    }

    /// Returns how long it takes until there is one token.
    pub(super) fn wait(&self, now: f64, rate: f64) -> f64 {
        ((1.0 - self.count(now, rate)) / rate).max(0.0)
    }

    /// Sets the number of tokens. Callers also do so before the rate changes.
    pub(super) fn set(&mut self, now: f64, count: f64) {
        (self.count, self.at) = (count, self.at.max(now));
    }
}
