//! One call with its retries.

mod attempts;
#[cfg(feature = "jobs")]
mod cancelation;
pub(crate) mod deletion;
pub mod deletion_options;
pub mod events;
pub(crate) mod failed_attempt;
pub mod machine;
