//! The options that only a deletion takes.

use crate::base::error::Result;
use crate::base::input_value::Value;
use crate::options::checks::{milliseconds, one_of};

/// The names of the options that only a deletion takes.
pub const DELETE_OPTIONS: &[&str] = &["ifProcessing", "ifMissing", "pollInterval"];

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
            poll_interval: milliseconds("pollInterval", poll_interval, 1)?.unwrap_or(2_000),
        })
    }
}
