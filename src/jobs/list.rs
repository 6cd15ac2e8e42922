//! Listing batches, page by page.

use crate::base::batch::{Listed, Page};
use crate::base::error::{Code, Failure, Result};
use crate::base::input_value::Value;
use crate::call::machine::{Caller, Clock, Transport};
use crate::http::request::Operation;
use crate::http::response::Content;
use crate::options::batch_id::BatchId;

/// The most batches that a page may have.
pub const LARGEST_PAGE: u32 = 1_000;

/// The list, newest first, fetched as it is needed.
///
/// The next page begins after the last batch of this one, so that batch is handed out only after
/// the next page has come: whoever gets it may delete it, and the API can't go on from what is
/// gone. Where somebody else deletes it, the list is read again from its start, and what was
/// handed out already is left out.
#[derive(Debug)]
pub struct Lister<I> {
    page_size: u32,
    /// Boxed: they are moved often, and each move of something large is code.
    /// The next is the last.
    ready: Vec<Box<Listed<I>>>,
    after: Option<BatchId>,
    more: bool,
    /// The creation time of the batch that was handed out last, and the ids of that time.
    reached: Option<(f64, Vec<String>)>,
    /// Whether the list was read from its start again.
    again: bool,
    /// Whether it was, and nothing was handed out since.
    lost: bool,
}

impl<I> Lister<I> {
    /// A list of which nothing is fetched yet.
    #[must_use]
    pub fn new(page_size: u32) -> Self {
        Self {
            page_size,
            ready: Vec::new(),
            after: None,
            more: true,
            reached: None,
            again: false,
            lost: false,
        }
    }

    /// The next batch.
    pub async fn next<T, C>(&mut self, caller: &Caller<'_, T, C>) -> Result<Option<Box<Listed<I>>>>
    where
        T: Transport,
        T::Content: Content<Item = I>,
        C: Clock,
    {
        while self.more && self.ready.len() <= 1 {
            self.fetch(caller).await?;
        }
        let next = self.ready.pop();
        if let Some(batch) = &next {
            self.lost = false;
            self.reach(batch);
        }
        Ok(next)
    }

    /// How many more can be had without a request.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.ready.len().saturating_sub(usize::from(self.more))
    }

    async fn fetch<T, C>(&mut self, caller: &Caller<'_, T, C>) -> Result<()>
    where
        T: Transport,
        T::Content: Content<Item = I>,
        C: Clock,
    {
        let operation = Operation::List {
            limit: self.page_size,
            after: self.after.as_ref(),
        };
        // Boxed: it is large, and there is one for a whole page.
        let mut answer = match Box::pin(caller.call(operation)).await {
            Ok(answer) => answer,
            Err(failure) if self.is_lost(&failure) => {
                self.after = None;
                self.again = true;
                self.lost = true;
                // It is on the list still, and comes again; or it is gone.
                self.ready.clear();
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        let page = answer
            .payload
            .as_mut()
            .and_then(|payload| payload.page.take());
        let Page {
            has_more,
            last_id,
            batches,
        } = page.unwrap_or_default();
        let last_id = last_id.or_else(|| batches.last().map(|batch| batch.id.clone()));
        let mut ready = Vec::with_capacity(batches.len());
        for (index, batch) in batches.into_iter().enumerate() {
            if !(self.again && self.is_behind(&batch)) {
                let item = answer.content.item(index);
                ready.push(Box::new(batch.with(item)));
            }
        }
        ready.reverse();
        ready.append(&mut self.ready);
        self.ready = ready;
        self.more = has_more;
        if has_more {
            let next = last_id.map(|id| BatchId::check(&Value::Text(id)));
            match next {
                Some(Ok(id)) if self.after.as_ref() != Some(&id) => self.after = Some(id),
                _ => {
                    let words = "GET /v1/messages/batches: a page that says there are more, but not \
                                 after which batch";
                    return Err(Failure::new(Code::InvalidResponse, words.into()));
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

    fn reach(&mut self, batch: &Listed<I>) {
        let Some(time) = batch.created_at else { return };
        match &mut self.reached {
            Some((reached, ids)) if reached.total_cmp(&time).is_eq() => {
                ids.push(batch.id.clone());
            }
            reached => *reached = Some((time, vec![batch.id.clone()])),
        }
    }

    /// Whether the batch was handed out before the list was read again.
    fn is_behind(&self, batch: &Listed<()>) -> bool {
        let (Some((reached, ids)), Some(time)) = (&self.reached, batch.created_at) else {
            return false;
        };
        time > *reached || (time >= *reached && ids.contains(&batch.id))
    }
}
