//! Whether refusals are about the rate, where no response states a limit.
//!
//! A rate limit refuses less, or nothing, once less is sent; a server that refuses by chance refuses
//! the same share at any rate. So a refusal begins a **trial**: a tenth less is sent for a while, and the
//! share that is refused meanwhile decides. If it fell, the refusals are about the rate: the lower rate
//! stays, returns towards the **ceiling** (the rate before the refusal), and beyond it grows faster and
//! faster, as CUBIC does (RFC 9438). If it did not fall, they are not: the rate before is restored, and
//! refusals hold nobody back until their share rises. Where most requests are refused, there is
//! nothing to try: the rate falls to what was delivered lately, the bandwidth estimate of BBR.

/// What is left of the rate in a trial.
const TRIAL: f64 = 0.9;
/// How many refusals of the share before a trial is to see, so that their number means something.
const REFUSALS_PER_TRIAL: f64 = 4.0;
/// The fewest and the most responses of a trial.
const SHORTEST_TRIAL: f64 = 20.0;
const LONGEST_TRIAL: f64 = 200.0;
/// Refusals are about the rate if their share in the trial is less than this part of that before.
const FALLEN: f64 = 0.35;
/// How many refusals of a share are to be expected before their absence means something.
const ENOUGH: f64 = 8.0;
/// By how much the share before a trial may be off, where it is small.
const NOISE: f64 = 0.03;
/// No server refuses a larger share by chance.
const MOST_BY_CHANCE: f64 = 0.4;
/// After how many milliseconds another trial may find that refusals are about the rate after all.
const AGAIN_MS: f64 = 30_000.0;
/// What of the counts is kept with each response: they are of the last 300 or so.
const KEPT: f64 = 1.0 - 1.0 / 300.0;
/// After how many responses the first trial may begin.
const FEWEST: f64 = 40.0;
/// Of the last responses, the share of refusals from which most are refused.
const MOST: f64 = 0.6;
/// The responses that share is of.
const RECENT: u32 = 30;
/// By how much, or by how much of itself, the share may rise before the refusals are about the rate
/// after all.
const RISEN: f64 = 0.2;
/// In how many milliseconds what is delivered is measured.
const MEASURED_MS: f64 = 1_000.0;
/// In how many milliseconds the rate returns most of the way to the ceiling.
const RETURN_MS: f64 = 1_500.0;
/// The growth beyond the ceiling in the first second, as a share of the rate; it doubles each second.
const GROWTH: f64 = 0.025;
/// After how many milliseconds without a success the rate before is restored by the first one: what a
/// limit refuses ends sooner.
const SPELL_MS: f64 = 3_000.0;
/// The lowest rate, in requests per millisecond: one in two seconds.
pub(crate) const LOWEST: f64 = 0.000_5;

/// What refusals are taken for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    /// For refusals of the rate limit; at first, too.
    Rate,
    /// On trial: the share before, the responses and refusals so far, how many responses it takes,
    /// and the rate before.
    Trial {
        share: f64,
        responses: f64,
        refused: f64,
        length: f64,
        former: Option<f64>,
    },
    /// For refusals by chance: their share, and since when.
    Chance(f64, f64),
}

/// What a refusal comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reaction {
    /// All calls wait until the refusal's `retry-after` is over; then that rate.
    Slow(f64),
    /// The refused call alone waits.
    Alone,
}

/// The history of responses.
#[derive(Clone, Debug)]
pub struct Refusals {
    mode: Mode,
    /// The last responses, the latest in the lowest bit: 1 is a refusal.
    recent: u64,
    /// Responses, and refusals among them, lately.
    responses: f64,
    refused: f64,
    /// The same since the last decision.
    since: (f64, f64),
    /// How many were delivered lately, and in how many milliseconds.
    delivered: f64,
    span: f64,
    measured_at: Option<f64>,
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
            mode: Mode::Rate,
            recent: 0,
            responses: 0.0,
            refused: 0.0,
            since: (0.0, 0.0),
            delivered: 0.0,
            span: 0.0,
            measured_at: None,
            ceiling: None,
            raised_at: 0.0,
            passed_at: None,
            spell: None,
        }
    }
}

impl Refusals {
    /// Records a response that is no refusal. Returns the rate from now on; `None`: as fast as there
    /// are slots.
    pub fn succeeded(&mut self, now: f64, rate: Option<f64>) -> Option<f64> {
        if let Some((since, rate)) = self.spell.take()
            && now - since >= SPELL_MS
        {
            *self = Self::default();
            return rate;
        }
        self.measure(now);
        self.delivered += 1.0;
        self.count(false);
        self.count_in_trial(false);
        // By chance, so many responses would have had eight refusals.
        if let Mode::Chance(share, _) = self.mode
            && self.since.0 * share >= ENOUGH
            && self.since.1 < ENOUGH / 4.0
        {
            self.mode = Mode::Rate;
            self.ceiling = rate;
        }
        let rate = self.decided(now, rate);
        match (self.mode, rate) {
            (Mode::Rate | Mode::Chance(..), Some(rate)) => Some(self.raised(now, rate)),
            _ => rate,
        }
    }

    /// Records a refusal at a rate; until `pause` nothing is sent, if all calls wait.
    pub fn refused(&mut self, now: f64, rate: Option<f64>, pause: f64) -> Reaction {
        self.spell.get_or_insert((now, rate));
        self.measure(now);
        self.count(true);
        self.count_in_trial(true);
        let current = rate.unwrap_or(self.delivery_rate());
        if self.share_of(RECENT) > MOST {
            return self.fall(self.delivery_rate() * TRIAL, current, pause);
        }
        match self.mode {
            Mode::Trial { .. } => Reaction::Alone,
            Mode::Chance(share, _) if self.share_of(2 * RECENT) > risen(share) => {
                self.fall(current * TRIAL, current, pause)
            }
            Mode::Chance(_, since) if now - since < AGAIN_MS => Reaction::Alone,
            // Of the first few, neither the share nor the rate means much.
            Mode::Rate if self.responses < FEWEST && rate.is_none() => Reaction::Alone,
            Mode::Rate | Mode::Chance(..) => {
                let share = self.refused / self.responses.max(1.0);
                self.mode = Mode::Trial {
                    share,
                    responses: 0.0,
                    refused: 0.0,
                    length: (REFUSALS_PER_TRIAL / share).clamp(SHORTEST_TRIAL, LONGEST_TRIAL),
                    former: rate,
                };
                self.slow(self.delivery_rate().min(current) * TRIAL, current, pause)
            }
        }
    }

    /// Nothing is sent until then, so nothing is learned.
    pub fn paused(&mut self, until: f64) {
        self.raised_at = self.raised_at.max(until);
        self.passed_at = self.passed_at.map(|at| at.max(until));
    }

    /// Records a refusal of a request that was on its way when a pause began.
    pub fn refused_late(&mut self) {
        // It was sent at the rate before, so it is no part of a trial.
        self.count(true);
    }

    fn fall(&mut self, rate: f64, current: f64, pause: f64) -> Reaction {
        self.mode = Mode::Rate;
        (self.since, self.recent) = ((0.0, 0.0), 0);
        self.slow(rate.min(current), current, pause)
    }

    fn slow(&mut self, rate: f64, ceiling: f64, pause: f64) -> Reaction {
        self.ceiling = Some(ceiling);
        self.passed_at = None;
        self.raised_at = pause;
        Reaction::Slow(rate.max(LOWEST))
    }

    /// Ends a trial that has seen enough. Returns the rate from now on.
    fn decided(&mut self, now: f64, rate: Option<f64>) -> Option<f64> {
        let Mode::Trial {
            share,
            responses,
            refused,
            length,
            former,
        } = self.mode
        else {
            return rate;
        };
        if responses < length {
            return rate;
        }
        self.since = (0.0, 0.0);
        let found = refused / responses;
        if found < share * FALLEN {
            self.mode = Mode::Rate;
            self.raised_at = now;
            return rate;
        }
        // What is by chance has the same share again.
        if found > (share * 3.0 + NOISE).min(MOST_BY_CHANCE) {
            self.mode = Mode::Rate;
            self.raised_at = now;
            return rate.map(|rate| rate.min(self.delivery_rate() * TRIAL));
        }
        self.mode = Mode::Chance(found.max(share), now);
        former
    }

    /// The rate after what succeeded: towards the ceiling, then beyond it.
    fn raised(&mut self, now: f64, rate: f64) -> f64 {
        let elapsed = (now - self.raised_at).clamp(0.0, RETURN_MS);
        self.raised_at = self.raised_at.max(now);
        let ceiling = self.ceiling.unwrap_or(rate);
        if rate < ceiling * 0.99 {
            return rate + (ceiling - rate) * elapsed / RETURN_MS;
        }
        let since = now - *self.passed_at.get_or_insert(now);
        let mut growth = GROWTH;
        let mut second = 1_000.0;
        while second <= since && growth < 1.0 {
            growth *= 2.0;
            second += 1_000.0;
        }
        rate + rate * growth * elapsed / 1_000.0
    }

    fn delivery_rate(&self) -> f64 {
        (self.delivered / self.span.max(1.0)).max(LOWEST)
    }

    fn measure(&mut self, now: f64) {
        let at = *self.measured_at.get_or_insert(now);
        let elapsed = (now - at).max(0.0);
        let kept = 1.0 - (elapsed / MEASURED_MS).min(1.0);
        self.delivered *= kept;
        self.span = self.span * kept + elapsed;
        self.measured_at = Some(at.max(now));
    }

    fn count(&mut self, refused: bool) {
        let number = f64::from(u8::from(refused));
        self.recent = (self.recent << 1) | u64::from(refused);
        self.responses = self.responses * KEPT + 1.0;
        self.refused = self.refused * KEPT + number;
        self.since.0 += 1.0;
        self.since.1 += number;
    }

    fn count_in_trial(&mut self, is_refused: bool) {
        if let Mode::Trial {
            responses, refused, ..
        } = &mut self.mode
        {
            *responses += 1.0;
            *refused += f64::from(u8::from(is_refused));
        }
    }

    /// The share of refusals among so many last responses.
    fn share_of(&self, count: u32) -> f64 {
        let last = self.recent & ((1 << count) - 1);
        f64::from(last.count_ones()) / f64::from(count)
    }
}

fn risen(share: f64) -> f64 {
    share + share.max(RISEN)
}
