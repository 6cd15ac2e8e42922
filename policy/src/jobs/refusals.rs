//! How fast a job may send where no response states a limit: the rate that refusals show.
//!
//! The rate follows CUBIC (RFC 9438): it falls at a refusal, returns to the **ceiling**, the rate at
//! which the refusal came, and beyond it grows faster and faster. Where most requests are refused it falls to
//! the recent delivery rate, the bandwidth estimate of BBR and of the AWS SDK's adaptive retry mode.
//!
//! A rate limit refuses less, or nothing, once less is sent; a server that refuses by chance refuses
//! the same share at any rate. So where refusals are frequent, the lower rate is a **trial**: it is kept
//! until the refusals since can be compared with those that the share before would have brought. If
//! they are as many, the rate before is restored, and refusals hold nobody back until their share rises.

use crate::jobs::tokens::Tokens;
use crate::jobs::trial::{Counts, MOST_BY_CHANCE, Trial};

/// The share of the rate that remains after a refusal.
const DECREASE: f64 = 0.9;
/// The share of the rate that has to be used in a trial.
const EFFECT: f64 = 0.7;
/// From how many expected refusals a second on there is a trial.
const FREQUENT: f64 = 1.5;
/// The rate is still too high if after a decrease so many are refused, and this part of all.
const STILL: (f64, f64) = (3.0, 0.2);
/// After how many milliseconds another trial may find that refusals are about the rate after all.
const AGAIN_MS: f64 = 30_000.0;
/// The share of the counts that is kept at each response: they are of the last 300 or so.
const KEPT: f64 = 1.0 - 1.0 / 300.0;
/// How many refusals come before the first decrease, so that their share means something.
const FEWEST: f64 = 4.0;
/// Refusals in a row are about the rate if that would happen by chance this rarely, and that many are.
const RARE: f64 = 1e-7;
const ROW: i32 = 5;
/// Of the last responses, the share of refusals from which most are refused.
const MOST: f64 = 0.6;
/// The responses that share is of.
const RECENT: u32 = 30;
/// Of the last 300 or so responses, the largest share of refusals that counts as chance, and how many
/// responses it takes to know.
const MOST_LATELY: f64 = 0.33;
const ENOUGH: f64 = 100.0;
/// By how much, or by how much of itself, the share may rise before the refusals are about the rate
/// after all.
const RISEN: f64 = 0.2;
/// How many are delivered between the two refusals that show a rate.
const MEASURED: f64 = 8.0;
/// In how many milliseconds the rate returns most of the way to the ceiling.
const RETURN_MS: f64 = 1_000.0;
/// The growth beyond the ceiling in the first second, as a share of the rate; it doubles each second.
const GROWTH: f64 = 0.025;
/// After how many milliseconds without a success the first one restores the rate before: the
/// refusals of a limit end sooner.
const SPELL_MS: f64 = 3_000.0;
/// The lowest rate, in requests per millisecond: one in two seconds.
const LOWEST: f64 = 0.000_5;

/// The assumed cause of refusals.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    /// For refusals of the rate limit; at first, too.
    Rate,
    /// For refusals by chance, since that time.
    Chance(f64),
}

/// The history of responses.
#[derive(Clone, Debug)]
pub struct Refusals {
    /// The rate; `None`: as fast as there are slots.
    rate: Option<f64>,
    tokens: Tokens,
    /// The number of the last request.
    last: f64,
    mode: Mode,
    trial: Option<Trial>,
    /// The last responses, the latest in the lowest bit: 1 is a refusal.
    recent: u64,
    lately: Counts,
    /// Of requests that were sent since the last decrease: its time, and the last request before it.
    since: Counts,
    since_at: f64,
    since_sent: f64,
    /// Refusals in a row.
    row: i32,
    /// How many were delivered since the refusal at that time, or since the first response.
    delivered: f64,
    delivered_since: Option<f64>,
    /// The rate before the last decrease, and when the return to it began.
    ceiling: Option<f64>,
    raised_at: f64,
    /// When the ceiling was passed.
    passed_at: Option<f64>,
    /// Since when there was no success, and the rate then.
    spell: Option<(f64, Option<f64>)>,
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            rate: None,
            tokens: Tokens::unlimited(),
            last: 0.0,
            mode: Mode::Rate,
            trial: None,
            recent: 0,
            lately: Counts::default(),
            since: Counts::default(),
            since_at: 0.0,
            since_sent: 0.0,
            row: 0,
            delivered: 0.0,
            delivered_since: None,
            ceiling: None,
            raised_at: 0.0,
            passed_at: None,
            spell: None,
        }
    }
}

impl Refusals {
    /// How long the next request has to wait.
    #[must_use]
    pub fn wait(&self, now: f64) -> f64 {
        self.rate.map_or(0.0, |rate| self.tokens.wait(now, rate))
    }

    /// Records the send of the request of that number.
    pub fn sent(&mut self, now: f64, number: f64) {
        self.last = number;
        if let Some(rate) = self.rate {
            self.tokens.set(now, self.tokens.count(now, rate) - 1.0);
        }
    }

    /// Records a response that is no refusal, to the request of that number.
    pub fn succeeded(&mut self, now: f64, number: f64) {
        // A request that was sent before a decrease may still succeed in a spell.
        if number > self.since_sent
            && let Some((since, rate)) = self.spell.take()
            && now - since >= SPELL_MS
        {
            *self = Self {
                last: self.last,
                ..Self::default()
            };
            self.tokens = Tokens::one(now);
            self.rate = rate;
            return;
        }
        self.delivered += 1.0;
        self.count(now, number, false);
        self.tokens.succeeded();
        let rate = self.after_success(now);
        if let (Some(before), Some(_)) = (self.rate, rate) {
            self.tokens.set(now, self.tokens.count(now, before));
        }
        self.rate = rate;
    }

    /// The rate after a success.
    fn after_success(&mut self, now: f64) -> Option<f64> {
        let rate = self.rate;
        if let Some(trial) = self.trial {
            match trial.result(rate) {
                Some(true) if trial.is_held && self.had_no_effect(now) => {
                    let floor = rate.unwrap_or_default() / 2.0;
                    let found = self.delivered_since_decrease(now).max(floor);
                    self.decrease(now, found);
                    self.trial = Some(Trial {
                        since: Counts::default(),
                        ..trial
                    });
                    return self.rate;
                }
                Some(true) => {
                    self.mode = Mode::Chance(now);
                    self.trial = None;
                    self.since = Counts::default();
                    return trial.former;
                }
                Some(false) => {
                    self.raised_at = if trial.is_held { now } else { self.raised_at };
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

    /// Records a refusal of the request of that number, which may be sent again at `until`. Returns
    /// whether all calls wait until then.
    pub fn refused(&mut self, now: f64, number: f64, until: f64) -> bool {
        let rate = self.rate;
        self.spell.get_or_insert((now, rate));
        let share = self.lately.share();
        self.count(now, number, true);
        // It was sent at the rate before.
        if number <= self.since_sent {
            return false;
        }
        let is_rare = self.row >= ROW && share.powi(self.row) < RARE;
        if is_rare || self.share_of(RECENT) > MOST {
            return self.fall(now, until);
        }
        match self.mode {
            Mode::Chance(_) if self.share_of(2 * RECENT) > share + share.max(RISEN) => {
                return self.fall(now, until);
            }
            Mode::Chance(_) if self.is_too_much_for_chance() => {
                return self.fall(now, until);
            }
            Mode::Chance(since) if now - since < AGAIN_MS => {}
            Mode::Rate if self.is_still_too_high() => return self.fall(now, until),
            Mode::Rate if self.trial.is_some_and(|trial| trial.is_held) => {}
            // Of the first few, neither the share nor the rate means much.
            Mode::Rate if rate.is_none() && self.lately.refused < FEWEST => {}
            _ => self.slow(now),
        }
        false
    }

    /// Whether refusals go on after a decrease, more than by chance.
    fn is_still_too_high(&self) -> bool {
        let Counts { responses, refused } = self.since;
        let expected = self.trial.map_or(0.0, |trial| trial.share * responses);
        let is_most = refused >= 2.0 * STILL.0 && refused > MOST_BY_CHANCE * responses;
        let is_more = refused >= STILL.0 + 3.0 * expected && refused > STILL.1 * responses;
        self.since_sent > 0.0 && (is_more || is_most)
    }

    /// Whether of the last 300 or so more are refused than by chance: other processes at the same limit
    /// look like chance, because their refusals become no rarer by one process alone.
    fn is_too_much_for_chance(&self) -> bool {
        self.lately.responses >= ENOUGH && self.lately.share() > MOST_LATELY
    }

    /// Whether since the last decrease fewer requests came than the rate permits: slots held them
    /// back, so the share of refusals says nothing of the rate.
    fn had_no_effect(&self, now: f64) -> bool {
        let permitted = self.rate.unwrap_or(f64::INFINITY) * (now - self.since_at);
        self.since.responses < permitted * EFFECT
    }

    fn delivered_since_decrease(&self, now: f64) -> f64 {
        (self.since.responses - self.since.refused) / (now - self.since_at).max(1.0)
    }

    /// Nothing is sent until then, so nothing is learned.
    pub fn pause(&mut self, until: f64) {
        self.tokens = Tokens::one(until);
        self.raised_at = self.raised_at.max(until);
        self.passed_at = self.passed_at.map(|at| at.max(until));
    }

    /// Records a refusal of a request that was on its way when a pause began.
    pub fn refused_late(&mut self, now: f64) {
        // It was sent at the rate before, so it is no part of a trial.
        self.count(now, 0.0, true);
    }

    /// Falls to the delivery rate, far below the rate: all calls wait first.
    fn fall(&mut self, now: f64, until: f64) -> bool {
        let rate = self.rate.unwrap_or(f64::INFINITY);
        let floor = self.rate.unwrap_or_default() / 2.0;
        let found = self.delivery_rate(now, until.max(now)).max(floor);
        self.mode = Mode::Rate;
        self.trial = None;
        self.recent = 0;
        self.decrease(now, rate.min(found));
        (self.delivered, self.delivered_since) = (0.0, Some(now));
        true
    }

    /// Sends less: the rate may be too high.
    fn slow(&mut self, now: f64) {
        let delivered = self.delivery_rate(now, now);
        let found = match self.rate {
            Some(rate) if self.delivered < MEASURED => rate,
            Some(rate) => delivered.clamp(rate / 2.0, rate),
            None => delivered,
        };
        self.mode = Mode::Rate;
        let next = Trial::after(self.lately, self.rate);
        let trial = self.trial.get_or_insert(next);
        if next.share * found * 1_000.0 >= FREQUENT {
            *trial = Trial {
                former: trial.former,
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
        self.tokens = Tokens::one(now);
        self.tokens.set(now, count.min(1.0));
        self.rate = Some((ceiling * DECREASE).max(LOWEST));
    }

    /// The rate after a success: towards the ceiling, then beyond it.
    fn raised(&mut self, now: f64, rate: f64) -> f64 {
        let elapsed = (now - self.raised_at).max(0.0);
        self.raised_at = self.raised_at.max(now);
        let ceiling = self.ceiling.unwrap_or(rate);
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

    /// The successes per millisecond, from one empty bucket to the next.
    fn delivery_rate(&self, now: f64, until: f64) -> f64 {
        let span = until - self.delivered_since.unwrap_or(now);
        self.delivered / span.max(1.0)
    }

    fn count(&mut self, now: f64, number: f64, is_refused: bool) {
        self.delivered_since.get_or_insert(now);
        self.recent = (self.recent << 1) | u64::from(is_refused);
        self.row = if is_refused { self.row + 1 } else { 0 };
        self.lately.responses *= KEPT;
        self.lately.refused *= KEPT;
        self.lately.add(is_refused);
        if number > self.since_sent {
            self.since.add(is_refused);
            if let Some(trial) = &mut self.trial {
                trial.since.add(is_refused);
            }
        }
    }

    /// The share of refusals among so many last responses.
    fn share_of(&self, count: u32) -> f64 {
        let last = self.recent & ((1 << count) - 1);
        f64::from(last.count_ones()) / f64::from(count)
    }
}
