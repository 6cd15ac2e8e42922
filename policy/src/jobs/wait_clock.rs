//! The time of a job that waits.

/// The driver's clock, and never earlier than the end of the last wait. With a clock that stands still, as a test may
/// fake it, a job under a rate limit would wait for ever. Times are in milliseconds.
#[derive(Debug)]
pub struct WaitClock {
    wakes_at: f64,
    earliest: f64,
}

impl Default for WaitClock {
    fn default() -> Self {
        Self {
            wakes_at: f64::NEG_INFINITY,
            earliest: f64::NEG_INFINITY,
        }
    }
}

impl WaitClock {
    /// Returns the time.
    #[must_use]
    pub fn time(&self, now: f64) -> f64 {
        now.max(self.earliest)
    }

    /// Records a wait, which replaces the one before.
    pub fn wait(&mut self, time: f64, ms: u32) {
        self.wakes_at = time + f64::from(ms);
    }

    /// Records the end of the wait.
    pub fn wake(&mut self) {
        self.earliest = self.earliest.max(self.wakes_at);
    }
}
