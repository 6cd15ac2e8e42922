//! Many batches: deletions, cancelations and purges, each a job on one task.

use crate::base::error::{Code, Failure, Result};
use crate::base::time::WallTime;
use crate::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};
use crate::client::Client;
use crate::client::job_loop::{JobLoop, Observer};
use crate::client::listing::ListOptions;
use crate::client::message_batch::MessageBatch;
use crate::client::summary::{JobError, JobReport};
use crate::client::transport::{Sleeper, Transport};
use crate::jobs::actions::{JobGoal, Source};
use crate::jobs::batch_stream::BatchStream;
use crate::jobs::concurrency::Concurrency;
use crate::jobs::purge::Purge;
use crate::jobs::report::{Outcome, Progress};
use crate::options::selection::Selection;
use futures_core::Stream;
use futures_util::stream::{Empty, empty};
use std::future::{Future, Pending, pending};
use std::sync::Arc;
use std::time::Duration;

/// A deletion or cancelation of many batches; [`Deletions::run`] begins it.
#[must_use = "nothing is sent before `run`"]
pub struct Deletions<'c, T, S, D = Pending<()>> {
    client: &'c Client<T>,
    ids: S,
    goal: JobGoal,
    concurrency: Concurrency,
    observer: Observer<'c>,
    drain: D,
}

/// The deletion of the batches that a selection takes from the list; [`Purges::run`] begins it.
#[must_use = "nothing is sent before `run`"]
pub struct Purges<'c, T, D = Pending<()>> {
    of_list: Deletions<'c, T, Empty<String>, D>,
    list: ListOptions,
    dry_run: bool,
    all: bool,
}

impl<T: Transport + Sleeper> Client<T> {
    /// Deletes the batches with these ids, and keeps within the rate limit. The failure of one does not end the
    /// others. A batch that does not exist is counted as `missing`, not as a failure.
    pub fn delete_all<S>(&self, ids: S) -> Deletions<'_, T, S>
    where
        S: Stream,
        S::Item: Into<String>,
    {
        let options = DeletionOptions::default().if_missing(IfMissing::Ignore);
        self.job(ids, JobGoal::Delete(options))
    }

    /// Cancels the batches with these ids in the same way.
    pub fn cancel_all<S>(&self, ids: S) -> Deletions<'_, T, S>
    where
        S: Stream,
        S::Item: Into<String>,
    {
        self.job(ids, JobGoal::Cancel(IfMissing::Ignore))
    }

    /// Deletes the batches of the list that the selection takes. A selection that takes every batch is refused
    /// without [`Purges::all`].
    pub fn purge(&self, selection: Selection) -> Purges<'_, T> {
        Purges {
            of_list: self.delete_all(empty()),
            list: ListOptions::default().selection(selection),
            dry_run: false,
            all: false,
        }
    }

    fn job<S>(&self, ids: S, goal: JobGoal) -> Deletions<'_, T, S> {
        Deletions {
            client: self,
            ids,
            goal,
            concurrency: Concurrency::default(),
            observer: Observer::default(),
            drain: pending(),
        }
    }
}

impl<'c, T, S, D> Deletions<'c, T, S, D>
where
    T: Transport + Sleeper,
    S: Stream,
    S::Item: Into<String>,
    D: Future<Output = ()>,
{
    /// Sets the handling of batches that have not ended. It has no effect on a cancelation.
    pub fn if_processing(mut self, handling: IfProcessing) -> Self {
        if let JobGoal::Delete(options) = &mut self.goal {
            options.if_processing = handling;
        }
        self
    }

    /// Sets the handling of batches that do not exist. The default is [`IfMissing::Ignore`].
    pub fn if_missing(mut self, handling: IfMissing) -> Self {
        match &mut self.goal {
            JobGoal::Delete(options) => options.if_missing = handling,
            JobGoal::Cancel(if_missing) => *if_missing = handling,
        }
        self
    }

    /// Sets the first pause between two status checks of a batch that has not ended.
    pub fn poll_interval(mut self, pause: Duration) -> Self {
        if let JobGoal::Delete(options) = &mut self.goal {
            *options = options.poll_interval(pause);
        }
        self
    }

    /// Sets the most requests in flight. The default is 8.
    pub fn concurrency(mut self, concurrency: Concurrency) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Calls a function with each outcome, and the counts right after it.
    pub fn on_progress(mut self, report: impl FnMut(&Outcome, &Progress) + Send + 'c) -> Self {
        self.observer.on_progress = Some(Box::new(report));
        self
    }

    /// Ends the job in an orderly way once a future is ready: no further attempt begins, and the requests in
    /// flight end with outcomes.
    pub fn drain_when<E: Future<Output = ()>>(self, signal: E) -> Deletions<'c, T, S, E> {
        Deletions {
            client: self.client,
            ids: self.ids,
            goal: self.goal,
            concurrency: self.concurrency,
            observer: self.observer,
            drain: signal,
        }
    }

    /// Runs the job on this task. If its future is dropped, requests in flight are aborted.
    pub async fn run(self) -> std::result::Result<JobReport, Box<JobError>> {
        let length = match self.ids.size_hint() {
            (least, Some(most)) if least == most => u32::try_from(most).ok(),
            _ => None,
        };
        self.run_on(Source::Caller(length)).await
    }

    async fn run_on(self, source: Source) -> std::result::Result<JobReport, Box<JobError>> {
        let Self {
            client,
            ids,
            goal,
            concurrency,
            observer,
            drain,
        } = self;
        JobLoop::new(client, observer, goal, concurrency, source)
            .run(ids, drain)
            .await
    }
}

impl<'c, T, D> Purges<'c, T, D>
where
    T: Transport + Sleeper,
    D: Future<Output = ()>,
{
    /// Sets the handling of batches that have not ended.
    pub fn if_processing(mut self, handling: IfProcessing) -> Self {
        self.of_list = self.of_list.if_processing(handling);
        self
    }

    /// Sets the first pause between two status checks of a batch that has not ended.
    pub fn poll_interval(mut self, pause: Duration) -> Self {
        self.of_list = self.of_list.poll_interval(pause);
        self
    }

    /// Sets the most requests in flight. The default is 8.
    pub fn concurrency(mut self, concurrency: Concurrency) -> Self {
        self.of_list = self.of_list.concurrency(concurrency);
        self
    }

    /// Calls a function with each outcome, and the counts right after it.
    pub fn on_progress(mut self, report: impl FnMut(&Outcome, &Progress) + Send + 'c) -> Self {
        self.of_list = self.of_list.on_progress(report);
        self
    }

    /// Deletes only the selected batches for which a function returns true.
    pub fn filter(mut self, filter: impl FnMut(&MessageBatch) -> bool + Send + 'c) -> Self {
        self.of_list.observer.filter = Some(Box::new(filter));
        self
    }

    /// Begins after the batch with this id.
    pub fn after(mut self, id: impl Into<String>) -> Self {
        self.list = self.list.after(id);
        self
    }

    /// Deletes at most this number of batches.
    pub fn limit(mut self, batches: u32) -> Self {
        self.list = self.list.limit(batches);
        self
    }

    /// Deletes nothing: the report counts the batches that would be deleted.
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// Allows a selection that takes every batch.
    pub fn all(mut self) -> Self {
        self.all = true;
        self
    }

    /// Ends the job in an orderly way once a future is ready: no further attempt begins, and the requests in
    /// flight end with outcomes.
    pub fn drain_when<E: Future<Output = ()>>(self, signal: E) -> Purges<'c, T, E> {
        Purges {
            of_list: self.of_list.drain_when(signal),
            list: self.list,
            dry_run: self.dry_run,
            all: self.all,
        }
    }

    /// Runs the purge on this task. If its future is dropped, requests in flight are aborted.
    pub async fn run(self) -> std::result::Result<JobReport, Box<JobError>> {
        let client = self.of_list.client;
        let today = client.transport.wall();
        let purge = match self.checked(today) {
            Ok(purge) => purge,
            Err(failure) => return Err(Box::new(JobError::early(failure))),
        };
        let settings = Arc::clone(&client.settings);
        let list = BatchStream::new(settings, purge.query, true, today);
        let source = Source::List(Box::new(list), purge.dry_run);
        self.of_list.run_on(source).await
    }

    fn checked(&self, today: WallTime) -> Result<Purge> {
        let mut query = self.list.query(&self.of_list.client.settings.secrets)?;
        query.has_filter = self.of_list.observer.filter.is_some();
        let checked = Purge::check(query, self.dry_run, self.all, today);
        checked.map_err(|failure| match failure.option.as_deref() {
            Some("options") => {
                let message = "purge must select some of the batches (ended_before or created_before in the \
                               past, status or filter), or have all()";
                Failure::new(Code::InvalidOption, message.into())
            }
            _ => failure,
        })
    }
}
