//! Paces requests by the limit that the API states.
//!
//! The API's limit is a token bucket over all batch endpoints of an organization. Its responses state
//! how many requests are left (`anthropic-ratelimit-requests-remaining`) and how many a minute
//! adds (`…-limit`). `ApiBucket` mirrors the bucket, and a request waits for a token in it. Other clients
//! may take from the same bucket: each refusal of the empty bucket adds to a **reserve** that is left to
//! them. Because all processes see the same number and each leaves its reserve, they share the rate evenly, as
//! with the explicit feedback of XCP and RCP, and the bucket is rarely empty.
//! Source: <https://platform.claude.com/docs/en/api/rate-limits>.

use crate::http::rate_limit::RateLimit;
use crate::jobs::token_counter::TokenCounter;

/// The milliseconds after which most of the reserve is used again.
const RESERVED_MS: f64 = 60_000.0;
/// The factor on the limit at which a full bucket is emptied, so that the tokens of a pause are used
/// without a burst.
const SURPLUS: f64 = 0.25;

/// A token bucket that mirrors the API's. Times are milliseconds, rates are requests per millisecond.
#[derive(Clone, Debug)]
pub(super) struct ApiBucket {
    /// The limit that the API states.
    limit: Option<f64>,
    tokens: TokenCounter,
    /// True if all requests have paused.
    was_paused: bool,
    /// The numbers of the requests in flight.
    in_flight: Vec<f64>,
    /// The share of its capacity that the bucket held last, from 0 to 1.
    full: f64,
    /// The most tokens that the bucket has held: it may hold no more.
    most: f64,
    /// Tokens that are left to other clients, so that their requests cause no refusal.
    reserve: f64,
    reserved_at: f64,
}

impl Default for ApiBucket {
    fn default() -> Self {
        Self {
            limit: None,
            tokens: TokenCounter::new(0.0, 0.0),
            was_paused: false,
            in_flight: Vec::new(),
            full: 0.0,
            most: 0.0,
            reserve: 0.0,
            reserved_at: 0.0,
        }
    }
}

impl ApiBucket {
    /// Returns how long the next request has to wait.
    pub(super) fn wait(&self, now: f64) -> f64 {
        self.limit.map_or(0.0, |limit| {
            ((1.0 - self.count(now, limit)) / (limit * self.surplus())).max(0.0)
        })
    }

    /// Returns whether responses state a limit.
    pub(super) fn is_stated(&self) -> bool {
        self.limit.is_some()
    }

    /// Records the send of the request with this number.
    pub(super) fn on_send(&mut self, now: f64, number: f64) {
        let count = self.limit.map_or(0.0, |limit| self.count(now, limit));
        self.tokens.set(now, count - 1.0);
        self.in_flight.push(number);
    }

    /// Records that the request with this number is no longer in flight.
    pub(super) fn on_end(&mut self, number: f64) {
        self.in_flight.retain(|it| it.total_cmp(&number).is_ne());
    }

    /// Records a response other than a refusal; `last` is the number of the last request.
    pub(super) fn on_response(&mut self, now: f64, number: f64, last: f64, stated: RateLimit) {
        let before = self.limit.map(|limit| self.count(now, limit));
        self.set_limit(stated);
        let elapsed = (now - self.reserved_at).max(0.0);
        self.reserve *= 1.0 - (elapsed / RESERVED_MS).min(1.0);
        self.reserved_at = self.reserved_at.max(now);
        let (Some(remaining), Some(_)) = (stated.remaining, self.limit) else {
            return;
        };
        // Later requests are not counted in the stated rest, and earlier ones may not be:
        // responses overtake each other.
        let later = last - number;
        let earlier = self.in_flight.iter().filter(|it| **it < number).count();
        let remaining = f64::from(remaining);
        self.most = self.most.max(remaining + 1.0);
        self.full = remaining / self.most;
        // At most 256 are in flight.
        #[allow(clippy::cast_precision_loss)]
        let left = remaining - later - earlier as f64 - self.reserve;
        let count = match before {
            Some(before) if self.was_paused => before.min(left),
            _ => left,
        };
        self.tokens.set(now, count);
    }

    /// Records a refusal, and returns whether the bucket is empty. During a pause, the refused request was
    /// sent before it.
    pub(super) fn on_refusal(&mut self, now: f64, stated: RateLimit, is_paused: bool) -> bool {
        self.set_limit(stated);
        let Some(limit) = self.limit else {
            return false;
        };
        let is_empty = stated
            .remaining
            .map_or(self.count(now, limit) < 2.0, |left| left == 0);
        if is_empty {
            let more = if is_paused {
                1.0
            } else {
                self.reserve.max(1.0)
            };
            self.reserve = (self.reserve + more).min((self.most / 2.0).max(1.0));
        }
        is_empty
    }

    /// Pauses until `until`; then permits one request, and the next ones at the limit.
    pub(super) fn pause(&mut self, until: f64) {
        self.tokens = TokenCounter::new(1.0, until);
        self.was_paused = true;
    }

    /// Returns the factor on the rate that uses the tokens which accrued in a pause. Without a pause before,
    /// they may be used at once.
    fn surplus(&self) -> f64 {
        if self.was_paused {
            1.0 + SURPLUS * self.full
        } else {
            1.0
        }
    }

    fn set_limit(&mut self, stated: RateLimit) {
        if let Some(limit) = stated.limit {
            self.limit = Some(f64::from(limit) / 60_000.0);
        }
    }

    fn count(&self, now: f64, limit: f64) -> f64 {
        let most = if self.most > 0.0 {
            self.most
        } else {
            f64::INFINITY
        };
        self.tokens.count(now, limit * self.surplus(), most)
    }
}
