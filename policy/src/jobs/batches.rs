//! The batches of the list that are selected, as a stream: fetched, then filtered.

use crate::base::error::Failure;
use crate::call::events::{Action, Attempt, Done, Event, Goal, Output, RateSignal};
use crate::call::machine::Call;
use crate::http::response::{Content, Response};
use crate::jobs::list::{List, Listed, Next};
use crate::options::Settings;
use crate::options::batch_id::BatchId;
use crate::options::selection::{Judgement, Selection};
use std::sync::Arc;

/// The names of the options that only `listBatches` takes.
pub const LIST_OPTIONS: &[&str] = &["after", "limit", "pageSize"];

/// How many batches that can't be judged are listed.
const MOST_UNJUDGED: usize = 100;

/// Batches that the selection could not judge.
#[derive(Debug, Default)]
pub struct Unjudged {
    /// The first of them, and the field that can't be read.
    pub first: Vec<(String, &'static str)>,
    /// How many there are.
    pub total: u32,
}

/// The next step in listing batches.
#[derive(Debug)]
pub enum Wanted<C> {
    /// The driver performs an action of the call that fetches a page.
    Call(Box<Output<C>>),
    /// The caller's filter must decide on the batch with that number.
    Filter(u32),
    /// A selected batch.
    Batch(Box<Listed>),
    /// Nothing: the list has ended.
    End,
    /// Nothing: the list can't be read.
    Failed(Box<Failure>),
}

/// Which part of the list is read.
#[derive(Clone, Debug)]
pub struct Scope {
    /// How many batches one request fetches.
    pub page_size: u32,
    /// The batch after which it begins, instead of at the list's start.
    pub after: Option<BatchId>,
    /// Which batches are selected.
    pub selection: Selection,
    /// Whether the caller has a filter, too.
    pub has_filter: bool,
    /// How many batches at most.
    pub limit: Option<u32>,
}

/// The stream.
#[derive(Debug)]
pub struct Batches {
    settings: Arc<Settings>,
    list: List,
    selection: Selection,
    /// Whether the caller has a filter.
    has_filter: bool,
    /// How many batches may still come.
    left: u32,
    unjudged: Unjudged,
    /// The batch that the filter decides on.
    candidate: Option<Box<Listed>>,
    call: Option<Call>,
    in_job: bool,
}

impl Batches {
    /// The batches of a scope. In a job, the calls take permits of its limiter.
    #[must_use]
    pub fn new(settings: Arc<Settings>, scope: Scope, in_job: bool) -> Self {
        Self {
            settings,
            list: List::new(scope.page_size, scope.after),
            selection: scope.selection,
            has_filter: scope.has_filter,
            left: scope.limit.unwrap_or(u32::MAX),
            unjudged: Unjudged::default(),
            candidate: None,
            call: None,
            in_job,
        }
    }

    /// Whether the next batch can be looked at without a request.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.left > 0 && self.list.ready() > 0
    }

    /// The batches that the selection could not judge so far.
    #[must_use]
    pub fn unjudged(&self) -> &Unjudged {
        &self.unjudged
    }

    /// Goes on to the next selected batch. The calls end at `deadline`.
    pub fn next<C: Content>(&mut self, deadline: Option<f64>, now: f64, random: f64) -> Wanted<C> {
        while self.left > 0 {
            match self.list.advance() {
                Next::End => break,
                Next::Fetch(goal) => return self.fetch(goal, deadline, now, random),
                Next::Batch(listed) => {
                    match self.selection.judge(&listed.batch) {
                        Judgement::Takes => {}
                        Judgement::Leaves => continue,
                        Judgement::Unjudged(field) => {
                            self.unjudged.total = self.unjudged.total.saturating_add(1);
                            if self.unjudged.first.len() < MOST_UNJUDGED {
                                self.unjudged.first.push((listed.batch.id, field));
                            }
                            continue;
                        }
                    }
                    if self.has_filter {
                        let number = listed.number;
                        self.candidate = Some(listed);
                        return Wanted::Filter(number);
                    }
                    self.left -= 1;
                    return Wanted::Batch(listed);
                }
            }
        }
        Wanted::End
    }

    /// Takes the decision of the caller's filter.
    pub fn filtered<C: Content>(
        &mut self,
        takes: bool,
        deadline: Option<f64>,
        now: f64,
        random: f64,
    ) -> Wanted<C> {
        match self.candidate.take() {
            Some(listed) if takes => {
                self.left -= 1;
                Wanted::Batch(listed)
            }
            _ => self.next(deadline, now, random),
        }
    }

    fn fetch<C: Content>(
        &mut self,
        goal: Goal,
        deadline: Option<f64>,
        now: f64,
        random: f64,
    ) -> Wanted<C> {
        let settings = Arc::clone(&self.settings);
        let mut call = if self.in_job {
            Call::in_job(settings, goal, deadline)
        } else {
            Call::until(settings, goal, deadline)
        };
        let output = call.handle(Event::Start, now, random);
        self.call = Some(call);
        Wanted::Call(Box::new(output))
    }

    /// Hands an event to the call that fetches a page. Where the call ends with it, the driver keeps
    /// the documents of the page, then goes on with [`Batches::next`].
    pub fn handle<C: Content>(&mut self, event: Event<C>, now: f64, random: f64) -> Fetched<C> {
        let Some(call) = &mut self.call else {
            return Fetched::Ended(Ended::default());
        };
        let output = call.handle(event, now, random);
        let ended = match output.action {
            Action::Done(Done::Responded(response)) => Ok(response),
            Action::Failed(failure) => Err(failure),
            _ => return Fetched::Act(Box::new(output)),
        };
        self.call = None;
        let (page, response) = match ended {
            Ok(mut response) => {
                let payload = response.payload.as_mut();
                let page = payload.and_then(|payload| payload.page.take());
                (Ok(page.unwrap_or_default()), Some(response))
            }
            Err(failure) => (Err(failure), None),
        };
        Fetched::Ended(Ended {
            error: self.list.fetched(page).err(),
            response,
            attempt: output.attempt,
            signal: output.signal,
        })
    }
}

/// The outcome of an event of the call that fetches a page.
#[derive(Debug)]
pub enum Fetched<C> {
    /// The call goes on.
    Act(Box<Output<C>>),
    /// The call has ended.
    Ended(Ended<C>),
}

/// How the fetching of a page ended.
#[derive(Debug)]
pub struct Ended<C> {
    /// Why the list can't be read any further.
    pub error: Option<Box<Failure>>,
    /// The page, as the API sent it.
    pub response: Option<Box<Response<C>>>,
    /// The last attempt.
    pub attempt: Option<Box<Attempt>>,
    /// For the limiter of a job.
    pub signal: Option<RateSignal>,
}

impl<C> Default for Ended<C> {
    fn default() -> Self {
        Self {
            error: None,
            response: None,
            attempt: None,
            signal: None,
        }
    }
}
