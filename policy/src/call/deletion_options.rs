//! The options that only a deletion takes.

use crate::options::checks::{Bounds, MAX_MS};
use std::time::Duration;

/// The bounds of `pollInterval`.
#[doc(hidden)]
pub const POLL_INTERVAL: Bounds = Bounds::milliseconds(1);

/// The default pause between two status checks of a batch that has not ended.
const POLL_INTERVAL_MS: u32 = 2_000;

/// The handling of a batch that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfProcessing {
    /// Fail with `still_processing`.
    Reject,
    /// Wait until it has ended.
    Wait,
    /// Cancel it, then wait until it has ended.
    Cancel,
}

/// The handling of a batch that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// Fail with `not_found`.
    Reject,
    /// Count it as deleted.
    Ignore,
}

/// The options that only a deletion takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletionOptions {
    /// `ifProcessing`
    pub if_processing: IfProcessing,
    /// `ifMissing`
    pub if_missing: IfMissing,
    /// `pollInterval`, in milliseconds
    pub poll_interval: u32,
}

/// The defaults: reject a batch that has not ended or does not exist; send a status check every two seconds.
impl Default for DeletionOptions {
    fn default() -> Self {
        Self {
            if_processing: IfProcessing::Reject,
            if_missing: IfMissing::Reject,
            poll_interval: POLL_INTERVAL_MS,
        }
    }
}

/// ```
/// use delete_message_batch_policy::{DeletionOptions, IfMissing, IfProcessing};
///
/// let options = DeletionOptions::default()
///     .if_processing(IfProcessing::Cancel)
///     .if_missing(IfMissing::Ignore);
/// # let _ = options;
/// ```
impl DeletionOptions {
    /// Creates the options from checked values.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        if_processing: IfProcessing,
        if_missing: IfMissing,
        poll_interval: u32,
    ) -> Self {
        Self {
            if_processing,
            if_missing,
            poll_interval,
        }
    }

    /// Sets the handling of a batch that has not ended.
    #[must_use]
    pub fn if_processing(mut self, handling: IfProcessing) -> Self {
        self.if_processing = handling;
        self
    }

    /// Sets the handling of a batch that does not exist.
    #[must_use]
    pub fn if_missing(mut self, handling: IfMissing) -> Self {
        self.if_missing = handling;
        self
    }

    /// Sets the first pause between two status checks, from 1 ms to the longest time of a timer. Later pauses grow.
    #[must_use]
    pub fn poll_interval(mut self, pause: Duration) -> Self {
        let ms = u32::try_from(pause.as_millis()).unwrap_or(u32::MAX);
        self.poll_interval = ms.clamp(1, MAX_MS);
        self
    }
}
