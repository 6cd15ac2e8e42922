//! The goal of a job, its actions, the source of its ids, and its end.

use crate::base::error::Failure;
use crate::call::deletion_options::{DeletionOptions, IfMissing};
use crate::call::events::{Action, Attempt};
use crate::jobs::batch_stream::BatchStream;
use crate::jobs::report::{Outcome, Progress};

/// The number of the call that fetches pages of the list. Deletions count from 0.
pub const LIST_CALL: u32 = u32::MAX;

/// The driver's next action.
#[derive(Debug)]
#[non_exhaustive]
pub enum JobAction<C> {
    /// Pull the next id of the caller's iterable: `Job::pulled` or `Job::source_ended` follows.
    Pull,
    /// Run the caller's filter on the batch with that number: `Job::filtered` or
    /// `Job::source_ended` follows.
    Filter(u32),
    /// Perform the action of a call within its limit: `Job::handle` follows.
    Call(u32, Action<C>, Option<u32>),
    /// Keep the documents of a page, if a filter needs them. Nothing follows.
    Page(C),
    /// Let the event loop turn: `Job::turned` follows.
    Turn,
    /// Call `Job::woke` after this number of milliseconds. It replaces an earlier time.
    Wake(u32),
    /// Report an attempt to the caller.
    Attempt(Box<Attempt>),
    /// Report an outcome to the caller.
    Report(Box<(Outcome, Progress)>),
    /// The job has ended.
    Finished(JobEnd),
}

/// The end of a job.
#[derive(Debug)]
pub enum JobEnd {
    /// Every id has its outcome.
    Complete,
    /// The source has thrown; every id that it yielded before has its outcome.
    SourceFailed,
    /// A failure that concerns the job, not one batch.
    Failed(Box<Failure>),
}

/// The operation of a job on each id.
#[derive(Clone, Copy, Debug)]
pub enum JobGoal {
    /// Deletes its batch.
    Delete(DeletionOptions),
    /// Cancels its batch.
    Cancel(IfMissing),
}

impl From<DeletionOptions> for JobGoal {
    fn from(options: DeletionOptions) -> Self {
        Self::Delete(options)
    }
}

/// The source of the ids.
#[derive(Debug)]
pub enum Source {
    /// The caller's iterable, and the number of its ids, if that is known.
    Caller(Option<u32>),
    /// The list, and whether the job is a dry run.
    List(Box<BatchStream>, bool),
}
