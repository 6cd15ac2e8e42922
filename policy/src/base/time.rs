//! The two clocks of a driver. They can't be mixed up.

use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
use std::time::{Instant, SystemTime};

/// A time of a clock that never goes back, in milliseconds since any fixed time. Natively it is made from an
/// `Instant`; in wasm, from `performance.now()`, because an `Instant` panics there.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct MonotonicTime(f64);

/// A time of the calendar, in milliseconds since 1970. Natively it is made from a `SystemTime`; in wasm,
/// from `Date.now()`, because the clock of a `SystemTime` panics there.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct WallTime(f64);

impl MonotonicTime {
    /// Creates a time from milliseconds. A number that is not finite becomes 0.
    #[must_use]
    pub fn from_millis(ms: f64) -> Self {
        Self(finite(ms))
    }

    /// Creates a time from finite milliseconds.
    #[doc(hidden)]
    #[must_use]
    pub const fn exactly(ms: f64) -> Self {
        Self(ms)
    }

    /// Returns the milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> f64 {
        self.0
    }

    pub(crate) fn after(self, ms: u32) -> Self {
        Self(self.0 + f64::from(ms))
    }
}

impl WallTime {
    /// Creates a time from milliseconds since 1970. A number that is not finite becomes 0.
    #[must_use]
    pub fn from_millis(ms: f64) -> Self {
        Self(finite(ms))
    }

    /// Creates a time from finite milliseconds since 1970.
    #[doc(hidden)]
    #[must_use]
    pub const fn exactly(ms: f64) -> Self {
        Self(ms)
    }

    /// Returns the milliseconds since 1970.
    #[must_use]
    pub const fn as_millis(self) -> f64 {
        self.0
    }

    /// Returns the time since 1970; `None`: it is earlier.
    #[must_use]
    pub fn since_1970(self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.0 / 1_000.0).ok()
    }
}

fn finite(ms: f64) -> f64 {
    if ms.is_finite() { ms } else { 0.0 }
}

/// Counts from the first instant that this process has converted.
#[cfg(not(target_family = "wasm"))]
impl From<Instant> for MonotonicTime {
    fn from(instant: Instant) -> Self {
        static ORIGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        let origin = *ORIGIN.get_or_init(|| instant);
        let since = instant.saturating_duration_since(origin);
        let before = origin.saturating_duration_since(instant);
        Self((since.as_secs_f64() - before.as_secs_f64()) * 1_000.0)
    }
}

#[cfg(not(target_family = "wasm"))]
impl From<SystemTime> for WallTime {
    fn from(time: SystemTime) -> Self {
        let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => since.as_secs_f64(),
            Err(before) => -before.duration().as_secs_f64(),
        };
        Self(seconds * 1_000.0)
    }
}
