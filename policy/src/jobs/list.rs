//! The list of batches, page by page.

use crate::base::batch::{BatchSummary, Page};
use crate::base::error::{Code, Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::text;
use crate::call::events::Goal;
use crate::jobs::dedupe::Seen;
use crate::options::batch_id::BatchId;

/// The most batches that a page may have.
pub const LARGEST_PAGE: u32 = 1_000;

/// The batches that a page of `listBatches` has by default.
pub const PAGE_SIZE: u32 = 100;

/// A batch of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its number among all batches of all pages that were fetched, from 0: the driver keeps its
    /// document under that number.
    pub number: u32,
    /// The facts that decide about it.
    pub batch: BatchSummary,
}

/// The next item of the list.
#[derive(Debug)]
pub enum Next {
    /// A batch.
    Batch(Box<Listed>),
    /// A page must be fetched first, by this call.
    Fetch(Goal),
    /// Nothing.
    End,
}

/// The list, newest first, fetched as it is needed.
///
/// The next page begins after the last batch of this one, so that batch is handed out only after
/// the next page has come: its receiver may delete it, and the API can't go on from a deleted
/// batch. Where somebody else deletes it, or the caller's own cursor is gone, the list is read again
/// from its start, and the batches that were handed out already are left out.
#[derive(Debug)]
pub struct List {
    page_size: u32,
    /// The next is the last.
    ready: Vec<Listed>,
    after: Option<BatchId>,
    more: bool,
    /// How many batches have been fetched.
    fetched: u32,
    /// The creation time of the batch that was handed out last, and the ids of that time.
    reached: Option<(f64, Vec<String>)>,
    /// Whether the list was read from its start again.
    again: bool,
    /// Whether it was read again, and no batch with a time was handed out since: without one, the next
    /// reading could not leave out the batches that this one has handed out, and so would never end.
    lost: bool,
    /// The cursors of the pages so far, since the list's start.
    cursors: Seen,
    /// The creation time of the last batch of the page before.
    page_end: Option<f64>,
}

impl List {
    /// A list of which nothing is fetched yet. It begins after a batch, or at its start.
    #[must_use]
    pub fn new(page_size: u32, after: Option<BatchId>) -> Self {
        let mut cursors = Seen::of(None);
        if let Some(id) = &after {
            cursors.insert(id.as_str());
        }
        Self {
            page_size,
            ready: Vec::new(),
            after,
            more: true,
            fetched: 0,
            reached: None,
            again: false,
            lost: false,
            cursors,
            page_end: None,
        }
    }

    /// The next batch, or the call that must come first.
    pub fn advance(&mut self) -> Next {
        if self.more && self.ready.len() <= 1 {
            return Next::Fetch(Goal::List {
                limit: self.page_size,
                after: self.after.clone(),
            });
        }
        let Some(listed) = self.ready.pop() else {
            return Next::End;
        };
        self.reach(&listed.batch);
        Next::Batch(Box::new(listed))
    }

    /// How many more can be had without a request.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.ready.len().saturating_sub(usize::from(self.more))
    }

    /// Takes the end of the call that [`List::advance`] wanted.
    pub fn fetched(&mut self, ended: Result<Page>) -> Result<()> {
        let page = match ended {
            Ok(page) => page,
            Err(failure) if self.is_lost(&failure) => {
                self.after = None;
                self.again = true;
                self.lost = true;
                self.cursors = Seen::of(None);
                self.page_end = None;
                // It is on the list still, and comes again; or it is gone.
                self.ready.clear();
                return Ok(());
            }
            // The documents of fewer batches may fit.
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
            if !(self.again && self.is_behind(&batch)) {
                ready.push(Listed { number, batch });
            }
        }
        ready.reverse();
        ready.append(&mut self.ready);
        self.ready = ready;
        self.more = has_more;
        if has_more {
            let next = last_id.map(|id| BatchId::check(&Value::Text(&id)));
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

    /// Whether the batch is gone after which the page was to begin.
    fn is_lost(&self, failure: &Failure) -> bool {
        self.after.is_some()
            && !self.lost
            && matches!(failure.code, Code::BadRequest | Code::NotFound)
    }

    fn reach(&mut self, batch: &BatchSummary) {
        let Some(time) = batch.created_at else { return };
        self.lost = false;
        match &mut self.reached {
            Some((reached, ids)) if reached.total_cmp(&time).is_eq() => {
                ids.push(batch.id.clone());
            }
            reached => *reached = Some((time, vec![batch.id.clone()])),
        }
    }

    /// Whether the batch was handed out before the list was read again.
    fn is_behind(&self, batch: &BatchSummary) -> bool {
        let (Some((reached, ids)), Some(time)) = (&self.reached, batch.created_at) else {
            return false;
        };
        time > *reached || (time >= *reached && ids.contains(&batch.id))
    }
}

fn invalid(problem: &str) -> Box<Failure> {
    let message = text(&["GET /v1/messages/batches: ", problem]);
    Failure::new(Code::InvalidResponse, message)
}
