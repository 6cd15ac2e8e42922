//! Which batches of the list are meant.

use crate::base::batch::BatchSummary;
use crate::base::batch::State;
use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::base::timestamp::{age, rfc3339};
use crate::options::checks::one_of;

/// The names of the options that select batches.
pub const SELECTION_OPTIONS: &[&str] = &["endedBefore", "createdBefore", "status", "filter"];

/// A limit within the last minute counts as now, such as that of `new Date()`.
const NOW_MS: f64 = 60_000.0;

/// The options that select batches, as given.
#[derive(Clone, Debug, Default)]
pub struct GivenSelection<'a> {
    /// `endedBefore`
    pub ended_before: Value<'a>,
    /// `createdBefore`
    pub created_before: Value<'a>,
    /// `status`
    pub status: Value<'a>,
}

/// The options that select batches, checked. All that are given must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Selection {
    ended_before: Option<f64>,
    created_before: Option<f64>,
    status: Option<State>,
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
    /// Checks the options; ages count back from `now`.
    pub fn check(given: &GivenSelection<'_>, now: f64) -> Result<Self> {
        let states = [
            ("in_progress", Some(State::InProgress)),
            ("canceling", Some(State::Canceling)),
            ("ended", Some(State::Ended)),
        ];
        Ok(Self {
            ended_before: point_in_time("endedBefore", &given.ended_before, now)?,
            created_before: point_in_time("createdBefore", &given.created_before, now)?,
            status: one_of("status", &given.status, &states, None)?,
        })
    }

    /// Whether everything is meant: no option is given, or only times up to now.
    #[must_use]
    pub fn is_everything(&self, now: f64) -> bool {
        let is_past = |limit: Option<f64>| limit.is_some_and(|limit| limit < now - NOW_MS);
        self.status.is_none() && !is_past(self.ended_before) && !is_past(self.created_before)
    }

    /// Judges a batch.
    #[must_use]
    pub fn judge(&self, batch: &BatchSummary) -> Judgement {
        let is_late = |limit: Option<f64>, time: Option<f64>| matches!((limit, time), (Some(limit), Some(time)) if time >= limit);
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

/// Checks an option that is a point in time: a `Date`, an RFC 3339 string, or an age such as
/// `"30d"`, counted back from `now`. In milliseconds since 1970.
pub fn point_in_time(name: &str, value: &Value, now: f64) -> Result<Option<f64>> {
    let found = match value {
        Value::Undefined => return Ok(None),
        Value::Date(ms) => Some(*ms).filter(|ms| ms.is_finite()),
        Value::Text(given) => rfc3339(given).or_else(|| age(given).map(|ms| now - ms)),
        _ => None,
    };
    found.map(Some).ok_or_else(|| {
        let expected = "a Date, an RFC 3339 time with its zone such as \"2026-10-24T00:00:00Z\", or an \
                        age such as \"30d\" (s, m, h, d or w)";
        Failure::wrong(name, expected, value)
    })
}
