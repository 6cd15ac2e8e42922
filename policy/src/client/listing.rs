//! The list of batches as a stream.

use crate::base::error::Result;
use crate::base::time::MonotonicTime;
use crate::client::Client;
use crate::client::exchange::{perform, random};
use crate::client::message_batch::{FetchedBatches, MessageBatch};
use crate::client::transport::{Sleeper, Transport};
use crate::jobs::batch_stream::{BatchStream, FetchStep, ListQuery, StreamAction};
use crate::jobs::pager::PAGE_BOUNDS;
use crate::options::batch_id::BatchId;
use crate::options::selection::Selection;
use futures_core::Stream;
use futures_util::stream::unfold;
use std::pin::Pin;
use std::sync::Arc;

/// The options of a list.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ListOptions {
    selection: Selection,
    after: Option<String>,
    limit: Option<u32>,
    page_size: Option<u32>,
}

impl ListOptions {
    /// Lists only the batches of a selection.
    pub fn selection(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Begins after the batch with this id.
    pub fn after(mut self, id: impl Into<String>) -> Self {
        self.after = Some(id.into());
        self
    }

    /// Ends after this number of batches.
    pub fn limit(mut self, batches: u32) -> Self {
        self.limit = Some(batches);
        self
    }

    /// Sets the number of batches that one request fetches: from 1 to 1000. The default is 100.
    pub fn page_size(mut self, batches: u32) -> Self {
        self.page_size = Some(batches);
        self
    }

    pub(super) fn query(&self, secrets: &[String]) -> Result<ListQuery> {
        let after = self
            .after
            .as_deref()
            .map(|id| BatchId::check_as("after", id));
        let mut query = ListQuery {
            selection: self.selection,
            after: after.transpose()?,
            limit: self.limit,
            ..ListQuery::default()
        };
        if let Some(size) = self.page_size {
            PAGE_BOUNDS.check("page_size", size)?;
            query.page_size = size;
        }
        query.unless_secret(secrets)?;
        Ok(query)
    }
}

impl<T: Transport + Sleeper> Client<T> {
    /// Lists all batches, newest first.
    pub fn list(&self) -> Pin<Box<impl Stream<Item = Result<MessageBatch>> + use<'_, T>>> {
        self.list_with(ListOptions::default())
    }

    /// Lists batches, newest first, and fetches a page only when it is needed. After an error the stream ends.
    /// `total_timeout` bounds the whole list.
    pub fn list_with(
        &self,
        options: ListOptions,
    ) -> Pin<Box<impl Stream<Item = Result<MessageBatch>> + use<'_, T>>> {
        let began = Some(options);
        let stream = unfold((began, None), move |(began, lister)| async move {
            let mut lister = match (began, lister) {
                (Some(options), _) => match options.query(&self.settings.secrets) {
                    Ok(query) => Lister::new(self, query),
                    Err(failure) => return Some((Err(failure), (None, None))),
                },
                (None, lister) => lister?,
            };
            let item = lister.next().await?;
            let rest = item.is_ok().then_some(lister);
            Some((item, (None, rest)))
        });
        Box::pin(stream)
    }
}

/// A list that is being read.
struct Lister<'c, T> {
    client: &'c Client<T>,
    batches: BatchStream,
    fetched: FetchedBatches,
    deadline: Option<MonotonicTime>,
}

impl<'c, T: Transport + Sleeper> Lister<'c, T> {
    fn new(client: &'c Client<T>, query: ListQuery) -> Self {
        let settings = Arc::clone(&client.settings);
        let today = client.transport.wall();
        Self {
            client,
            batches: BatchStream::new(settings, query, false, today),
            fetched: FetchedBatches::default(),
            deadline: client.settings.deadline(client.transport.monotonic()),
        }
    }

    async fn next(&mut self) -> Option<Result<MessageBatch>> {
        let net = &self.client.transport;
        loop {
            let at = net.monotonic();
            let action = self
                .batches
                .next_action::<String>(self.deadline, at, random(at));
            let mut output = match action {
                StreamAction::Call(output) => output,
                StreamAction::Batch(listed) => match self.fetched.take(listed.number) {
                    Some(batch) => return Some(Ok(batch)),
                    // An entry that is not a batch.
                    None => continue,
                },
                StreamAction::End => return None,
                StreamAction::Failed(failure) => return Some(Err(failure)),
                // A list has no filter: a stream has one of its own.
                StreamAction::Filter(_) => continue,
            };
            let end = loop {
                if let Some(attempt) = &output.attempt {
                    self.client.report(attempt);
                }
                let event = perform(net, output.action, output.limit_ms).await;
                let at = net.monotonic();
                match self.batches.on_event(event, at, random(at)) {
                    FetchStep::Act(following) => output = following,
                    FetchStep::Ended(end) => break end,
                }
            };
            if let Some(attempt) = &end.attempt {
                self.client.report(attempt);
            }
            if let Some(response) = end.response {
                self.fetched.add(&response.content);
            }
            if let Some(failure) = end.error {
                return Some(Err(failure));
            }
        }
    }
}
