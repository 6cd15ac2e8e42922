//! The reports of a job: its outcomes, its progress, and its counts at the end.

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::options::batch_id::BatchId;
use crate::options::checks::integer_in;

/// The names of the options that every job takes.
pub const JOB_OPTIONS: &[&str] = &["concurrency", "onProgress"];

/// Requests at once, by default.
const CONCURRENCY: u32 = 8;
/// The most requests at once.
const MOST: u32 = 256;

/// Checks the option `concurrency`.
pub fn concurrency(value: &Value) -> Result<u32> {
    Ok(integer_in("concurrency", value, "a whole number", 1, MOST)?.unwrap_or(CONCURRENCY))
}

/// One id, as it was pulled from the job's source.
#[derive(Debug)]
pub struct Pulled {
    /// Its position among all that was pulled, from 0.
    pub index: u32,
    /// The id as it was given, where it was a string.
    pub given: Option<String>,
    /// The id, or why it is none.
    pub id: Result<BatchId>,
}

/// How the deletion of one batch ended.
#[derive(Debug)]
pub enum Status {
    /// It is gone.
    Deleted,
    /// It was not there.
    Missing,
    /// It was not deleted.
    Failed(Box<Failure>),
}

/// How one id ended.
#[derive(Debug)]
pub struct Outcome {
    /// The id as it was given, where it was a string.
    pub id: Option<String>,
    /// Its position among all that was pulled, from 0.
    pub index: u32,
    /// How it ended.
    pub status: Status,
}

/// The counts of a job so far, and its failures one by one.
#[derive(Debug, Default)]
pub struct Report {
    /// How many were deleted.
    pub deleted: u32,
    /// How many were not there.
    pub missing: u32,
    /// Those that failed.
    pub failed: Vec<Failed>,
    /// Ids that were pulled, or are known to be left, and of which no request was sent.
    pub unsent: u32,
    /// Why the job ended before its ids did.
    pub stopped: Option<Box<Failure>>,
}

/// A batch that was not deleted.
#[derive(Debug)]
pub struct Failed {
    /// The id as it was given, where it was a string.
    pub id: Option<String>,
    /// Its position among all that was pulled, from 0.
    pub index: u32,
    /// Why.
    pub failure: Box<Failure>,
}

impl Report {
    /// How many have an outcome.
    #[must_use]
    pub fn done(&self) -> u32 {
        let failed = u32::try_from(self.failed.len()).unwrap_or(u32::MAX);
        self.deleted
            .saturating_add(self.missing)
            .saturating_add(failed)
    }

    /// Counts an outcome.
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        match &outcome.status {
            Status::Deleted => self.deleted += 1,
            Status::Missing => self.missing += 1,
            Status::Failed(failure) => {
                self.failed.push(Failed {
                    id: outcome.id.clone(),
                    index: outcome.index,
                    failure: failure.clone(),
                });
            }
        }
    }
}

/// The state of a job right after an outcome.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// How many were deleted.
    pub deleted: u32,
    /// How many were not there.
    pub missing: u32,
    /// How many failed.
    pub failed: u32,
    /// How many ids there are without the repetitions known so far, where that is known.
    pub total: Option<u32>,
    /// Requests in flight.
    pub in_flight: u32,
    /// How long nothing is sent, in milliseconds.
    pub paused_ms: Option<f64>,
    /// Outcomes per second, lately.
    pub rate_per_second: f64,
    /// Batches that the selection could not judge so far.
    pub unjudged: u32,
}

/// Measures outcomes per second, over windows of time.
#[derive(Debug, Default)]
pub struct Meter {
    window: Option<(f64, u32)>,
    last: Option<f64>,
}

impl Meter {
    const WINDOW_MS: f64 = 2_000.0;

    /// Counts an outcome and returns the rate of the last whole window, or of the first one so far.
    pub fn count(&mut self, now: f64) -> f64 {
        let (start, count) = self.window.unwrap_or((now, 0));
        let count = count + 1;
        let rate = f64::from(count) * 1_000.0 / (now - start).max(1.0);
        if now - start >= Self::WINDOW_MS {
            self.last = Some(rate);
            self.window = Some((now, 0));
        } else {
            self.window = Some((start, count));
        }
        self.last.unwrap_or(rate)
    }
}
