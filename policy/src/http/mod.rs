//! One HTTP request, its response, and whether to retry.

pub(crate) mod guard;
#[cfg(feature = "json")]
mod json;
pub mod rate_limit;
pub mod request;
pub mod response;
#[doc(hidden)]
pub mod retry;
