//! One HTTP request, its response, and whether to retry.

#[cfg(feature = "json")]
mod json;
pub mod rate_limit;
pub mod request;
pub mod response;
#[doc(hidden)]
pub mod retry;
