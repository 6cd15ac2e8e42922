//! The time of a job that waits.

use crate::base::time::MonotonicTime;

/// The driver's clock, and never earlier than the end of the last wait. With a clock that stands still, as a test may
/// fake it, a job under a rate limit would wait for ever.
#[derive(Debug, Default)]
pub(super) struct WaitClock {
    wakes_at: Option<MonotonicTime>,
    earliest: Option<MonotonicTime>,
}

impl WaitClock {
    /// Returns the time.
    pub(super) fn time(&self, now: MonotonicTime) -> MonotonicTime {
        match self.earliest {
            Some(earliest) if earliest.as_millis() > now.as_millis() => earliest,
            _ => now,
        }
    }

    /// Records a wait, which replaces the one before.
    pub(super) fn wait(&mut self, time: MonotonicTime, ms: u32) {
        self.wakes_at = Some(time.after(ms));
    }

    /// Records the end of the wait.
    pub(super) fn wake(&mut self) {
        self.earliest = self.wakes_at.map(|time| self.time(time)).or(self.earliest);
    }
}
