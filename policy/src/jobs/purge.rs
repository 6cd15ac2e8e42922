//! Retention: the options of a purge, and the ids that it deletes.

use crate::base::batch::State;
use crate::base::error::{Code, Failure, Result};
use crate::base::input_value::Value;
use crate::call::deletion_options::{DeletionOptions, IfProcessing};
use crate::jobs::batch_stream::ListQuery;
use crate::jobs::pager::{LARGEST_PAGE, ListedBatch};
use crate::jobs::report::Pulled;
use crate::options::batch_id::BatchId;
use crate::options::checks::{MAX_MS, boolean, integer_in};
use crate::options::selection::Selection;

/// The names of the options that only a purge takes.
pub const PURGE_OPTIONS: &[&str] = &["after", "limit", "dryRun", "all"];

/// The options of a purge, checked.
#[derive(Clone, Debug)]
pub struct Purge {
    /// The batches of the list that are deleted.
    pub query: ListQuery,
    /// Whether nothing is deleted.
    pub dry_run: bool,
}

/// The options of a purge that are its own, as given.
#[derive(Clone, Debug, Default)]
pub struct GivenPurge<'a> {
    /// `after`
    pub after: Value<'a>,
    /// `limit`
    pub limit: Value<'a>,
    /// `dryRun`
    pub dry_run: Value<'a>,
    /// `all`
    pub all: Value<'a>,
}

impl Purge {
    /// Checks the options. `all` must be true if no option selects batches.
    pub fn check(
        given: &GivenPurge<'_>,
        selection: Selection,
        has_filter: bool,
        now: f64,
    ) -> Result<Self> {
        if !boolean("all", &given.all)? && selection.is_everything(now) && !has_filter {
            return Err(Failure::invalid_option(
                "options",
                "must select some of the batches (endedBefore or createdBefore in the past, status or filter), \
                 or say all: true",
            ));
        }
        let limit = limit_option(&given.limit)?;
        Ok(Self {
            query: ListQuery {
                // No page larger than `limit`.
                page_size: limit.unwrap_or(LARGEST_PAGE).clamp(2, LARGEST_PAGE),
                after: after_option(&given.after)?,
                selection,
                has_filter,
                limit,
            },
            dry_run: boolean("dryRun", &given.dry_run)?,
        })
    }
}

/// Returns the id of a batch in the list. In a dry run it is a failure if a deletion would be refused.
pub(crate) fn pulled_batch(
    index: u32,
    listed: ListedBatch,
    options: DeletionOptions,
    dry_run: bool,
) -> Pulled {
    let batch = listed.batch;
    let would_fail =
        dry_run && batch.state != State::Ended && options.if_processing == IfProcessing::Reject;
    let id = if would_fail {
        let message =
            "the batch has not ended: ifProcessing \"wait\" or \"cancel\" would delete it";
        Err(Failure::new(Code::StillProcessing, message.into()))
    } else {
        BatchId::check(&Value::Text(&batch.id))
    };
    Pulled {
        index,
        given: Some(batch.id),
        id,
    }
}

/// Checks the option `after`: the batch after which the list begins.
pub fn after_option(value: &Value) -> Result<Option<BatchId>> {
    if matches!(value, Value::Undefined) {
        return Ok(None);
    }
    BatchId::check_as("after", value).map(Some)
}

/// Checks the option `limit`: the most batches.
pub fn limit_option(value: &Value) -> Result<Option<u32>> {
    integer_in("limit", value, "a whole number", 1, MAX_MS)
}
