//! The options that only a deletion takes.

use crate::base::error::Result;
use crate::base::input_value::Value;
use crate::options::checks::{milliseconds, one_of};

/// The names of the options that only a deletion takes.
pub const DELETE_OPTIONS: &[&str] = &["ifProcessing", "ifMissing", "pollInterval"];

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

/// The handling of a batch that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// Fail with `not_found`.
    Reject,
    /// Count it as deleted.
    Ignore,
}

/// The options that only a deletion takes, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl DeletionOptions {
    /// Checks the three options; `default` holds without `ifMissing`.
    pub fn check(
        if_processing: &Value,
        if_missing: &Value,
        poll_interval: &Value,
        default: IfMissing,
    ) -> Result<Self> {
        Ok(Self {
            if_processing: one_of(
                "ifProcessing",
                if_processing,
                &[
                    ("reject", IfProcessing::Reject),
                    ("wait", IfProcessing::Wait),
                    ("cancel", IfProcessing::Cancel),
                ],
                IfProcessing::Reject,
            )?,
            if_missing: one_of(
                "ifMissing",
                if_missing,
                &[("reject", IfMissing::Reject), ("ignore", IfMissing::Ignore)],
                default,
            )?,
            poll_interval: milliseconds("pollInterval", poll_interval, 1)?
                .unwrap_or(POLL_INTERVAL_MS),
        })
    }
}
