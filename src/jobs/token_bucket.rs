//! How fast a job may send: the limit that the API states, and the one that its refusals show.
//!
//! The API's limit is a token bucket over all batch endpoints of an organization. Its responses state
//! how many requests are left (`anthropic-ratelimit-requests-remaining`) and how many a minute
//! brings (`…-limit`), so the bucket is mirrored here, and a request is sent once there is a token
//! for it. Where somebody else takes from the same bucket, a refusal of the empty bucket lowers the
//! rate by a share, and what succeeds brings it back. Where no response states a limit, or the bucket
//! is not empty, [`Refusals`] decides.
//! Source: <https://platform.claude.com/docs/en/api/rate-limits>.

use crate::http::rate_limit::RateLimit;
use crate::jobs::refusals::{Reaction, Refusals};

/// How far a clock may be off, in milliseconds: a runtime rounds to whole ones.
const SLACK: f64 = 2.0;
/// In how many milliseconds most of the reserve is used again.
const RESERVED_MS: f64 = 60_000.0;
/// How much faster than the limit a full bucket may be emptied: without a burst, what a pause has
/// let gather is used.
const SURPLUS: f64 = 0.25;
/// What may be saved up right after a pause: one request, and what a late timer has missed.
const BURST: f64 = 1.5;
/// How late a timer may be, in milliseconds.
const LATE_MS: f64 = 5.0;
/// How much longer a burst may be with each success after a pause.
const BURST_INCREASE: f64 = 0.02;

/// The mirror of the bucket. Times are milliseconds, rates are requests per millisecond.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    /// What is dared; `None` as long as there is no reason to hold back.
    rate: Option<f64>,
    /// What the API grants.
    limit: Option<f64>,
    /// Tokens at that time.
    credit: f64,
    at: f64,
    /// The most tokens that may be saved up: after a pause hardly more than one, so that no burst
    /// follows it.
    burst: f64,
    /// Which requests are on their way, by number.
    on_their_way: Vec<f64>,
    /// How much of what it may hold the bucket held last, from 0 to 1.
    full: f64,
    /// The most tokens that were ever there: the bucket may hold no more.
    most: f64,
    /// Tokens that are left to others, so that what they take meanwhile makes no refusal.
    reserve: f64,
    refusals: Refusals,
    decayed_at: f64,
    paused_until: f64,
    responded: bool,
    /// How many were sent.
    sent: f64,
}

impl Default for TokenBucket {
    fn default() -> Self {
        Self {
            rate: None,
            limit: None,
            credit: 0.0,
            at: 0.0,
            burst: f64::INFINITY,
            on_their_way: Vec::new(),
            full: 0.0,
            most: 0.0,
            reserve: 0.0,
            refusals: Refusals::default(),
            decayed_at: 0.0,
            paused_until: 0.0,
            responded: false,
            sent: 0.0,
        }
    }
}

impl TokenBucket {
    /// How long the next request has to wait; infinitely, until the first response has come: it states
    /// what is allowed.
    #[must_use]
    pub fn wait(&self, now: f64, in_flight: u32) -> f64 {
        if self.paused_until > now {
            return self.paused_until - now;
        }
        if !self.responded && in_flight > 0 {
            return f64::INFINITY;
        }
        match self.rate {
            None => 0.0,
            Some(rate) => ((1.0 - self.credit(now)) / (rate * self.surplus())).max(0.0),
        }
    }

    /// Until when nothing is sent, where that is later than now.
    #[must_use]
    pub fn paused_until(&self, now: f64) -> Option<f64> {
        Some(self.paused_until).filter(|until| *until > now)
    }

    /// A request was sent; returns as which one.
    pub fn sent(&mut self, now: f64) -> f64 {
        self.sent += 1.0;
        self.credit = self.credit(now) - 1.0;
        self.at = self.at.max(now);
        self.on_their_way.push(self.sent);
        self.sent
    }

    /// The request that was sent as that one is not on its way any more.
    pub fn ended(&mut self, sent: f64) {
        self.on_their_way.retain(|it| it.total_cmp(&sent).is_ne());
    }

    /// The request that was sent as that one ended, and so states nothing.
    pub fn responded(&mut self, now: f64, sent: f64, stated: RateLimit) {
        self.responded = true;
        self.grant(stated);
        let credit = self.credit(now);
        let tried = self.refusals.succeeded(now, sent, self.sent, self.rate);
        self.rate = match self.limit {
            Some(limit) => Some(tried.map_or(limit, |rate| rate.min(limit))),
            None => tried,
        };
        let elapsed = (now - self.decayed_at).max(0.0);
        self.reserve *= 1.0 - (elapsed / RESERVED_MS).min(1.0);
        self.decayed_at = self.decayed_at.max(now);
        self.credit = credit;
        self.at = self.at.max(now);
        self.burst += BURST_INCREASE;
        if let (Some(remaining), Some(rate)) = (stated.remaining, self.rate) {
            // What was sent later is not counted in what remains, and what was sent earlier may not
            // be: responses overtake each other.
            let later = self.sent - sent;
            let earlier = self.on_their_way.iter().filter(|it| **it < sent).count();
            let remaining = f64::from(remaining);
            self.most = self.most.max(remaining + 1.0);
            self.full = remaining / self.most;
            // At most 256 are on their way.
            #[allow(clippy::cast_precision_loss)]
            let left = remaining - later - earlier as f64 - rate * SLACK - self.reserve;
            self.credit = if self.burst.is_infinite() {
                left
            } else {
                credit.min(left)
            };
        }
    }

    /// A request was refused, which itself may be sent again at `until`.
    pub fn refused(&mut self, now: f64, sent: f64, stated: RateLimit, until: f64) {
        self.responded = true;
        self.grant(stated);
        let is_empty = stated
            .remaining
            .map_or(self.credit(now) < 2.0, |left| left == 0);
        if self.limit.is_some() && is_empty {
            self.reserve = (self.reserve
                + if self.paused_until > now {
                    1.0
                } else {
                    self.reserve.max(1.0)
                })
            .min((self.most / 2.0).max(1.0));
        }
        // What was on its way when a pause began is refused, too, and teaches nothing new.
        if self.paused_until > now {
            return self.refusals.refused_late(now);
        }
        if let Some(limit) = self.limit
            && is_empty
        {
            self.rate.get_or_insert(limit);
            return self.pause(until);
        }
        let (last, rate) = (self.sent, self.rate);
        match self.refusals.refused(now, sent, last, rate, until) {
            Reaction::Alone => {}
            Reaction::Slow(rate) => {
                let credit = self.rate.map_or(1.0, |_| self.credit(now));
                self.credit = credit.min(1.0);
                self.at = self.at.max(now);
                self.burst = BURST;
                self.rate = Some(rate);
            }
            Reaction::Pause(rate) => {
                self.rate = Some(rate);
                self.pause(until);
            }
        }
    }

    /// Sends nothing before that time, then one request, and the next ones at the rate.
    pub fn pause(&mut self, until: f64) {
        self.refusals.paused(until);
        self.paused_until = self.paused_until.max(until);
        self.burst = BURST;
        self.credit = 1.0;
        self.at = self.paused_until;
    }

    /// By how much the rate is higher where the bucket is fuller than it has to be. Without a pause
    /// before, it is emptied at once.
    fn surplus(&self) -> f64 {
        if self.burst.is_infinite() {
            1.0
        } else {
            1.0 + SURPLUS * self.full
        }
    }

    fn grant(&mut self, stated: RateLimit) {
        if let Some(limit) = stated.limit {
            self.limit = Some(f64::from(limit) / 60_000.0);
        }
    }

    fn credit(&self, now: f64) -> f64 {
        let Some(rate) = self.rate else {
            return self.credit;
        };
        let most = if self.most > 0.0 {
            self.most
        } else {
            f64::INFINITY
        };
        let rate = rate * self.surplus();
        let credit = self.credit + (now - self.at).max(0.0) * rate;
        // A timer is late, and several tokens may be due at once.
        credit.min(self.burst.max(rate * LATE_MS)).min(most)
    }
}
