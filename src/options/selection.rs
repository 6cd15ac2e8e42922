//! Which batches of the list are meant.

use crate::base::batch::Listed;
use crate::base::batch::State;
use crate::base::error::Result;
use crate::base::input_value::Value;
use crate::base::timestamp;
use crate::options::word;

/// The names of the options that select batches.
pub const SELECTION_OPTIONS: &[&str] = &["endedBefore", "createdBefore", "status", "filter"];

/// The options that select batches, as given.
#[derive(Clone, Debug, Default)]
pub struct GivenSelection {
    /// `endedBefore`
    pub ended_before: Value,
    /// `createdBefore`
    pub created_before: Value,
    /// `status`
    pub status: Value,
}

/// The options that select batches, checked. All that are given must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Selection {
    ended_before: Option<f64>,
    created_before: Option<f64>,
    status: Option<State>,
}

impl Selection {
    /// Checks the options; ages count back from `now`.
    pub fn check(given: &GivenSelection, now: f64) -> Result<Self> {
        let states = [
            ("in_progress", Some(State::InProgress)),
            ("canceling", Some(State::Canceling)),
            ("ended", Some(State::Ended)),
        ];
        Ok(Self {
            ended_before: timestamp::check("endedBefore", &given.ended_before, now)?,
            created_before: timestamp::check("createdBefore", &given.created_before, now)?,
            status: word("status", &given.status, &states, None)?,
        })
    }

    /// Whether nothing is selected, and so everything meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the batch is meant. One whose times can't be read is not.
    #[must_use]
    pub fn takes<I>(&self, batch: &Listed<I>) -> bool {
        let is_before = |limit: Option<f64>, time: Option<f64>| match (limit, time) {
            (None, _) => true,
            (Some(limit), Some(time)) => time < limit,
            (Some(_), None) => false,
        };
        is_before(self.ended_before, batch.ended_at)
            && is_before(self.created_before, batch.created_at)
            && self.status.is_none_or(|status| batch.state == status)
    }
}
