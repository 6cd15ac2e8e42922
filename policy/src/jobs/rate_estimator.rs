//! Estimates the permitted rate from refusals, if no response states a limit.
//!
//! The rate follows AIMD, as the window of TCP does: at a refusal it falls to nine tenths, then grows with each
//! success. A CUSUM chart of the refusals raises an alarm if far more are refused than chance explains: then
//! the rate falls to the delivered rate, and all calls pause. Two things differ from AIMD:
//!
//! - Growth doubles with each 200 successes, as in CUBIC, so that a limit which has risen is found soon. At low
//!   rates growth depends on time.
//! - A rate limit refuses nothing once less is sent; a server that refuses by chance refuses the same share at
//!   any rate. So refusals that have reduced the rate far are **by chance**: the rate before them is restored, and
//!   the next refusals do not reduce it, unless their share rises. Nor do the refusals of a job that begins.

use crate::jobs::token_counter::TokenCounter;

/// The share of the rate that remains after a refusal: a limit is found again within few refusals.
const DECREASE: f64 = 0.9;
/// The successes in which the rate grows by twice a decrease: without other clients, one request in this number
/// is refused.
const SPAN: f64 = 200.0;
/// The rate below which growth depends on time, in requests per millisecond: 200 successes can take minutes.
const SLOW: f64 = 0.01;
/// Refusals are by chance once they have brought the rate below this share: a limit that halves does not.
const LOW: f64 = 0.3;
/// The refusals by chance that do not reduce the rate. Later ones may, because there may be a limit by then.
const AGAIN: f64 = 100.0;
/// The share of refusals, beyond the share by chance, from which the rate is far too high: chance alone can refuse
/// a quarter of the requests.
const MARGIN: f64 = 0.36;
/// The refusals beyond that share that raise the alarm: chance alone causes fewer.
const ENOUGH: f64 = 8.0;
/// The longest delay of a timer, in milliseconds: a browser wakes a page in the background once a second.
const LATE_MS: f64 = 1_000.0;

/// The estimator. Times are milliseconds, rates are requests per millisecond.
#[derive(Clone, Debug)]
pub(super) struct RateEstimator {
    /// The rate; `None`: only the slots limit it.
    rate: Option<f64>,
    tokens: TokenCounter,
    /// The number of the last request, and of the last one before the last decrease.
    last: f64,
    last_before: f64,
    /// The successes since the last decrease, and the time of the last one.
    grown: f64,
    grown_at: f64,
    /// The highest rate that was used lately, and the responses and refusals since.
    highest: f64,
    fallen: (f64, f64),
    /// The rate before, infinite for `None`, while the rate is below the highest.
    before: Option<f64>,
    /// The share of refusals by chance, and the number of further ones that do not reduce the rate.
    chance: f64,
    ignored: f64,
    /// The CUSUM chart: the number of recent refusals that the share does not explain.
    excess: f64,
    /// The responses and the successes since a time.
    responses: f64,
    delivered: f64,
    since: Option<f64>,
}

impl Default for RateEstimator {
    fn default() -> Self {
        Self {
            rate: None,
            tokens: TokenCounter::new(0.0, 0.0),
            last: 0.0,
            last_before: 0.0,
            grown: 0.0,
            grown_at: 0.0,
            highest: 0.0,
            fallen: (0.0, 0.0),
            before: None,
            chance: 0.0,
            ignored: AGAIN,
            excess: 0.0,
            responses: 0.0,
            delivered: 0.0,
            since: None,
        }
    }
}

impl RateEstimator {
    /// Returns how long the next request has to wait.
    pub(super) fn wait(&self, now: f64) -> f64 {
        self.rate
            .map_or(0.0, |rate| ((1.0 - self.count(now, rate)) / rate).max(0.0))
    }

    /// Records the send of the request with this number.
    pub(super) fn on_send(&mut self, now: f64, number: f64) {
        self.last = number;
        if let Some(rate) = self.rate {
            self.tokens.set(now, self.count(now, rate) - 1.0);
        }
    }

    /// Records a response other than a refusal: the rate grows.
    pub(super) fn on_success(&mut self, now: f64) {
        self.record(now, false);
        self.fallen.0 += 1.0;
        let step = ((now - self.grown_at) * SLOW).max(1.0);
        self.grown_at = self.grown_at.max(now);
        let Some(rate) = self.rate else { return };
        self.tokens.set(now, self.count(now, rate));
        self.grown += step;
        // `exp2` would link a table: 2.5 KB.
        let mut growth = 2.0 * (1.0 - DECREASE) / SPAN * step;
        // While refusals do not reduce the rate, nothing would stop faster growth.
        let mut doubled_at = if self.ignored > 0.0 { f64::MAX } else { SPAN };
        while doubled_at <= self.grown && growth < 1.0 {
            growth *= 2.0;
            doubled_at += SPAN;
        }
        // A million a second limits no job, and is finite.
        let rate = (rate * (1.0 + growth.min(1.0))).min(1_000.0);
        if rate >= self.highest {
            self.before = None;
        }
        self.rate = Some(rate);
    }

    /// Records a refusal of the request with this number, which may be sent again at `until`. Returns
    /// whether all calls must wait until then.
    pub(super) fn on_refusal(&mut self, now: f64, number: f64, until: f64) -> bool {
        self.record(now, true);
        // It was sent at the rate before.
        if number <= self.last_before {
            return false;
        }
        self.fallen = (self.fallen.0 + 1.0, self.fallen.1 + 1.0);
        if self.excess >= ENOUGH {
            self.fall(now, until);
            return true;
        }
        if self.ignored > 0.0 {
            self.ignored -= 1.0;
            return false;
        }
        let before = self.before();
        let share = self.fallen.1 / self.fallen.0;
        if self.rate.is_some_and(|rate| rate < self.highest * LOW) && share < 1.0 - MARGIN {
            self.rate = Some(before.max(self.highest)).filter(|rate| rate.is_finite());
            (self.chance, self.ignored, self.excess) = (share, AGAIN, 0.0);
            (self.highest, self.before) = (0.0, None);
            self.measure_from(now);
            return false;
        }
        let used = self.measured(self.responses, now);
        self.highest *= 1.0 - 1.0 / AGAIN;
        if used >= self.highest {
            (self.highest, self.fallen) = (used, (1.0, 1.0));
        }
        self.decrease(now, self.rate.unwrap_or(used));
        false
    }

    /// Records a refusal of a request that was in flight when a pause began.
    pub(super) fn on_late_refusal(&mut self, now: f64) {
        self.record(now, true);
    }

    /// Records a pause of all requests until `until`.
    pub(super) fn pause(&mut self, until: f64) {
        self.tokens = TokenCounter::new(1.0, until);
        self.grown_at = self.grown_at.max(until);
    }

    /// Reduces the rate to the delivered rate.
    fn fall(&mut self, now: f64, until: f64) {
        // The first successes came from a bucket that was full: the pause is part of their time.
        let until = self.rate.map_or(until.max(now), |_| now);
        self.before();
        self.highest = self.measured(self.delivered, until);
        self.fallen = (0.0, 0.0);
        (self.chance, self.ignored, self.excess) = (0.0, 0.0, 0.0);
        self.decrease(now, self.highest);
        // The permitted rate is at least the delivered one.
        self.grown = SPAN;
        self.measure_from(until);
    }

    fn decrease(&mut self, now: f64, used: f64) {
        let count = self.rate.map_or(1.0, |rate| self.count(now, rate));
        self.tokens.set(now, count.min(1.0));
        (self.grown, self.last_before) = (0.0, self.last);
        self.rate = Some(used * DECREASE);
    }

    /// Returns the rate before the refusals that have reduced it.
    fn before(&mut self) -> f64 {
        *self
            .before
            .get_or_insert(self.rate.unwrap_or(f64::INFINITY))
    }

    /// Returns the number of tokens: at most the ones that a late timer misses.
    fn count(&self, now: f64, rate: f64) -> f64 {
        self.tokens.count(now, rate, (rate * LATE_MS).max(1.0))
    }

    /// Returns the measured rate of `count` responses, from half of the rate to the rate.
    fn measured(&self, count: f64, until: f64) -> f64 {
        let span = until - self.since.unwrap_or(until);
        let found = count.max(1.0) / span.max(1.0);
        // `clamp` would link a panic that formats floats: 8 KB.
        self.rate
            .map_or(found, |rate| found.max(rate / 2.0).min(rate))
    }

    fn measure_from(&mut self, at: f64) {
        (self.responses, self.delivered, self.since) = (0.0, 0.0, Some(at));
    }

    fn record(&mut self, now: f64, is_refused: bool) {
        self.since.get_or_insert(now);
        let share = self.chance + MARGIN;
        let change = if is_refused {
            1.0
        } else {
            -share / (1.0 - share)
        };
        self.excess = (self.excess + change).max(0.0);
        self.responses += 1.0;
        self.delivered += f64::from(u8::from(!is_refused));
    }
}
