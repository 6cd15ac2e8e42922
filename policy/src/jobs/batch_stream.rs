//! A stream of the selected batches: fetches pages, applies the selection, and calls the caller's filter.

use crate::base::error::{Failure, Result};
use crate::base::time::{MonotonicTime, WallTime};
use crate::call::events::{Action, Attempt, Done, Event, Goal, Output, RateSignal};
use crate::call::machine::{Call, total_timeout};
use crate::http::response::{Content, Response};
use crate::jobs::clock::Clock;
use crate::jobs::pager::{ListedBatch, NextBatch, PAGE_SIZE, Pager, Start};
use crate::options::Settings;
use crate::options::batch_id::BatchId;
use crate::options::selection::{Judgement, Selection};
use std::sync::Arc;

/// The pages after which the driver's event loop turns. A caller's `fetch` may resolve without a turn: then no
/// timer fires, and nothing is aborted.
const PAGES_PER_TURN: u32 = 10;

/// The message for a batch that a dry run may not count.
pub(super) const REFUSAL_OF_DRY_RUN: &str =
    "the batch has not ended: ifProcessing \"wait\" or \"cancel\" would delete it";

/// The most batches that a report names as unjudged.
const MOST_UNJUDGED: usize = 100;

/// A batch that the selection could not judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// Its index among the batches that were read, from 0.
    pub index: u32,
    /// Its id; empty if it has none.
    pub id: String,
    /// The field that can't be read.
    pub field: &'static str,
}

/// Batches that the selection could not judge.
#[derive(Debug, Default)]
pub struct Unjudged {
    /// The first of them.
    pub first: Vec<Odd>,
    /// The number of all of them.
    pub total: u32,
}

/// The driver's next action.
#[derive(Debug)]
pub enum StreamAction<C> {
    /// Perform an action of the call that fetches a page.
    Call(Box<Output<C>>),
    /// Run the caller's filter on the batch with this number.
    Filter(u32),
    /// Use this batch: it is selected.
    Batch(Box<ListedBatch>),
    /// End: the list has no more batches.
    End,
    /// End: the list can't be read.
    Failed(Box<Failure>),
}

/// The batches of the list that a stream yields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListQuery {
    /// The number of batches that one request fetches.
    pub page_size: u32,
    /// The batch after which the list begins; absent: the newest batch is the first.
    pub after: Option<BatchId>,
    /// The options that select batches.
    pub selection: Selection,
    /// True if the caller also has a filter.
    pub has_filter: bool,
    /// The most batches that the stream yields.
    pub limit: Option<u32>,
}

impl ListQuery {
    /// Creates a query of all its parts.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        page_size: u32,
        after: Option<BatchId>,
        selection: Selection,
        has_filter: bool,
        limit: Option<u32>,
    ) -> Self {
        Self {
            page_size,
            after,
            selection,
            has_filter,
            limit,
        }
    }
}

/// Every batch.
impl Default for ListQuery {
    fn default() -> Self {
        Self {
            page_size: PAGE_SIZE,
            after: None,
            selection: Selection::default(),
            has_filter: false,
            limit: None,
        }
    }
}

impl ListQuery {
    /// Checks that the cursor is not one of the secrets.
    pub fn unless_secret(&self, secrets: &[String]) -> Result<()> {
        let after = self.after.as_ref();
        after.map_or(Ok(()), |id| id.unless_secret("after", secrets))
    }
}

/// The stream of selected batches.
#[derive(Debug)]
pub struct BatchStream {
    settings: Arc<Settings>,
    pager: Pager,
    selection: Selection,
    clock: Clock,
    /// When the last request was sent.
    sent_at: MonotonicTime,
    has_filter: bool,
    /// The number of batches that `limit` still allows.
    left: u32,
    unjudged: Unjudged,
    /// The batch that the caller's filter decides on.
    candidate: Option<Box<ListedBatch>>,
    call: Option<Call>,
    /// The number of pages since the last turn.
    pages_of_turn: u32,
    in_job: bool,
}

impl BatchStream {
    /// Creates the stream of a query. In a job, its calls wait for permits of the job's limiter. Ages count
    /// from `today`, or from the API's clock if that is earlier.
    #[must_use]
    pub fn new(settings: Arc<Settings>, query: ListQuery, in_job: bool, today: WallTime) -> Self {
        let start = match (&query.after, in_job) {
            (Some(_), true) if query.selection.leaves_young(today) => Start::NewestIfMissing,
            (Some(_), true) => Start::Bound,
            _ => Start::Newest,
        };
        Self {
            settings,
            pager: Pager::new(query.page_size, query.after, start),
            selection: query.selection,
            clock: Clock::new(today.as_millis()),
            sent_at: MonotonicTime::default(),
            has_filter: query.has_filter,
            left: query.limit.unwrap_or(u32::MAX),
            unjudged: Unjudged::default(),
            candidate: None,
            call: None,
            pages_of_turn: 0,
            in_job,
        }
    }

    /// Returns the batches that the selection could not judge.
    #[must_use]
    pub fn unjudged(&self) -> &Unjudged {
        &self.unjudged
    }

    pub(super) fn into_unjudged(self) -> Unjudged {
        self.unjudged
    }

    /// Returns the message for a batch that a dry run may not count.
    pub(super) fn refusal_of_dry_run(&self) -> &'static str {
        self.settings.words(
            REFUSAL_OF_DRY_RUN,
            "the batch has not ended: IfProcessing::Wait or IfProcessing::Cancel would delete it",
        )
    }

    /// Returns by how many milliseconds the caller's clock is ahead of the API's, negative if it is behind, if a
    /// page has shown more than a minute.
    #[must_use]
    pub fn clock_difference(&self) -> Option<f64> {
        self.clock.difference()
    }

    /// Returns the action that leads to the next selected batch. A call that it starts ends at `deadline`, and so does
    /// a list; a job has its own end.
    pub fn next_action<C: Content>(
        &mut self,
        deadline: Option<MonotonicTime>,
        now: MonotonicTime,
        random: f64,
    ) -> StreamAction<C> {
        if self.is_late(deadline, now) {
            return StreamAction::Failed(total_timeout(&self.settings));
        }
        while self.left > 0 {
            match self.pager.next_batch() {
                NextBatch::End => break,
                NextBatch::Fetch(goal) => return self.fetch(goal, deadline, now, random),
                NextBatch::Batch(listed) => {
                    let judgement = if self.in_job && listed.batch.id.is_empty() {
                        Judgement::Unjudged("id")
                    } else {
                        self.selection
                            .judge(&listed.batch, WallTime::exactly(self.clock.now()))
                    };
                    match judgement {
                        Judgement::Takes => {}
                        Judgement::Leaves => continue,
                        Judgement::Unjudged(field) => {
                            self.unjudged.total = self.unjudged.total.saturating_add(1);
                            if self.unjudged.first.len() < MOST_UNJUDGED {
                                self.unjudged.first.push(Odd {
                                    index: listed.number,
                                    id: listed.batch.id,
                                    field,
                                });
                            }
                            continue;
                        }
                    }
                    if self.has_filter {
                        let number = listed.number;
                        self.candidate = Some(listed);
                        return StreamAction::Filter(number);
                    }
                    self.left -= 1;
                    return StreamAction::Batch(listed);
                }
            }
        }
        StreamAction::End
    }

    /// Applies the decision of the caller's filter.
    pub fn on_filter_result<C: Content>(
        &mut self,
        is_selected: bool,
        deadline: Option<MonotonicTime>,
        now: MonotonicTime,
        random: f64,
    ) -> StreamAction<C> {
        match self.candidate.take() {
            Some(listed) if is_selected && !self.is_late(deadline, now) => {
                self.left -= 1;
                StreamAction::Batch(listed)
            }
            _ => self.next_action(deadline, now, random),
        }
    }

    fn is_late(&self, deadline: Option<MonotonicTime>, now: MonotonicTime) -> bool {
        !self.in_job && deadline.is_some_and(|end| now >= end)
    }

    fn fetch<C: Content>(
        &mut self,
        goal: Goal,
        deadline: Option<MonotonicTime>,
        now: MonotonicTime,
        random: f64,
    ) -> StreamAction<C> {
        if self.pages_of_turn == PAGES_PER_TURN {
            self.pages_of_turn = 0;
            // A timer lets the event loop turn. There is no call, so `on_event` leads back here.
            return StreamAction::Call(Box::new(Output {
                action: Action::Sleep {
                    ms: 0,
                    parked: false,
                },
                limit_ms: Some(0),
                attempt: None,
                signal: None,
            }));
        }
        self.pages_of_turn += 1;
        let settings = Arc::clone(&self.settings);
        let mut call = if self.in_job {
            Call::in_job(settings, goal, deadline)
        } else {
            Call::until(settings, goal, deadline)
        };
        let output = call.handle(Event::Start, now, random);
        self.call = Some(call);
        StreamAction::Call(Box::new(self.sending(output, now)))
    }

    fn sending<C>(&mut self, output: Output<C>, now: MonotonicTime) -> Output<C> {
        if let Action::Send(_) = output.action {
            self.sent_at = now;
        }
        output
    }

    /// Passes an event to the call that fetches a page, or the end of the time in which the caller's filter decides.
    /// If the call ends, the driver keeps the documents of the page, then calls [`BatchStream::next_action`].
    pub fn on_event<C: Content>(
        &mut self,
        event: Event<C>,
        now: MonotonicTime,
        random: f64,
    ) -> FetchStep<C> {
        let Some(call) = &mut self.call else {
            let is_late = matches!(event, Event::TimedOut) && self.candidate.take().is_some();
            return FetchStep::Ended(FetchEnd {
                error: is_late.then(|| total_timeout(&self.settings)),
                ..FetchEnd::default()
            });
        };
        let output = call.handle(event, now, random);
        let ended = match output.action {
            Action::Done(Done::Responded(response)) => Ok(response),
            Action::Failed(failure) => Err(failure),
            _ => return FetchStep::Act(Box::new(self.sending(output, now))),
        };
        self.call = None;
        let (page, response) = match ended {
            Ok(mut response) => {
                self.clock
                    .on_response(&response, now.as_millis() - self.sent_at.as_millis());
                let payload = response.payload.as_mut();
                let page = payload.and_then(|payload| payload.page.take());
                (Ok(page.unwrap_or_default()), Some(response))
            }
            Err(failure) => (Err(failure), None),
        };
        FetchStep::Ended(FetchEnd {
            error: self.pager.on_page(page).err(),
            response,
            attempt: output.attempt,
            signal: output.signal,
        })
    }
}

/// The step after an event of the call that fetches a page.
#[derive(Debug)]
pub enum FetchStep<C> {
    /// Perform the next action of the call.
    Act(Box<Output<C>>),
    /// The call has ended.
    Ended(FetchEnd<C>),
}

/// The end of a call that fetches a page.
#[derive(Debug)]
pub struct FetchEnd<C> {
    /// The failure because of which the list can't be read further.
    pub error: Option<Box<Failure>>,
    /// The API's response with the page.
    pub response: Option<Box<Response<C>>>,
    /// The last attempt.
    pub attempt: Option<Box<Attempt>>,
    /// The signal for the limiter of a job.
    pub signal: Option<RateSignal>,
}

impl<C> Default for FetchEnd<C> {
    fn default() -> Self {
        Self {
            error: None,
            response: None,
            attempt: None,
            signal: None,
        }
    }
}
