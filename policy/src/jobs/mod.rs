//! Many calls: a job with its limiter, and the list of batches.

pub mod actions;
pub mod batches;
pub mod dedupe;
pub mod limiter;
pub mod list;
mod listing;
pub mod machine;
mod permits;
pub mod purge;
pub mod refusals;
pub mod report;
pub mod token_bucket;
mod tokens;
mod trial;
