//! The rate limit that a response states.

use crate::base::headers::Headers;
use crate::base::strings::{trimmed, whole};

/// The header with the requests per minute.
pub const LIMIT: &str = "anthropic-ratelimit-requests-limit";
/// The header with the number of requests that are left.
pub const REMAINING: &str = "anthropic-ratelimit-requests-remaining";

/// The rate limit that a response states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests per minute.
    pub limit: Option<u32>,
    /// Requests that are left.
    pub remaining: Option<u32>,
}

impl RateLimit {
    /// Reads the headers of a response.
    #[must_use]
    pub fn read(headers: &Headers) -> Self {
        let get = |name: &str| {
            let value = trimmed(headers.get(name)?);
            u32::try_from(whole(value)?).ok()
        };
        Self {
            limit: get(LIMIT).filter(|limit| *limit > 0),
            remaining: get(REMAINING),
        }
    }
}
