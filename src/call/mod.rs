//! One call with its retries.

mod attempts;
pub mod deletion;
pub mod machine;
