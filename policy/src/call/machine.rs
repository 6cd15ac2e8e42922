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

use crate::base::error::{Code, Failure};
use crate::base::strings::{concat, number};
use crate::base::time::MonotonicTime;
use crate::call::attempts::{AttemptContext, AttemptReports, Attempts, InJob, OperationStep};
#[cfg(feature = "jobs")]
use crate::call::cancelation::Cancelation;
use crate::call::deletion::{Deletion, DeletionStep};
use crate::call::events::{Action, Done, Event, Goal, Output};
use crate::call::failed_attempt::unexpected_event;
use crate::http::request::Operation;
use crate::http::response::Content;
use crate::options::Settings;
use crate::options::batch_id::BatchId;
use std::sync::Arc;

/// One call: its options and its state.
#[derive(Debug)]
pub struct Call {
    settings: Arc<Settings>,
    goal: Goal,
    deletion: Deletion,
    #[cfg(feature = "jobs")]
    cancelation: Cancelation,
    attempts: Attempts,
    in_job: InJob,
    deadline: Option<MonotonicTime>,
    /// True if the limit of the outstanding action is the deadline of the call.
    ends_at_limit: bool,
}

impl Call {
    /// Creates a single call, which `totalTimeout` bounds from now on.
    #[must_use]
    pub fn new(settings: Arc<Settings>, goal: Goal, now: MonotonicTime) -> Self {
        let deadline = settings.deadline(now);
        Self::with(settings, goal, deadline, false)
    }

    /// Creates a call of a job, which has a limiter, and a deadline that the job itself enforces.
    #[must_use]
    pub fn in_job(settings: Arc<Settings>, goal: Goal, deadline: Option<MonotonicTime>) -> Self {
        Self::with(settings, goal, deadline, true)
    }

    /// Creates a call of several that share a deadline.
    #[must_use]
    pub fn until(settings: Arc<Settings>, goal: Goal, deadline: Option<MonotonicTime>) -> Self {
        Self::with(settings, goal, deadline, false)
    }

    fn with(
        settings: Arc<Settings>,
        goal: Goal,
        deadline: Option<MonotonicTime>,
        in_job: bool,
    ) -> Self {
        Self {
            settings,
            goal,
            deletion: Deletion::default(),
            #[cfg(feature = "jobs")]
            cancelation: Cancelation::default(),
            attempts: Attempts::default(),
            in_job: InJob(in_job),
            deadline,
            ends_at_limit: false,
        }
    }

    /// Handles an event. `random` is from 0 to 1.
    pub fn handle<C: Content>(
        &mut self,
        event: Event<C>,
        now: MonotonicTime,
        random: f64,
    ) -> Output<C> {
        let mut reports = AttemptReports::default();
        let action = if self.ends_at_limit && matches!(event, Event::TimedOut | Event::Woke) {
            Action::Failed(self.attempts.out_of_time(total_timeout(&self.settings)))
        } else {
            self.advance(event, now, random, &mut reports)
        };
        let limit_ms = self.limit(&action, now);
        Output {
            action,
            limit_ms,
            attempt: reports.attempt,
            signal: reports.signal,
        }
    }

    fn advance<C: Content>(
        &mut self,
        event: Event<C>,
        now: MonotonicTime,
        random: f64,
        reports: &mut AttemptReports,
    ) -> Action<C> {
        if matches!(event, Event::Woke) && self.deletion.end_pause() {
            return self.restart(now, random);
        }
        if matches!(event, Event::Start) {
            return self.start(now, random);
        }
        let ended = match self.step(event, now, random, reports) {
            OperationStep::Act(action) => return action,
            OperationStep::Ended(ended) => ended,
        };
        #[cfg(feature = "jobs")]
        if let Goal::CancelIfRunning(_, if_missing) = &self.goal {
            let next = self.cancelation.next_step(*if_missing, ended);
            return next.unwrap_or_else(|| self.restart(now, random));
        }
        let Goal::Delete(_, options) = &self.goal else {
            return match ended {
                Ok(response) => Action::Done(Done::Responded(response)),
                Err(failure) => Action::Failed(failure),
            };
        };
        let settings = &self.settings;
        match self.deletion.next_step(settings, *options, ended) {
            DeletionStep::Operation => self.restart(now, random),
            DeletionStep::Pause(ms) => Action::Sleep { ms, parked: true },
            DeletionStep::Done(done) => Action::Done(done),
            DeletionStep::Failed(failure) => Action::Failed(failure),
        }
    }

    /// Begins the next operation of the call.
    fn restart<C: Content>(&mut self, now: MonotonicTime, random: f64) -> Action<C> {
        self.attempts.reset();
        self.start(now, random)
    }

    fn start<C: Content>(&mut self, now: MonotonicTime, random: f64) -> Action<C> {
        let (attempts, context) = self.parts(now, random);
        match attempts.start(context) {
            OperationStep::Act(action) => action,
            OperationStep::Ended(_) => Action::Failed(unexpected_event()),
        }
    }

    fn step<C: Content>(
        &mut self,
        event: Event<C>,
        now: MonotonicTime,
        random: f64,
        reports: &mut AttemptReports,
    ) -> OperationStep<C> {
        let (attempts, context) = self.parts(now, random);
        attempts.on_event(context, event, reports)
    }

    fn parts(&mut self, now: MonotonicTime, random: f64) -> (&mut Attempts, AttemptContext<'_>) {
        let operation = match &self.goal {
            Goal::List { limit, after } => Operation::List {
                limit: *limit,
                after: after.as_ref(),
            },
            Goal::Retrieve(id) => Operation::Retrieve(id),
            Goal::Cancel(id) => Operation::Cancel(id),
            #[cfg(feature = "jobs")]
            Goal::CancelIfRunning(id, _) => self.cancelation.operation(id),
            Goal::Delete(id, _) => self.deletion.operation(id),
        };
        let context = AttemptContext {
            settings: &self.settings,
            operation,
            in_job: self.in_job,
            deadline: self.deadline.map(MonotonicTime::as_millis),
            now: now.as_millis(),
            random,
        };
        (&mut self.attempts, context)
    }

    /// Returns the time limit of an action: the attempt's own, or the rest of the call's, if that is less.
    fn limit<C>(&mut self, action: &Action<C>, now: MonotonicTime) -> Option<u32> {
        let own = match action {
            Action::Send(_) | Action::CallForCredential(_) => Some(self.settings.timeout),
            Action::Sleep { ms, .. } => Some(*ms),
            Action::AwaitPermit | Action::Done(_) | Action::Failed(_) => return None,
        };
        let left = self
            .deadline
            .filter(|_| !self.in_job.get())
            .map(|end| end.as_millis() - now.as_millis());
        self.ends_at_limit = left.is_some_and(|left| own.is_none_or(|ms| left <= f64::from(ms)));
        if !self.ends_at_limit {
            return own;
        }
        // Between 0 and the longest time of a timer.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        left.map(|left| left.max(0.0).ceil() as u32)
    }

    /// Returns the id of the call's batch; absent: the call fetches a page of the list.
    #[must_use]
    pub fn batch_id(&self) -> Option<&BatchId> {
        match &self.goal {
            Goal::List { .. } => None,
            Goal::Retrieve(id) | Goal::Cancel(id) | Goal::Delete(id, _) => Some(id),
            #[cfg(feature = "jobs")]
            Goal::CancelIfRunning(id, _) => Some(id),
        }
    }

    /// Takes back the request of an [`Action::Send`] that the driver has not begun.
    pub fn withdraw(&mut self) {
        self.attempts.withdraw();
    }

    /// Returns whether a request was sent.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.attempts.was_sent()
    }
}

/// Returns the failure of a call or a job that has not ended within `totalTimeout`.
pub(crate) fn total_timeout(settings: &Settings) -> Box<Failure> {
    let ms = settings.total_timeout.unwrap_or_default();
    let message = concat(&[
        settings.words(
            "the call did not end within totalTimeout (",
            "the call did not end within total_timeout (",
        ),
        &number(ms.into()),
        " ms)",
    ]);
    Failure::new(Code::Timeout, message)
}
