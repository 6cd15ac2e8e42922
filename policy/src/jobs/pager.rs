//! Fetches the list of batches page after page, and yields the batches in order.

use crate::base::batch::{BatchSummary, Page};
use crate::base::error::{Code, Failure, Result};
use crate::base::strings::concat;
use crate::call::events::Goal;
use crate::jobs::dedupe::Seen;
use crate::options::batch_id::BatchId;
use crate::options::checks::Bounds;

/// The most batches that a page may have.
pub const LARGEST_PAGE: u32 = 1_000;

/// The bounds of `pageSize`.
#[doc(hidden)]
pub const PAGE_BOUNDS: Bounds = Bounds::new(1, LARGEST_PAGE);

/// The batches that a page of `listBatches` has by default.
pub const PAGE_SIZE: u32 = 100;

/// A batch of the list.
#[derive(Clone, Debug)]
pub struct ListedBatch {
    /// Its index among the batches of all pages that were fetched, from 0. The driver keeps its document
    /// under that number.
    pub number: u32,
    /// The facts that decide about it.
    pub batch: BatchSummary,
}

/// The result of [`Pager::next_batch`].
#[derive(Debug)]
pub enum NextBatch {
    /// A batch.
    Batch(Box<ListedBatch>),
    /// A call with this goal must fetch a page first.
    Fetch(Goal),
    /// The list has ended.
    End,
}

/// Pages through the list, newest batch first, and fetches a page only when it is needed.
///
/// The next page begins after the last batch of this one. The pager returns that batch only once the
/// next page has arrived: the receiver may delete the batch, and the API can't continue after a deleted
/// batch. If another client deletes it, or the caller's `after` no longer exists, the pager restarts at the
/// newest batch and skips the batches that it has passed. It returns each batch once.
#[derive(Debug)]
pub struct Pager {
    page_size: u32,
    /// In reverse order: the next batch is the last element.
    ready: Vec<ListedBatch>,
    after: Option<BatchId>,
    has_more: bool,
    /// The number of batches that were fetched.
    fetched: u32,
    /// The batches that were returned: a page may repeat one.
    returned: Seen,
    /// The creation time of the last dated batch that was returned.
    last_returned: Option<f64>,
    has_restarted: bool,
    /// False from a restart until a dated batch is returned: a second restart would loop.
    may_restart: bool,
    start: Start,
    /// The cursors of the pages since the last restart.
    cursors: Seen,
    /// The creation time of the last batch of the last page.
    page_end: Option<f64>,
}

/// The step that follows if the API refuses the caller's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The list begins at the newest batch.
    Newest,
    /// The list begins at the newest batch if the batch of the cursor no longer exists.
    NewestIfMissing,
    /// The list fails: in a deletion the cursor is a bound.
    Bound,
}

impl Pager {
    /// Creates a pager that begins after the batch `after`, or at the newest batch. `start` is the step that
    /// follows if that batch no longer exists.
    #[must_use]
    pub fn new(page_size: u32, after: Option<BatchId>, start: Start) -> Self {
        let mut cursors = Seen::of(None);
        if let Some(id) = &after {
            cursors.insert(id.as_str());
        }
        Self {
            page_size,
            ready: Vec::new(),
            after,
            has_more: true,
            fetched: 0,
            returned: Seen::of(None),
            last_returned: None,
            has_restarted: false,
            may_restart: true,
            start,
            cursors,
            page_end: None,
        }
    }

    /// Returns the next batch, or the goal of the call that must fetch a page first.
    pub fn next_batch(&mut self) -> NextBatch {
        loop {
            if self.has_more && self.ready.len() <= 1 {
                return NextBatch::Fetch(Goal::List {
                    limit: self.page_size,
                    after: self.after.clone(),
                });
            }
            let Some(listed) = self.ready.pop() else {
                return NextBatch::End;
            };
            let id = &listed.batch.id;
            if id.is_empty() || self.returned.insert(id) {
                if listed.batch.created_at.is_some() {
                    self.may_restart = true;
                    self.last_returned = listed.batch.created_at;
                }
                return NextBatch::Batch(Box::new(listed));
            }
        }
    }

    /// Records the result of the call that [`Pager::next_batch`] asked for.
    pub fn on_page(&mut self, result: Result<Page>) -> Result<()> {
        let page = match result {
            Ok(page) => page,
            Err(failure) if self.should_restart(&failure) => {
                self.after = None;
                self.has_restarted = true;
                self.may_restart = false;
                self.cursors = Seen::of(None);
                self.page_end = None;
                // The batch in `ready` is in a page after the restart, or deleted.
                self.ready.clear();
                return Ok(());
            }
            // Fewer batches may fit into the body limit.
            Err(failure) if failure.too_large && self.page_size > 1 => {
                self.page_size /= 2;
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        let Page {
            has_more,
            last_id,
            batches,
        } = page;
        if has_more && batches.is_empty() {
            return Err(invalid("a page without a batch that says there are more"));
        }
        let first = batches.first().and_then(|batch| batch.created_at);
        if let (Some(first), Some(end)) = (first, self.page_end)
            && first > end
        {
            return Err(invalid(
                "a page that begins newer than the one before ended",
            ));
        }
        self.page_end = batches.last().and_then(|batch| batch.created_at);
        let last_id = last_id.or_else(|| batches.last().map(|batch| batch.id.clone()));
        let mut ready = Vec::with_capacity(batches.len());
        for batch in batches {
            let number = self.fetched;
            self.fetched = self.fetched.saturating_add(1);
            if !(self.has_restarted && self.is_before_last(&batch)) {
                ready.push(ListedBatch { number, batch });
            }
        }
        ready.reverse();
        ready.append(&mut self.ready);
        self.ready = ready;
        self.has_more = has_more;
        if has_more {
            let next = last_id.map(|id| BatchId::check(&id));
            match next {
                Some(Ok(id)) if self.cursors.insert(id.as_str()) => self.after = Some(id),
                Some(Ok(_)) => return Err(invalid("a page that leads back to one before")),
                _ => {
                    return Err(invalid(
                        "a page that says there are more, but not after which batch",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Returns whether the failure means that the page's cursor no longer exists, and a restart selects no batch
    /// that the caller excludes. A restart leaves out the batches that are newer than the last returned one.
    fn should_restart(&self, failure: &Failure) -> bool {
        let start = match self.last_returned {
            Some(_) => Start::Newest,
            None => self.start,
        };
        let is_gone = match start {
            Start::Newest => matches!(failure.code, Code::BadRequest | Code::NotFound),
            Start::NewestIfMissing => failure.code == Code::NotFound,
            Start::Bound => false,
        };
        self.after.is_some() && self.may_restart && is_gone
    }

    /// Returns whether the batch is newer than the last one that was returned, so the list has passed it. With a
    /// bound, that is so unless the times say that the batch is older.
    fn is_before_last(&self, batch: &BatchSummary) -> bool {
        let is_bound = self.start != Start::Newest;
        match (batch.created_at, self.last_returned) {
            (Some(time), Some(last)) => time > last || (is_bound && time >= last),
            (None, Some(_)) => is_bound,
            (_, None) => false,
        }
    }
}

fn invalid(problem: &str) -> Box<Failure> {
    let message = concat(&["GET /v1/messages/batches: ", problem]);
    Failure::new(Code::InvalidResponse, message)
}
