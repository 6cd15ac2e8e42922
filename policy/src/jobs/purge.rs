//! Retention: the options of a purge, and the ids that it deletes.

use crate::base::batch::State;
use crate::base::error::{Code, Failure, Result};
use crate::base::time::WallTime;
use crate::call::deletion_options::IfProcessing;
use crate::jobs::actions::JobGoal;
use crate::jobs::batch_stream::ListQuery;
use crate::jobs::pager::{LARGEST_PAGE, ListedBatch};
use crate::jobs::report::Pulled;
use crate::options::batch_id::BatchId;
use crate::options::checks::{Bounds, MAX_MS};

/// The bounds of `limit`.
#[doc(hidden)]
pub const LIMIT: Bounds = Bounds::new(1, MAX_MS);

/// The options of a purge, checked.
#[derive(Clone, Debug)]
pub struct Purge {
    /// The batches of the list that are deleted.
    pub query: ListQuery,
    /// True in a dry run: nothing is deleted.
    pub dry_run: bool,
}

impl Purge {
    /// Checks the options. `all` must be true if no option selects batches.
    pub fn check(mut query: ListQuery, dry_run: bool, all: bool, now: WallTime) -> Result<Self> {
        if !all && !query.has_filter && query.selection.is_everything(now) {
            return Err(Failure::invalid_option(
                "options",
                "must select some of the batches (endedBefore or createdBefore in the past, status or filter), \
                 or say all: true",
            ));
        }
        if let Some(limit) = query.limit {
            LIMIT.check("limit", limit)?;
        }
        // No page larger than `limit`.
        let most = query.limit.unwrap_or(LARGEST_PAGE);
        query.page_size = most.clamp(2, LARGEST_PAGE);
        Ok(Self { query, dry_run })
    }
}

/// Returns the id of a batch in the list. In a dry run it is a failure if a deletion would be refused, and
/// `message` says so.
pub(crate) fn pulled_batch(
    listed: ListedBatch,
    goal: JobGoal,
    dry_run: bool,
    message: &str,
) -> Pulled {
    let batch = listed.batch;
    let rejects =
        matches!(goal, JobGoal::Delete(options) if options.if_processing == IfProcessing::Reject);
    let would_fail = dry_run && batch.state != State::Ended && rejects;
    let id = if would_fail {
        Err(Failure::new(Code::StillProcessing, message.into()))
    } else {
        BatchId::check(&batch.id)
    };
    Pulled {
        given: Some(batch.id),
        id,
    }
}
