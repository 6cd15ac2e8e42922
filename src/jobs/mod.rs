//! Many calls: a job with its limiter, and the list of batches.

pub mod dedupe;
pub mod filter;
pub mod limiter;
pub mod list;
pub mod machine;
pub(crate) mod pool;
pub mod purge;
pub mod report;
pub mod token_bucket;
