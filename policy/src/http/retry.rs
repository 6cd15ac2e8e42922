//! Decides whether a call retries, and after which delay.
//!
//! The policy is the official SDK's, with one addition: a `retry-after` longer than the caller
//! wants to wait is reported, not slept through. Source:
//! <https://platform.claude.com/docs/en/api/errors>.

use crate::base::headers::Headers;
use crate::base::http_date;
use crate::base::strings::{self, parts, split};
use crate::http::response::DATE;
use crate::options::RetryPolicy;

/// The first delay without a `retry-after`, in milliseconds; it doubles each time.
const FIRST_DELAY_MS: u32 = 500;
/// The longest delay without a `retry-after`, in milliseconds.
const LONGEST_DELAY_MS: u32 = 8_000;

/// The advice of a failed attempt about another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// The header `x-should-retry`.
    pub should_retry: Option<bool>,
    /// The headers `retry-after-ms` and `retry-after`, in milliseconds; the largest number stands
    /// for all that are larger.
    pub retry_after_ms: Option<u32>,
}

impl Advice {
    /// Reads the headers of a response; `now_ms` counts from 1970.
    #[must_use]
    pub fn read(headers: &Headers, now_ms: f64) -> Self {
        let get = |name: &str| headers.get(name).map(strings::trimmed);
        Self {
            should_retry: match get("x-should-retry") {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            },
            retry_after_ms: get("retry-after-ms")
                .and_then(|text| longest(text, 1))
                .or_else(|| {
                    let text = get("retry-after")?;
                    longest(text, 1_000).or_else(|| {
                        // Counts by the server's own clock, if the response has a date.
                        let date = get(DATE).and_then(http_date::seconds);
                        // The cast saturates.
                        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                        let now = date.map_or(now_ms as u64, |seconds| seconds * 1_000);
                        until_date(text, now)
                    })
                })
                .filter(|ms| *ms > 0)
                .map(|ms| u32::try_from(ms).unwrap_or(u32::MAX)),
        }
    }
}

/// The decision after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryDecision {
    /// Retry after this number of milliseconds.
    RetryAfter(u32),
    /// Do not retry.
    GiveUp,
}

/// Returns whether a response of this status may be retried.
#[must_use]
pub fn is_retryable(status: u16, advice: Advice) -> bool {
    advice
        .should_retry
        .unwrap_or(matches!(status, 408 | 409 | 429 | 500..))
}

/// Decides whether a retryable failure is retried. `retries` is the number of earlier retries, `random` is from 0 to 1.
#[must_use]
pub fn decide_retry(
    policy: RetryPolicy,
    retries: u32,
    advice: Advice,
    random: f64,
) -> RetryDecision {
    if retries >= policy.max_retries {
        return RetryDecision::GiveUp;
    }
    match advice.retry_after_ms {
        Some(ms) if ms > policy.max_delay_ms => RetryDecision::GiveUp,
        Some(ms) => RetryDecision::RetryAfter(ms),
        None => RetryDecision::RetryAfter(backoff(retries, random).min(policy.max_delay_ms)),
    }
}

/// Returns the delay of a retry: it doubles from half a second to eight. Up to a quarter is subtracted, so that
/// clients don't retry in step.
pub(crate) fn backoff(retries: u32, random: f64) -> u32 {
    let full = FIRST_DELAY_MS
        .saturating_mul(1 << retries.min(8))
        .min(LONGEST_DELAY_MS);
    // From 0 to a quarter of at most 8 000: exact.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let less = (random.clamp(0.0, 1.0) * f64::from(full / 4)) as u32;
    full - less
}

/// Returns the longest of the numbers times `factor`: a proxy joins repeated headers with commas.
fn longest(text: &str, factor: u64) -> Option<u64> {
    let mut longest = 0;
    for part in parts(text, b',') {
        longest = longest.max(decimal_times(strings::trimmed(part), factor)?);
    }
    Some(longest)
}

/// Returns a decimal number times `factor`, rounded up, at most the largest number. Float parsing would
/// link 15 KB of tables.
fn decimal_times(text: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = split(text, b'.').unwrap_or((text, ""));
    let is_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    // Larger numbers stand for the largest delay.
    let most = u64::from(u32::MAX);
    let whole = if whole.is_empty() {
        0
    } else {
        strings::whole(whole).map_or(most, |whole| whole.min(most))
    };
    let mut parts: u64 = 0;
    let mut scale: u64 = 1;
    for digit in fraction.bytes().take(9) {
        parts = parts * 10 + u64::from(digit - b'0');
        scale *= 10;
    }
    // `div_ceil` would link a panic, and a checked multiplication one of 128 bits.
    let parts = (parts * factor + scale - 1).checked_div(scale)?;
    Some(whole * factor + parts)
}

/// Returns the milliseconds from now to an HTTP date.
fn until_date(text: &str, now_ms: u64) -> Option<u64> {
    (http_date::seconds(text)? * 1_000).checked_sub(now_ms)
}
