//! One HTTP request, its response, and whether to retry.

pub mod rate_limit;
pub mod request;
pub mod response;
pub mod retry;
