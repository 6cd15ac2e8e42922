//! The batches of the list that are meant, as they stream.

use crate::base::batch::Listed;
use crate::call::machine::{Caller, Clock, Transport};
use crate::http::response::Content;
use crate::jobs::list::Lister;
use crate::jobs::report::Stop;
use crate::options::selection::Selection;

/// What a caller's own filter says of a batch.
pub trait Filter<I> {
    /// What it may throw.
    type Thrown;

    /// Whether the batch is meant.
    fn takes(&self, batch: &I) -> impl Future<Output = Result<bool, Self::Thrown>>;
}

/// The list, less what is not meant.
#[derive(Debug)]
pub struct Matches<I> {
    lister: Lister<I>,
    selection: Selection,
    left: u32,
}

impl<I> Matches<I> {
    /// At most `limit` batches of the list.
    #[must_use]
    pub fn new(page_size: u32, selection: Selection, limit: Option<u32>) -> Self {
        Self {
            lister: Lister::new(page_size),
            selection,
            left: limit.unwrap_or(u32::MAX),
        }
    }

    /// The next batch that is meant.
    pub async fn next<T, C, F>(
        &mut self,
        caller: &Caller<'_, T, C>,
        filter: &F,
    ) -> Result<Option<Box<Listed<I>>>, Stop<F::Thrown>>
    where
        T: Transport,
        T::Content: Content<Item = I>,
        C: Clock,
        F: Filter<I>,
    {
        while self.left > 0 {
            let Some(batch) = self.lister.next(caller).await.map_err(Stop::Failure)? else {
                break;
            };
            if self.selection.takes(&batch)
                && filter.takes(&batch.item).await.map_err(Stop::Thrown)?
            {
                self.left -= 1;
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// Whether the next batch can be looked at without a request.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.left > 0 && self.lister.ready() > 0
    }
}
