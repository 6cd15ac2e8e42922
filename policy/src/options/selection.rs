//! The selection of batches from the list.

use crate::base::batch::BatchSummary;
use crate::base::batch::State;
use crate::base::error::{Failure, Result};
use crate::base::strings::value_kind;
use crate::base::time::WallTime;
use crate::base::timestamp::{age, rfc3339};
use std::cmp::Ordering;
use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
use std::time::SystemTime;

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
    pub fn time(self, now: WallTime) -> f64 {
        match self {
            Self::At(time) => time,
            Self::Age(age) => now.as_millis() - age,
        }
    }
}

/// An age.
impl From<Duration> for Limit {
    fn from(age: Duration) -> Self {
        Self::Age(age.as_secs_f64() * 1_000.0)
    }
}

impl From<WallTime> for Limit {
    fn from(time: WallTime) -> Self {
        Self::At(time.as_millis())
    }
}

#[cfg(not(target_family = "wasm"))]
impl From<SystemTime> for Limit {
    fn from(time: SystemTime) -> Self {
        WallTime::from(time).into()
    }
}

/// The limits that a selected batch meets.
///
/// ```
/// use delete_message_batch_policy::options::selection::Selection;
/// use std::time::Duration;
///
/// let month = Duration::from_secs(30 * 24 * 60 * 60);
/// let selection = Selection::default().ended_before(month);
/// # let _ = selection;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
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
    /// Creates a selection of all its limits.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        ended_before: Option<Limit>,
        created_before: Option<Limit>,
        status: Option<State>,
    ) -> Self {
        Self {
            ended_before,
            created_before,
            status,
        }
    }

    /// Selects batches that ended before a time.
    #[must_use]
    pub fn ended_before(mut self, limit: impl Into<Limit>) -> Self {
        self.ended_before = Some(limit.into());
        self
    }

    /// Selects batches that were created before a time.
    #[must_use]
    pub fn created_before(mut self, limit: impl Into<Limit>) -> Self {
        self.created_before = Some(limit.into());
        self
    }

    /// Selects batches in this state.
    #[must_use]
    pub fn status(mut self, status: State) -> Self {
        self.status = Some(status);
        self
    }

    /// Returns whether every batch is selected: no option is given, or only times that are not in the past.
    #[must_use]
    pub fn is_everything(&self, now: WallTime) -> bool {
        self.status.is_none() && !self.leaves_young(now)
    }

    /// Returns whether a time in the past keeps the youngest batches from being selected.
    #[must_use]
    pub fn leaves_young(&self, now: WallTime) -> bool {
        [self.ended_before, self.created_before]
            .iter()
            .flatten()
            .any(|limit| limit.time(now) < now.as_millis() - NOW_MS)
    }

    /// Judges a batch; ages count back from `now`.
    #[must_use]
    pub fn judge(&self, batch: &BatchSummary, now: WallTime) -> Judgement {
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
    found.ok_or_else(|| Failure::wrong(name, POINT_IN_TIME, &value_kind(text)))
}
