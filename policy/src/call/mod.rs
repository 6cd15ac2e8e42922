//! One call with its retries.

mod attempts;
mod deletion;
pub mod deletion_options;
pub mod events;
pub mod machine;
