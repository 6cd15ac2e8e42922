//! Counts tokens that accrue at a rate. Each request takes one.

/// A counter of tokens. Times are milliseconds, rates are requests per millisecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokenCounter {
    /// The number of tokens at the time `at`.
    count: f64,
    at: f64,
}

impl TokenCounter {
    /// Creates a counter with this number of tokens at `at`.
    pub(super) fn new(count: f64, at: f64) -> Self {
        Self { count, at }
    }

    /// Returns the number of tokens, which are at most `most`.
    pub(super) fn count(&self, now: f64, rate: f64, most: f64) -> f64 {
        (self.count + (now - self.at).max(0.0) * rate).min(most)
    }

    /// Sets the number of tokens. Callers also do so before the rate changes.
    pub(super) fn set(&mut self, now: f64, count: f64) {
        (self.count, self.at) = (count, self.at.max(now));
    }
}
