//! One HTTP request, its response, and whether to retry.

pub mod request;
pub mod response;
pub mod retry;
