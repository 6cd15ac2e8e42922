//! Tests whether a lower rate makes refusals rarer.

/// The number of refusals after which a trial has a result: observed ones, or those expected by chance.
const REFUSALS_PER_TRIAL: f64 = 6.0;
/// Refusals are about the rate if a trial has less than this share of those expected by chance.
const FALLEN: f64 = 0.5;
/// The multiple of the expected refusals above which chance is ruled out.
const MORE: f64 = 4.0;

/// A lower rate, to be compared with the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    /// The rate before.
    pub(super) former: Option<f64>,
    /// The share of refusals before.
    pub(super) share: f64,
    pub(super) since: Counts,
    /// The rate is kept until the end of the trial.
    pub(super) is_held: bool,
}

/// Responses, and the refusals among them that did not follow another: an empty bucket refuses
/// everything that is on its way, which is one event.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) responses: f64,
    pub(super) refusals: f64,
}

impl Counts {
    pub(super) fn add(&mut self, is_new_refusal: bool) {
        self.responses += 1.0;
        self.refusals += f64::from(u8::from(is_new_refusal));
    }
}

impl Trial {
    /// Creates a trial after the last of these responses, which was refused.
    pub(super) fn after(lately: Counts, former: Option<f64>) -> Self {
        // The last refusal is why there is a trial, so it says nothing of the share.
        let refusals = (lately.refusals - 1.0).max(0.5);
        Self {
            former,
            share: refusals / lately.responses.max(1.0),
            since: Counts::default(),
            is_held: false,
        }
    }

    /// Returns whether the rate is kept. If far more requests are refused than before, either the rate is
    /// still too high or the former share came from too few responses; then another trial follows.
    pub(super) fn is_kept(&self) -> bool {
        self.is_held && !self.has_more()
    }

    fn has_more(&self) -> bool {
        let expected = self.since.responses * self.share;
        self.since.refusals >= REFUSALS_PER_TRIAL.max(expected * MORE)
    }

    /// Returns whether refusals are by chance, once that is known.
    pub(super) fn result(&self) -> Option<bool> {
        let expected = self.since.responses * self.share;
        let is_known = self.since.refusals.max(expected) >= REFUSALS_PER_TRIAL;
        (self.is_held && is_known && !self.has_more())
            .then_some(self.since.refusals >= expected * FALLEN)
    }
}
