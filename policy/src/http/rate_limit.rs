//! The rate limit that a response states.

use crate::base::headers::Headers;
use crate::base::strings::{trimmed, whole};

/// The headers that state the rate limit.
pub const LIMIT: &str = "anthropic-ratelimit-requests-limit";
/// How many requests are left.
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
