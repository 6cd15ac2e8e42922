//! The loop of a job: performs the actions of all its calls on one task.

use crate::base::time::MonotonicTime;
use crate::call::events::{Action, Event};
use crate::client::Client;
use crate::client::exchange::{milliseconds, perform, random};
use crate::client::message_batch::{FetchedBatches, MessageBatch};
use crate::client::summary::{JobError, JobReport};
use crate::client::transport::{Sleeper, Transport};
use crate::jobs::actions::{JobAction, JobEnd, JobGoal, Source};
use crate::jobs::batch_stream::BatchStream;
use crate::jobs::concurrency::Concurrency;
use crate::jobs::job::Job;
use crate::jobs::report::{Outcome, Progress, Pulled};
use crate::options::batch_id::BatchId;
use futures_core::Stream;
use futures_util::stream::FuturesUnordered;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

/// The caller's function for progress.
type OnProgress<'c> = Box<dyn FnMut(&Outcome, &Progress) + Send + 'c>;

/// The caller's function that selects batches.
type Filter<'c> = Box<dyn FnMut(&MessageBatch) -> bool + Send + 'c>;

/// The functions of the caller that a job calls.
#[derive(Default)]
pub(super) struct Observer<'c> {
    pub(super) on_progress: Option<OnProgress<'c>>,
    pub(super) filter: Option<Filter<'c>>,
}

/// An event that a job waits for.
enum Arrival {
    /// The next id; `None`: there are no more.
    Pulled(Option<String>),
    /// The end of the action of the call with that number.
    Ended(u32, Event<String>),
    /// The time of the limiter.
    Woke,
    /// The event loop has turned.
    Turned,
    /// The caller drains the job.
    Drained,
    /// The end of `total_timeout`.
    TimedOut,
}

/// A job with its client.
pub(super) struct JobLoop<'c, T> {
    client: &'c Client<T>,
    observer: Observer<'c>,
    job: Job<String>,
    fetched: FetchedBatches,
    is_pulling: bool,
    is_turning: bool,
    /// The milliseconds until the limiter's next time, if it has changed.
    wake: Option<u32>,
}

impl<'c, T: Transport + Sleeper> JobLoop<'c, T> {
    pub(super) fn new(
        client: &'c Client<T>,
        observer: Observer<'c>,
        goal: JobGoal,
        concurrency: Concurrency,
        source: Source,
    ) -> Self {
        Self {
            client,
            observer,
            job: Job::new(Arc::clone(&client.settings), goal, concurrency, source),
            fetched: FetchedBatches::default(),
            is_pulling: false,
            is_turning: false,
            wake: None,
        }
    }

    /// Runs the job until it has ended.
    pub(super) async fn run<S, D>(mut self, ids: S, drain: D) -> Result<JobReport, Box<JobError>>
    where
        S: Stream,
        S::Item: Into<String>,
        D: Future<Output = ()>,
    {
        let client = self.client;
        let net = &client.transport;
        let mut ids = pin!(ids);
        let mut drain = pin!(Some(drain));
        let limit = self.client.settings.total_timeout;
        let mut limit = pin!(limit.map(|ms| net.sleep(milliseconds(ms))));
        let mut timer = pin!(None);
        let mut flights = FuturesUnordered::new();
        let at = net.monotonic();
        self.job.start(at, random(at));
        loop {
            if let Some(end) = self.perform_actions(|number, action, limit_ms| {
                flights.push(async move { (number, perform(net, action, limit_ms).await) });
            }) {
                return self.finish(end);
            }
            if let Some(ms) = self.wake.take() {
                timer.set(Some(net.sleep(milliseconds(ms))));
            }
            let mut has_yielded = false;
            let arrival = poll_fn(|context| {
                if poll_once(drain.as_mut(), context) {
                    return Poll::Ready(Arrival::Drained);
                }
                if poll_once(limit.as_mut(), context) {
                    return Poll::Ready(Arrival::TimedOut);
                }
                if let Poll::Ready(Some((number, event))) =
                    Pin::new(&mut flights).poll_next(context)
                {
                    return Poll::Ready(Arrival::Ended(number, event));
                }
                if poll_once(timer.as_mut(), context) {
                    return Poll::Ready(Arrival::Woke);
                }
                if self.is_pulling
                    && let Poll::Ready(id) = ids.as_mut().poll_next(context)
                {
                    return Poll::Ready(Arrival::Pulled(id.map(Into::into)));
                }
                if self.is_turning && std::mem::replace(&mut has_yielded, true) {
                    return Poll::Ready(Arrival::Turned);
                }
                if self.is_turning {
                    // The executor polls its other tasks before this one again.
                    context.waker().wake_by_ref();
                }
                Poll::Pending
            })
            .await;
            self.on_arrival(arrival, net.monotonic());
        }
    }

    /// Performs the actions that need no waiting, begins the others, and returns the end of the job.
    fn perform_actions(
        &mut self,
        mut begin: impl FnMut(u32, Action<String>, Option<u32>),
    ) -> Option<JobEnd> {
        loop {
            let at = self.client.transport.monotonic();
            match self.job.poll(at, random(at))? {
                JobAction::Pull => self.is_pulling = true,
                JobAction::Call(number, action, limit_ms) => begin(number, action, limit_ms),
                JobAction::Filter(number) => {
                    let batch = self.fetched.take(number);
                    let filter = self.observer.filter.as_mut();
                    let is_selected = filter
                        .zip(batch)
                        .is_some_and(|(filter, batch)| filter(&batch));
                    self.job.filtered(is_selected, at, random(at));
                }
                JobAction::Page(json) => {
                    if self.observer.filter.is_some() {
                        self.fetched.add(&json);
                    }
                }
                JobAction::Turn => self.is_turning = true,
                JobAction::Wake(ms) => self.wake = Some(ms),
                JobAction::Attempt(attempt) => self.client.report(&attempt),
                JobAction::Report(report) => {
                    if let Some(on_progress) = &mut self.observer.on_progress {
                        on_progress(&report.0, &report.1);
                    }
                }
                JobAction::Finished(end) => return Some(end),
            }
        }
    }

    fn on_arrival(&mut self, arrival: Arrival, at: MonotonicTime) {
        let chance = random(at);
        match arrival {
            Arrival::Pulled(Some(id)) => {
                self.is_pulling = false;
                let pulled = Pulled {
                    id: BatchId::check(&id),
                    given: Some(id),
                };
                self.job.pulled(pulled, at, chance);
            }
            Arrival::Pulled(None) => {
                self.is_pulling = false;
                self.job.source_ended(JobEnd::Complete, at, chance);
            }
            Arrival::Ended(number, event) => self.job.handle(number, event, at, chance),
            Arrival::Woke => self.job.woke(at, chance),
            Arrival::Turned => {
                self.is_turning = false;
                self.job.turned(at, chance);
            }
            Arrival::Drained => {
                // Nothing more is pulled.
                self.is_pulling = false;
                self.job.drain(at, chance);
            }
            Arrival::TimedOut => self.job.timed_out(at, chance),
        }
    }

    fn finish(self, end: JobEnd) -> Result<JobReport, Box<JobError>> {
        let list = self.job.list();
        let clock_difference = list.and_then(BatchStream::clock_difference);
        let (report, unjudged) = self.job.into_report();
        let report = JobReport::new(report, unjudged, clock_difference);
        match end {
            JobEnd::Failed(failure) => Err(Box::new(JobError { failure, report })),
            JobEnd::Complete | JobEnd::SourceFailed => Ok(report),
        }
    }
}

/// Polls a future, and removes it once it is ready.
fn poll_once<F: Future>(mut future: Pin<&mut Option<F>>, context: &mut Context<'_>) -> bool {
    let is_ready = future
        .as_mut()
        .as_pin_mut()
        .is_some_and(|it| it.poll(context).is_ready());
    if is_ready {
        future.set(None);
    }
    is_ready
}
