//! Estimates the permitted rate from refusals, for when no response states a limit.
//!
//! The rate follows CUBIC (RFC 9438): it falls at a refusal, returns to the **ceiling**, the rate at
//! which the refusal came, and beyond it grows faster and faster. If most requests are refused, it falls to
//! the recent delivery rate, the bandwidth estimate of BBR and of the AWS SDK's adaptive retry mode.
//!
//! A rate limit refuses less at a lower rate; a server that refuses by chance refuses the same share at any
//! rate. So if refusals are frequent, the lower rate is a **trial**: the estimator keeps it until the refusals
//! since then can be compared with those expected at the former share. If there are as many as expected, it
//! restores the former rate and ignores the next refusals, unless most requests are refused. There is also a
//! trial once rare refusals have reduced the rate far.

use crate::jobs::token_counter::TokenCounter;
use crate::jobs::trial::{Counts, Trial};

/// The share of the rate that remains after a refusal.
const DECREASE: f64 = 0.9;
/// The share of the rate that has to be used in a trial.
const EFFECT: f64 = 0.7;
/// The expected refusals that a trial needs: in a second, or in the next `FREQUENT_OF` requests.
const FREQUENT: f64 = 1.5;
const FREQUENT_OF: f64 = 30.0;
/// The number of refusals by chance after which there is another trial.
const AGAIN: f64 = 100.0;
/// The share of the counts that is kept at each response: they are of the last 300 or so.
const KEPT: f64 = 1.0 - 1.0 / 300.0;
/// The number of refusals before the first decrease, so that their share means something.
const FEWEST: f64 = 4.0;
/// The largest share of refusals that counts as chance, and how many more show that the rate is far too
/// high.
const MOST_BY_CHANCE: f64 = 0.36;
const EXCESS: f64 = 13.0;
/// After how many decreases, to less than which share of the first one's ceiling, there is a trial.
const DECREASES: u32 = 8;
const LOW: f64 = 0.3;
/// The number of deliveries between the two refusals that show a rate.
const MEASURED: f64 = 8.0;
/// The milliseconds in which the rate returns most of the way to the ceiling.
const RETURN_MS: f64 = 1_000.0;
/// The growth beyond the ceiling in the first second, as a share of the rate; it doubles each second.
const GROWTH: f64 = 0.025;
/// The milliseconds without a success after which the first one restores the rate before: the
/// refusals of a limit end sooner.
const SPELL_MS: f64 = 3_000.0;
/// The lowest rate, in requests per millisecond: one in two seconds.
const LOWEST: f64 = 0.000_5;

/// The assumed cause of refusals.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    /// For refusals of the rate limit, and at first.
    Rate,
    /// For refusals by chance.
    Chance,
}

/// The estimator. Times are milliseconds, rates are requests per millisecond.
#[derive(Clone, Debug)]
pub(super) struct RateEstimator {
    /// The rate; `None`: as fast as there are slots.
    rate: Option<f64>,
    tokens: TokenCounter,
    /// The number of the last request.
    last: f64,
    mode: Mode,
    trial: Option<Trial>,
    /// How many more were refused lately than by the largest share of chance.
    excess: f64,
    was_refused: bool,
    /// The counts of the last 300 or so responses.
    lately: Counts,
    /// The counts of requests sent since the last decrease; its time, and the last request before it.
    since: Counts,
    since_at: f64,
    since_sent: f64,
    /// How many were delivered since the refusal at that time, or since the first response.
    delivered: f64,
    delivered_since: Option<f64>,
    /// The rate before the last decrease, and when the return to it began.
    ceiling: Option<f64>,
    raised_at: f64,
    /// When the ceiling was passed.
    passed_at: Option<f64>,
    /// The ceiling of the first of the decreases since which the rate has not returned to it, and how many
    /// they are.
    fallen: Option<(f64, u32)>,
    /// Since when there was no success, and the rate then.
    spell: Option<(f64, Option<f64>)>,
}

impl Default for RateEstimator {
    fn default() -> Self {
        Self {
            rate: None,
            tokens: TokenCounter::unlimited(),
            last: 0.0,
            mode: Mode::Rate,
            trial: None,
            excess: 0.0,
            was_refused: false,
            lately: Counts::default(),
            since: Counts::default(),
            since_at: 0.0,
            since_sent: 0.0,
            delivered: 0.0,
            delivered_since: None,
            ceiling: None,
            raised_at: 0.0,
            passed_at: None,
            fallen: None,
            spell: None,
        }
    }
}

impl RateEstimator {
    /// Returns how long the next request has to wait.
    pub(super) fn wait(&self, now: f64) -> f64 {
        self.rate.map_or(0.0, |rate| self.tokens.wait(now, rate))
    }

    /// Records the send of the request with this number.
    pub(super) fn on_send(&mut self, now: f64, number: f64) {
        self.last = number;
        if let Some(rate) = self.rate {
            self.tokens.set(now, self.tokens.count(now, rate) - 1.0);
        }
    }

    /// Records a response other than a refusal to the request with this number.
    pub(super) fn on_success(&mut self, now: f64, number: f64) {
        // A request that was sent before a decrease may still succeed in a spell.
        if number > self.since_sent
            && let Some((since, rate)) = self.spell.take()
            && now - since >= SPELL_MS
        {
            *self = Self {
                last: self.last,
                ..Self::default()
            };
            self.tokens = TokenCounter::one(now);
            self.rate = rate;
            return;
        }
        self.delivered += 1.0;
        self.count(now, number, false);
        let rate = self.after_success(now);
        if let (Some(before), Some(_)) = (self.rate, rate) {
            self.tokens.set(now, self.tokens.count(now, before));
        }
        self.rate = rate;
    }

    /// Returns the rate after a success.
    fn after_success(&mut self, now: f64) -> Option<f64> {
        let rate = self.rate;
        if let Some(trial) = self.trial {
            match trial.result() {
                Some(true) => {
                    if let Some(used) = self.unused(now) {
                        self.decrease(now, used);
                        self.trial = Some(Trial {
                            since: Counts::default(),
                            ..trial
                        });
                        return self.rate;
                    }
                    self.mode = Mode::Chance;
                    self.trial = None;
                    self.fallen = None;
                    self.since = Counts::default();
                    return trial.former;
                }
                Some(false) => {
                    self.raised_at = now;
                    self.trial = Some(Trial {
                        is_held: false,
                        ..trial
                    });
                }
                None if trial.is_held => return rate,
                None => {}
            }
        }
        rate.map(|rate| self.raised(now, rate))
    }

    /// Records a refusal of the request with this number, which may be sent again at `until`. Returns
    /// whether all calls must wait until then.
    pub(super) fn on_refusal(&mut self, now: f64, number: f64, until: f64) -> bool {
        let rate = self.rate;
        self.spell.get_or_insert((now, rate));
        self.count(now, number, true);
        // It was sent at the rate before.
        if number <= self.since_sent {
            return false;
        }
        if self.excess >= EXCESS {
            return self.fall(now, until);
        }
        match self.mode {
            Mode::Chance if self.since.refusals < AGAIN => {}
            Mode::Rate if self.trial.is_some_and(|trial| trial.is_kept()) => {}
            // The share and the rate of the first few mean little.
            Mode::Rate if rate.is_none() && self.lately.refusals < FEWEST => {}
            _ => self.slow(now),
        }
        false
    }

    /// Returns the rate that was used since the last decrease, if it is well below the permitted rate: then
    /// slots limited the requests, and the share of refusals does not depend on the rate.
    fn unused(&self, now: f64) -> Option<f64> {
        let rate = self.rate?;
        let used = self.since.responses / (now - self.since_at).max(1.0);
        (used < rate * EFFECT).then_some(used.max(rate / 2.0))
    }

    /// Records a pause of all requests until `until`.
    pub(super) fn pause(&mut self, until: f64) {
        self.tokens = TokenCounter::one(until);
        self.raised_at = self.raised_at.max(until);
        self.passed_at = self.passed_at.map(|at| at.max(until));
    }

    /// Records a refusal of a request that was in flight when a pause began.
    pub(super) fn on_late_refusal(&mut self, now: f64) {
        // It was sent at the rate before, so it is not part of a trial.
        self.count(now, 0.0, true);
    }

    /// Reduces the rate to the delivery rate; all calls wait first.
    fn fall(&mut self, now: f64, until: f64) -> bool {
        let rate = self.rate.unwrap_or(f64::INFINITY);
        let floor = self.rate.unwrap_or_default() / 2.0;
        let found = self.delivery_rate(now, until.max(now)).max(floor);
        self.mode = Mode::Rate;
        self.trial = None;
        self.excess = 0.0;
        self.fallen = None;
        self.decrease(now, rate.min(found));
        (self.delivered, self.delivered_since) = (0.0, Some(now));
        true
    }

    /// Reduces the rate a little, and begins a trial if refusals are frequent.
    fn slow(&mut self, now: f64) {
        let delivered = self.delivery_rate(now, now);
        let found = match self.rate {
            Some(rate) if self.delivered < MEASURED => rate,
            // `clamp` would link a panic that formats floats: 8 KB.
            Some(rate) => delivered.max(rate / 2.0).min(rate),
            None => delivered,
        };
        self.mode = Mode::Rate;
        let next = Trial::after(self.lately, self.rate);
        let trial = self.trial.get_or_insert(next);
        let (first, decreases) = self.fallen.unwrap_or((found, 0));
        self.fallen = Some((first, decreases + 1));
        let is_low = decreases >= DECREASES && found < first * LOW;
        let former = if is_low {
            trial.former.map(|rate| rate.max(first))
        } else {
            trial.former
        };
        if is_low || next.share * (found * 1_000.0).max(FREQUENT_OF) >= FREQUENT {
            *trial = Trial {
                former,
                is_held: true,
                ..next
            };
        }
        if self.delivered >= MEASURED {
            (self.delivered, self.delivered_since) = (0.0, Some(now));
        }
        self.decrease(now, found);
    }

    fn decrease(&mut self, now: f64, ceiling: f64) {
        self.ceiling = Some(ceiling);
        self.passed_at = None;
        self.raised_at = now;
        self.since = Counts::default();
        self.since_at = now;
        self.since_sent = self.last;
        let count = self.rate.map_or(1.0, |rate| self.tokens.count(now, rate));
        self.tokens = TokenCounter::one(now);
        self.tokens.set(now, count.min(1.0));
        self.rate = Some((ceiling * DECREASE).max(LOWEST));
    }

    /// Returns the raised rate after a success: towards the ceiling, then beyond it.
    fn raised(&mut self, now: f64, rate: f64) -> f64 {
        let elapsed = (now - self.raised_at).max(0.0);
        self.raised_at = self.raised_at.max(now);
        let ceiling = self.ceiling.unwrap_or(rate);
        if self.fallen.is_some_and(|(first, _)| rate >= first) {
            self.fallen = None;
        }
        if rate < ceiling * 0.99 {
            return rate + (ceiling - rate) * (elapsed / RETURN_MS).min(1.0);
        }
        let since = now - *self.passed_at.get_or_insert(now);
        if since >= 1_000.0 {
            self.trial = None;
        }
        let mut growth = GROWTH;
        let mut second = 1_000.0;
        while second <= since && growth < 1.0 {
            growth *= 2.0;
            second += 1_000.0;
        }
        rate + rate * growth * (elapsed / 1_000.0).min(1.0)
    }

    /// Returns the successes per millisecond since the last measured refusal.
    fn delivery_rate(&self, now: f64, until: f64) -> f64 {
        let span = until - self.delivered_since.unwrap_or(now);
        self.delivered / span.max(1.0)
    }

    fn count(&mut self, now: f64, number: f64, is_refused: bool) {
        self.delivered_since.get_or_insert(now);
        let change = if is_refused {
            1.0
        } else {
            -MOST_BY_CHANCE / (1.0 - MOST_BY_CHANCE)
        };
        self.excess = (self.excess + change).max(0.0);
        self.lately.responses *= KEPT;
        self.lately.refusals *= KEPT;
        let is_new = is_refused && !self.was_refused;
        self.was_refused = is_refused;
        self.lately.add(is_new);
        if number > self.since_sent {
            self.since.add(is_new);
            if let Some(trial) = &mut self.trial {
                trial.since.add(is_new);
            }
        }
    }
}
