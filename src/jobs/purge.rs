//! Retention: which batches of the list a job deletes.

use crate::base::batch::State;
use crate::base::error::{Code, Failure, Result};
use crate::base::input_value::Value;
use crate::call::deletion_options::{DeletionOptions, IfProcessing};
use crate::jobs::list::{LARGEST_PAGE, Listed};
use crate::jobs::report::Pulled;
use crate::options::batch_id::BatchId;
use crate::options::checks::{MAX_MS, boolean, integer_in};
use crate::options::selection::Selection;

/// The names of the options that only a purge takes.
pub const PURGE_OPTIONS: &[&str] = &["limit", "dryRun", "all"];

/// The options of a purge, checked.
#[derive(Clone, Copy, Debug)]
pub struct Purge {
    /// Which batches.
    pub selection: Selection,
    /// How many at most.
    pub limit: Option<u32>,
    /// Whether nothing is deleted.
    pub dry_run: bool,
}

impl Purge {
    /// Checks the options. Without any that selects, `all` must say that everything is meant.
    pub fn check(
        selection: Selection,
        has_filter: bool,
        limit: &Value,
        dry_run: &Value,
        all: &Value,
        now: f64,
    ) -> Result<Self> {
        if !boolean("all", all)? && selection.is_everything(now) && !has_filter {
            return Err(Failure::invalid_option(
                "options",
                "must select some of the batches (endedBefore or createdBefore in the past, status or filter), \
                 or say all: true",
            ));
        }
        Ok(Self {
            selection,
            limit: limit_option(limit)?,
            dry_run: boolean("dryRun", dry_run)?,
        })
    }

    /// A page of the size that is wanted, where that is less than the largest.
    #[must_use]
    pub fn page_size(&self) -> u32 {
        self.limit.unwrap_or(LARGEST_PAGE).clamp(2, LARGEST_PAGE)
    }

    pub(crate) fn pulled(&self, index: u32, listed: Listed, options: DeletionOptions) -> Pulled {
        let batch = listed.batch;
        let would_fail = self.dry_run
            && batch.state != State::Ended
            && options.if_processing == IfProcessing::Reject;
        let id = if would_fail {
            let words =
                "the batch has not ended: ifProcessing \"wait\" or \"cancel\" would delete it";
            Err(Failure::new(Code::StillProcessing, words.into()))
        } else {
            BatchId::check(&Value::Text(batch.id.clone()))
        };
        Pulled {
            index,
            given: Some(batch.id),
            id,
        }
    }
}

/// Checks the option `limit`: how many batches at most.
pub fn limit_option(value: &Value) -> Result<Option<u32>> {
    integer_in("limit", value, "a whole number", 1, MAX_MS)
}
