//! Whether a lower rate makes refusals rarer.

/// How many refusals by chance a trial waits for.
const REFUSALS_PER_TRIAL: f64 = 8.0;
/// How many of these may be missing altogether: then there is no need to wait for the others.
const NONE: f64 = 5.0;
/// Refusals are about the rate if a trial has less than this share of those expected by chance.
const FALLEN: f64 = 0.35;
/// Refusals are by chance if there are that many, and this share of those expected by chance.
const AS_BEFORE: (f64, f64) = (6.0, 0.6);
/// No server refuses a larger share by chance.
pub(super) const MOST_BY_CHANCE: f64 = 0.4;
/// By how many standard deviations the share before a trial may be lower than it seems.
const DEVIATIONS: f64 = 1.5;
/// Where refusals are not frequent, the part of the rate from which the share is compared.
const LOWER: f64 = 0.7;

/// A lower rate, to be compared with the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    /// The rate before.
    pub(super) former: Option<f64>,
    /// The share of refusals before, and its lower bound.
    pub(super) share: f64,
    pub(super) least: f64,
    pub(super) since: Counts,
    /// The rate is kept until the end of the trial.
    pub(super) is_held: bool,
}

/// Responses, and refusals among them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) responses: f64,
    pub(super) refused: f64,
}

impl Counts {
    pub(super) fn add(&mut self, is_refused: bool) {
        self.responses += 1.0;
        self.refused += f64::from(u8::from(is_refused));
    }

    pub(super) fn share(self) -> f64 {
        self.refused / self.responses.max(1.0)
    }
}

impl Trial {
    /// A trial after the last of these responses, which was refused.
    pub(super) fn after(lately: Counts, former: Option<f64>) -> Self {
        let responses = lately.responses.max(1.0);
        // The last refusal is why there is a trial, so it says nothing of the share.
        let refused = (lately.refused - 1.0).max(0.0);
        let fewest = (refused - DEVIATIONS * refused.sqrt()).max(0.5);
        Self {
            former,
            share: refused / responses,
            least: fewest / responses,
            since: Counts::default(),
            is_held: false,
        }
    }

    /// Whether refusals are by chance, once that is known.
    pub(super) fn result(&self, rate: Option<f64>) -> Option<bool> {
        let Counts { responses, refused } = self.since;
        let lower = match (rate, self.former) {
            (Some(rate), Some(former)) => rate < former * LOWER,
            _ => true,
        };
        if refused >= AS_BEFORE.0
            && refused >= responses * self.share * AS_BEFORE.1
            && refused <= responses * MOST_BY_CHANCE
            && (self.is_held || lower)
        {
            return Some(true);
        }
        let expected = responses * self.least;
        if !self.is_held || expected < NONE || (refused > 0.0 && expected < REFUSALS_PER_TRIAL) {
            return None;
        }
        Some(refused >= expected * FALLEN)
    }
}
