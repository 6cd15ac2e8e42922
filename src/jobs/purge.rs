//! Retention: which batches of the list a job deletes.

use crate::base::batch::Listed;
use crate::base::batch::State;
use crate::base::error::{Code, Failure, Result};
use crate::base::input_value::Value;
use crate::call::deletion::{IfProcessing, Plan};
use crate::call::machine::{Caller, Clock, Transport};
use crate::http::response::Content;
use crate::jobs::filter::{Filter, Matches};
use crate::jobs::list::LARGEST_PAGE;
use crate::jobs::report::{Inlet, Pulled, Stop};
use crate::options::batch_id::BatchId;
use crate::options::selection::Selection;
use crate::options::{MAX_MS, boolean, whole};

/// The names of the options that only a purge takes.
pub const PURGE_OPTIONS: &[&str] = &["limit", "dryRun", "all"];

/// The options of a purge, checked.
#[derive(Clone, Copy, Debug)]
pub struct Purge {
    selection: Selection,
    limit: Option<u32>,
    dry_run: bool,
}

impl Purge {
    /// Checks the options. Without any that selects, `all` must say that everything is meant.
    pub fn check(
        selection: Selection,
        has_filter: bool,
        limit: &Value,
        dry_run: &Value,
        all: &Value,
    ) -> Result<Self> {
        if !boolean("all", all)? && selection.is_empty() && !has_filter {
            return Err(Failure::invalid_option(
                "options",
                "must select batches (endedBefore, createdBefore, status or filter), or say all: true",
            ));
        }
        Ok(Self {
            selection,
            limit: limit_option(limit)?,
            dry_run: boolean("dryRun", dry_run)?,
        })
    }

    /// Whether nothing is deleted.
    #[must_use]
    pub fn is_dry(&self) -> bool {
        self.dry_run
    }

    /// Puts what is to be deleted into a job's inlet, one after the other.
    pub async fn fill<T, C, F>(
        self,
        caller: &Caller<'_, T, C>,
        filter: &F,
        plan: Plan,
        inlet: &Inlet,
    ) -> std::result::Result<(), Stop<F::Thrown>>
    where
        T: Transport,
        C: Clock,
        F: Filter<<T::Content as Content>::Item>,
    {
        // A page of the size that is asked for, where that is less.
        let page_size = self.limit.unwrap_or(LARGEST_PAGE).clamp(2, LARGEST_PAGE);
        let mut matches = Matches::new(page_size, self.selection, self.limit);
        let mut index = 0;
        while let Some(batch) = matches.next(caller, filter).await? {
            inlet.put(self.pulled(index, *batch, plan)).await;
            index += 1;
        }
        Ok(())
    }

    fn pulled<I>(self, index: u32, batch: Listed<I>, plan: Plan) -> Pulled {
        let would_fail = self.dry_run
            && batch.state != State::Ended
            && plan.if_processing == IfProcessing::Reject;
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
            dry: self.dry_run,
        }
    }
}

/// Checks the option `limit`: how many batches at most.
pub fn limit_option(value: &Value) -> Result<Option<u32>> {
    whole("limit", value, "a whole number", 1, MAX_MS)
}
