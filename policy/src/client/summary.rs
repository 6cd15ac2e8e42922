//! The end of a job.

use crate::base::error::Failure;
use crate::jobs::batch_stream::Unjudged;
use crate::jobs::report::{Ends, Failed, Plan, Report};
use std::error::Error;
use std::fmt;

/// The counts of a job, and its failures one by one.
#[derive(Debug)]
#[non_exhaustive]
pub struct JobReport {
    /// The number of batches by their ends. In a dry run they would have them.
    pub ends: Ends,
    /// The batches that were not deleted or canceled.
    pub failed: Vec<Failed>,
    /// The number of ids for which no request was sent.
    pub unsent: u32,
    /// The failure because of which the job ended before its ids did.
    pub stopped: Option<Box<Failure>>,
    /// True if the caller drained the job.
    pub drained: bool,
    /// The batches of a dry run.
    pub plan: Plan,
    /// The batches that the selection of a purge could not judge.
    pub unjudged: Unjudged,
    /// In a purge: by how many milliseconds the local clock is ahead of the API's, negative if it is behind, if that
    /// is more than a minute.
    pub clock_difference: Option<f64>,
}

impl JobReport {
    pub(super) fn new(report: Report, unjudged: Unjudged, clock_difference: Option<f64>) -> Self {
        Self {
            ends: report.ends,
            failed: report.failed,
            unsent: report.unsent,
            stopped: report.stopped,
            drained: report.drained,
            plan: report.plan,
            unjudged,
            clock_difference,
        }
    }

    /// Returns whether every batch has the wanted end: none failed, none is left, and the selection could judge each.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_whole = self.unsent == 0 && self.stopped.is_none() && !self.drained;
        is_whole && self.failed.is_empty() && self.unjudged.total == 0
    }
}

/// The failure of a job itself, such as a list that can't be read, or the end of `total_timeout`.
#[derive(Debug)]
#[non_exhaustive]
pub struct JobError {
    /// The failure.
    pub failure: Box<Failure>,
    /// The outcomes before it.
    pub report: JobReport,
}

impl JobError {
    /// Creates the error of a job that has not begun.
    pub(super) fn early(failure: Box<Failure>) -> Self {
        Self {
            failure,
            report: JobReport::new(Report::default(), Unjudged::default(), None),
        }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(formatter)
    }
}

impl Error for JobError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failure.source()
    }
}
