//! The selection of batches from the list.

use crate::base::batch::BatchSummary;
use crate::base::batch::State;
use crate::base::error::{Failure, Result};
use crate::base::strings::string_kind;
use crate::base::timestamp::{age, rfc3339};
use std::cmp::Ordering;

/// A limit within the last minute counts as now, because `new Date()` is one.
const NOW_MS: f64 = 60_000.0;

/// A point in time that limits a selection, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// A time since 1970.
    At(f64),
    /// An age: it counts back from now.
    Age(f64),
}

impl Limit {
    /// Returns the time in milliseconds since 1970. An age counts back from `now`.
    #[must_use]
    pub fn time(self, now: f64) -> f64 {
        match self {
            Self::At(time) => time,
            Self::Age(age) => now - age,
        }
    }
}

/// The limits that a selected batch meets.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Selection {
    /// Batches that ended before this time.
    pub ended_before: Option<Limit>,
    /// Batches that were created before this time.
    pub created_before: Option<Limit>,
    /// Batches in this state.
    pub status: Option<State>,
}

/// The judgement of a selection on a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It is selected.
    Takes,
    /// It is not.
    Leaves,
    /// It may be: this field can't be read as a time.
    Unjudged(&'static str),
}

impl Selection {
    /// Returns whether every batch is selected: no option is given, or only times that are not in the past.
    #[must_use]
    pub fn is_everything(&self, now: f64) -> bool {
        self.status.is_none() && !self.leaves_young(now)
    }

    /// Returns whether a time in the past keeps the youngest batches from being selected.
    #[must_use]
    pub fn leaves_young(&self, now: f64) -> bool {
        [self.ended_before, self.created_before]
            .iter()
            .flatten()
            .any(|limit| limit.time(now) < now - NOW_MS)
    }

    /// Judges a batch; ages count back from `now`, in milliseconds since 1970.
    #[must_use]
    pub fn judge(&self, batch: &BatchSummary, now: f64) -> Judgement {
        // A limit that is not a number selects no batch.
        let is_late = |limit: Option<Limit>, time: Option<f64>| match (limit, time) {
            (Some(limit), Some(time)) => {
                !matches!(time.partial_cmp(&limit.time(now)), Some(Ordering::Less))
            }
            _ => false,
        };
        let is_running = self.ended_before.is_some() && batch.state != State::Ended;
        if is_running
            || is_late(self.ended_before, batch.ended_at)
            || is_late(self.created_before, batch.created_at)
            || self.status.is_some_and(|status| batch.state != status)
        {
            Judgement::Leaves
        } else if self.ended_before.is_some() && batch.ended_at.is_none() {
            Judgement::Unjudged("ended_at")
        } else if self.created_before.is_some() && batch.created_at.is_none() {
            Judgement::Unjudged("created_at")
        } else {
            Judgement::Takes
        }
    }
}

/// Describes the values of an option that is a point in time.
#[doc(hidden)]
pub const POINT_IN_TIME: &str = "a Date, an RFC 3339 time with its zone such as \"2026-10-24T00:00:00Z\", or an \
                                 age such as \"30d\" (s, m, h, d or w)";

/// Checks an option that is a point in time: an RFC 3339 string, or an age such as `"30d"`.
pub fn point_in_time(name: &str, text: &str) -> Result<Limit> {
    let found = rfc3339(text)
        .map(Limit::At)
        .or_else(|| age(text).map(Limit::Age));
    found.ok_or_else(|| Failure::wrong(name, POINT_IN_TIME, &string_kind(text)))
}
