//! One call as a state machine: an event goes in, an action comes out.
//!
//! **The one invariant: each action is outstanding until exactly one event follows it.** It concerns
//! [`Call::handle`] alone:
//!
//! 1. The driver sends [`Event::Start`].
//! 2. `handle` returns an action, and perhaps an attempt to report and a signal for the limiter.
//! 3. The driver reports the attempt, then performs the action.
//! 4. Once the action has ended, the driver sends the one event that says how.
//! 5. Steps 2 to 4 repeat until the action is [`Action::Done`] or [`Action::Failed`].
//! 6. To abort, the driver drops the call.

use crate::base::error::{Cause, Code, Failure};
use crate::base::strings::{number, text};
use crate::call::attempts::{Attempts, Notes, Scope, Step, unexpected_event};
use crate::call::deletion::{Deletion, DeletionOptions, Turn};
use crate::http::rate_limit::RateLimit;
use crate::http::request::{Operation, Request};
use crate::http::response::{Answer, Content};
use crate::options::Settings;
use crate::options::batch_id::BatchId;
use crate::options::credentials::Scheme;
use std::rc::Rc;

/// What has happened. `C` is the driver's body of a response.
#[derive(Debug)]
pub enum Event<C> {
    /// The call begins.
    Start,
    /// After [`Action::AwaitPermit`]: a request may be sent.
    Permitted,
    /// After [`Action::AwaitPermit`]: nothing more is sent, for this reason.
    Denied(Box<Failure>),
    /// After [`Action::AskCredential`].
    Credential(Result<String, Box<Failure>>),
    /// After [`Action::Send`]: a response, its body read.
    Response(Box<Answer<C>>),
    /// After [`Action::Send`]: no response came.
    Lost(Box<Cause>),
    /// After an action with a time limit: the time is up. The driver has aborted the action.
    TimedOut,
    /// After [`Action::Sleep`].
    Woke,
}

/// What the driver does next.
#[derive(Debug)]
pub enum Action<C> {
    /// In a job: wait for a permit of its limiter.
    AwaitPermit,
    /// Call the caller's function for a credential.
    AskCredential(Scheme),
    /// Send a request and read the response.
    Send(Box<Request>),
    /// Wait.
    Sleep {
        /// Milliseconds.
        ms: u32,
        /// Whether the call waits for its batch to end, and so occupies no slot of a job.
        parked: bool,
    },
    /// The call has succeeded.
    Done(Done<C>),
    /// The call has failed.
    Failed(Box<Failure>),
}

/// How a call succeeds.
#[derive(Debug)]
pub enum Done<C> {
    /// With the API's response.
    Answered(Box<Answer<C>>),
    /// The batch is not there: deleted by a request whose response was lost, or by somebody else.
    Gone {
        /// The id of the request that found it missing.
        request_id: Option<String>,
        /// Whether a deletion of this call was lost before.
        lost: bool,
    },
}

/// What `onAttempt` reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The HTTP method.
    pub method: &'static str,
    /// Counts from 1.
    pub attempt: u32,
    /// The HTTP status, where a response came.
    pub status: Option<u16>,
    /// What went wrong, where something did.
    pub error: Option<Box<Failure>>,
    /// The request's id.
    pub request_id: Option<String>,
    /// How long the call waits before its next attempt; absent where there is none.
    pub delay_ms: Option<u32>,
}

impl Attempt {
    pub(crate) fn of(operation: Operation<'_>, attempt: u32) -> Self {
        Self {
            method: operation.method().as_str(),
            attempt,
            status: None,
            error: None,
            request_id: None,
            delay_ms: None,
        }
    }
}

/// What an attempt says of the rate limit, to the limiter of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RateSignal {
    /// It was not refused for the rate.
    Responded(RateLimit),
    /// It was refused, and nothing may be sent for a time.
    Refused {
        /// The limit that the response states.
        limit: RateLimit,
        /// Until when, in milliseconds of the driver's clock.
        until: f64,
        /// Whether that is longer than the caller allows.
        stop: bool,
    },
    /// It was refused without a time, and is not retried.
    RefusedToTheEnd,
}

/// What comes out of an event.
#[derive(Debug)]
pub struct Output<C> {
    /// What the driver does next.
    pub action: Action<C>,
    /// How long it may take, in milliseconds; then [`Event::TimedOut`] or [`Event::Woke`] follows.
    pub limit_ms: Option<u32>,
    /// The attempt that has ended.
    pub attempt: Option<Box<Attempt>>,
    /// For the limiter of a job.
    pub signal: Option<RateSignal>,
}

/// What a call is for.
#[derive(Clone, Debug)]
pub enum Goal {
    /// A page of the list.
    List {
        /// How many batches a page may have.
        limit: u32,
        /// The batch after which the page begins.
        after: Option<BatchId>,
    },
    /// A batch.
    Retrieve(BatchId),
    /// The cancellation of a batch.
    Cancel(BatchId),
    /// The deletion of a batch, whatever state it is in.
    Delete(BatchId, DeletionOptions),
}

/// One call: its options, and how far it has come.
#[derive(Debug)]
pub struct Call {
    settings: Rc<Settings>,
    goal: Goal,
    deletion: Deletion,
    attempts: Attempts,
    in_job: bool,
    deadline: Option<f64>,
    /// Whether the limit of the outstanding action is the deadline of the call.
    ends_at_limit: bool,
}

impl Call {
    /// A call by itself, which `totalTimeout` bounds from now on.
    #[must_use]
    pub fn new(settings: Rc<Settings>, goal: Goal, now: f64) -> Self {
        let total = settings.total_timeout.map(f64::from);
        let deadline = total.map(|ms| now + ms);
        Self::with(settings, goal, deadline, false)
    }

    /// A call of a job, which has a limiter, and a deadline that the job itself enforces.
    #[must_use]
    pub fn in_job(settings: Rc<Settings>, goal: Goal, deadline: Option<f64>) -> Self {
        Self::with(settings, goal, deadline, true)
    }

    /// A call of several that share a deadline.
    #[must_use]
    pub fn until(settings: Rc<Settings>, goal: Goal, deadline: Option<f64>) -> Self {
        Self::with(settings, goal, deadline, false)
    }

    fn with(settings: Rc<Settings>, goal: Goal, deadline: Option<f64>, in_job: bool) -> Self {
        Self {
            settings,
            goal,
            deletion: Deletion::default(),
            attempts: Attempts::default(),
            in_job,
            deadline,
            ends_at_limit: false,
        }
    }

    /// Handles an event. `now` is in milliseconds of a clock of the driver's, `random` from 0 to 1.
    pub fn handle<C: Content>(&mut self, event: Event<C>, now: f64, random: f64) -> Output<C> {
        let mut notes = Notes::default();
        let action = if self.ends_at_limit && matches!(event, Event::TimedOut | Event::Woke) {
            Action::Failed(self.timed_out())
        } else {
            self.advance(event, now, random, &mut notes)
        };
        let limit_ms = self.limit(&action, now);
        Output {
            action,
            limit_ms,
            attempt: notes.attempt,
            signal: notes.signal,
        }
    }

    fn advance<C: Content>(
        &mut self,
        event: Event<C>,
        now: f64,
        random: f64,
        notes: &mut Notes,
    ) -> Action<C> {
        let begins = matches!(event, Event::Start);
        if matches!(event, Event::Woke) && self.deletion.wake() {
            self.attempts.renew();
            return self.start(now, random);
        }
        if begins {
            return self.start(now, random);
        }
        let ended = match self.step(event, now, random, notes) {
            Step::Act(action) => return action,
            Step::Ended(ended) => ended,
        };
        let Goal::Delete(_, options) = &self.goal else {
            return match ended {
                Ok(answer) => Action::Done(Done::Answered(answer)),
                Err(failure) => Action::Failed(failure),
            };
        };
        match self.deletion.next(*options, ended) {
            Turn::Operation => {
                self.attempts.renew();
                self.start(now, random)
            }
            Turn::Pause(ms) => Action::Sleep { ms, parked: true },
            Turn::Done(done) => Action::Done(done),
            Turn::Failed(failure) => Action::Failed(failure),
        }
    }

    fn start<C: Content>(&mut self, now: f64, random: f64) -> Action<C> {
        let (attempts, scope) = self.parts(now, random);
        match attempts.start(scope) {
            Step::Act(action) => action,
            Step::Ended(_) => Action::Failed(unexpected_event()),
        }
    }

    fn step<C: Content>(
        &mut self,
        event: Event<C>,
        now: f64,
        random: f64,
        notes: &mut Notes,
    ) -> Step<C> {
        let (attempts, scope) = self.parts(now, random);
        attempts.handle(scope, event, notes)
    }

    fn parts(&mut self, now: f64, random: f64) -> (&mut Attempts, Scope<'_>) {
        let operation = match &self.goal {
            Goal::List { limit, after } => Operation::List {
                limit: *limit,
                after: after.as_ref(),
            },
            Goal::Retrieve(id) => Operation::Retrieve(id),
            Goal::Cancel(id) => Operation::Cancel(id),
            Goal::Delete(id, _) => self.deletion.operation(id),
        };
        let scope = Scope {
            settings: &self.settings,
            operation,
            in_job: self.in_job,
            deadline: self.deadline,
            now,
            random,
        };
        (&mut self.attempts, scope)
    }

    /// The time limit of an action: the attempt's own, or what is left of the call's, if that is
    /// less.
    fn limit<C>(&mut self, action: &Action<C>, now: f64) -> Option<u32> {
        let own = match action {
            Action::Send(_) => Some(self.settings.timeout),
            Action::Sleep { ms, .. } => Some(*ms),
            Action::AskCredential(_) => None,
            Action::AwaitPermit | Action::Done(_) | Action::Failed(_) => return None,
        };
        let left = self.deadline.filter(|_| !self.in_job).map(|end| end - now);
        self.ends_at_limit = left.is_some_and(|left| own.is_none_or(|ms| left <= f64::from(ms)));
        if !self.ends_at_limit {
            return own;
        }
        // Between 0 and the longest time of a timer.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        left.map(|left| left.max(0.0).ceil() as u32)
    }

    fn timed_out(&self) -> Box<Failure> {
        let mut failure = total_timeout(&self.settings);
        failure.attempts = self.attempts.sent();
        failure
    }
}

/// The failure of what has not ended within `totalTimeout`.
#[must_use]
pub fn total_timeout(settings: &Settings) -> Box<Failure> {
    let ms = settings.total_timeout.unwrap_or_default();
    let words = text(&[
        "the call did not end within totalTimeout (",
        &number(ms.into()),
        " ms)",
    ]);
    Failure::new(Code::Timeout, words)
}
