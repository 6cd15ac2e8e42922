//! The reports of a job: its outcomes, its progress, and its counts at the end.

use crate::base::error::{Failure, Result};
use crate::options::batch_id::BatchId;

/// One id, as it was pulled from the job's source.
#[derive(Debug)]
pub struct Pulled {
    /// The id as it was given, if it was a string.
    pub given: Option<String>,
    /// The id, or the failure if it is not valid.
    pub id: Result<BatchId>,
}

/// The end of the deletion or cancelation of one batch.
#[derive(Debug)]
pub enum Status {
    /// The batch was deleted.
    Deleted,
    /// The batch is canceled, and ends soon.
    Canceled,
    /// The batch to cancel has ended.
    Ended,
    /// The batch did not exist.
    Missing,
    /// The batch was not deleted or canceled.
    Failed(Box<Failure>),
}

/// The outcome of one id.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The id as it was given, if it was a string.
    pub id: Option<String>,
    /// Its position among all that was pulled, from 0.
    pub index: u32,
    /// The end of its deletion or cancelation.
    pub status: Status,
    /// The id of the request that ended it; a failure has its own.
    pub request_id: Option<String>,
}

/// The number of batches by their ends, without the failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ends {
    /// Batches that were deleted.
    pub deleted: u32,
    /// Batches that were canceled.
    pub canceled: u32,
    /// Batches to cancel that had ended.
    pub ended: u32,
    /// Batches that did not exist.
    pub missing: u32,
}

/// The counts of a job, and its failures one by one.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The number of batches by their ends.
    pub ends: Ends,
    /// The batches that were not deleted or canceled, one by one.
    pub failed: Vec<Failed>,
    /// The number of ids for which no request was sent: ids that were pulled, or are known to be left.
    pub unsent: u32,
    /// The failure because of which the job ended before its ids did.
    pub stopped: Option<Box<Failure>>,
    /// True if the caller drained the job.
    pub drained: bool,
    /// The batches of a dry run.
    pub plan: Plan,
}

/// The most ids of a sample.
const SAMPLE: usize = 10;

/// The batches that a dry run has reported as deleted.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Plan {
    /// The earliest creation, in milliseconds since 1970.
    pub oldest: Option<f64>,
    /// The latest creation, in milliseconds since 1970.
    pub newest: Option<f64>,
    /// The first ten ids.
    pub sample: Vec<String>,
}

impl Plan {
    /// Adds a batch.
    pub(crate) fn add(&mut self, id: &str, created_at: Option<f64>) {
        if self.sample.len() < SAMPLE {
            self.sample.push(id.to_owned());
        }
        let merged = |known: Option<f64>, merge: fn(f64, f64) -> f64| match (known, created_at) {
            (Some(known), Some(time)) => Some(merge(known, time)),
            (known, time) => known.or(time),
        };
        self.oldest = merged(self.oldest, f64::min);
        self.newest = merged(self.newest, f64::max);
    }
}

/// A batch that was not deleted.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failed {
    /// The id as it was given, if it was a string.
    pub id: Option<String>,
    /// Its position among all that was pulled, from 0.
    pub index: u32,
    /// The failure of its deletion.
    pub failure: Box<Failure>,
}

impl Report {
    /// Returns the number of ids that have an outcome.
    #[must_use]
    pub fn done(&self) -> u32 {
        let failed = u32::try_from(self.failed.len()).unwrap_or(u32::MAX);
        let Ends {
            deleted,
            canceled,
            ended,
            missing,
        } = self.ends;
        [deleted, canceled, ended, missing, failed].iter().sum()
    }

    /// Counts an outcome.
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        match &outcome.status {
            Status::Deleted => self.ends.deleted += 1,
            Status::Canceled => self.ends.canceled += 1,
            Status::Ended => self.ends.ended += 1,
            Status::Missing => self.ends.missing += 1,
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
#[non_exhaustive]
pub struct Progress {
    /// The number of batches by their ends.
    pub ends: Ends,
    /// The number of batches that were not deleted or canceled.
    pub failed: u32,
    /// The number of ids, without the repetitions that were found, if it is known.
    pub total: Option<u32>,
    /// The number of requests in flight.
    pub in_flight: u32,
    /// The rest of a pause of all requests, in milliseconds.
    pub paused_ms: Option<f64>,
    /// The recent outcomes per second.
    pub rate_per_second: f64,
    /// The number of batches that the selection could not judge.
    pub unjudged: u32,
    /// In one progress: by how many milliseconds the caller's clock is ahead of the API's, negative if it is
    /// behind, if that is more than a minute.
    pub clock_difference: Option<f64>,
}

/// Measures outcomes per second, over windows of time.
#[derive(Debug, Default)]
pub struct Meter {
    window: Option<(f64, u32)>,
    last: Option<f64>,
}

impl Meter {
    const WINDOW_MS: f64 = 2_000.0;

    /// Counts an outcome and returns the rate of the last whole window, or of the first one until now.
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
