//! A job as a state machine: it pulls ids, deletes each with a call of its own, and reports each outcome
//! once.
//!
//! **The invariant: exactly one event follows each action that [`Job::poll`] returns, except
//! [`JobAction::Page`], [`JobAction::Report`], [`JobAction::Attempt`], [`JobAction::Wake`] and
//! [`JobAction::Finished`].**
//!
//! 1. The driver calls [`Job::start`].
//! 2. It polls, and performs each action, until `poll` returns `None`.
//! 3. It waits. When an action has ended, it passes the event to the job, then polls again.
//! 4. [`JobAction::Finished`] is the last action.

mod ending;

use self::ending::stopped_before;
use crate::base::HAS_FOREIGN_DRIVER;
use crate::base::batch::State;
use crate::base::error::Failure;
use crate::base::time::MonotonicTime;
use crate::call::deletion::state;
use crate::call::events::{Action, Attempt, Done, Event, Goal, Output, RateSignal};
use crate::call::machine::Call;
use crate::http::response::Content;
use crate::jobs::actions::{JobAction, JobEnd, JobGoal, LIST_CALL, Source};
use crate::jobs::batch_stream::{BatchStream, FetchEnd, Unjudged};
use crate::jobs::concurrency::Concurrency;
use crate::jobs::dedupe::Seen;
use crate::jobs::id_source::{IdSource, SourceStep};
use crate::jobs::limiter::Permit;
use crate::jobs::open_calls::{CalledId, OpenCalls};
use crate::jobs::permit_queue::{Grant, PermitQueue};
use crate::jobs::report::{Outcome, Pulled, Report, Status};
use crate::jobs::stop_rule::StopRule;
use crate::jobs::tally::Tally;
use crate::jobs::wait_clock::WaitClock;
use crate::options::Settings;
use crate::options::batch_id::BatchId;
use std::collections::VecDeque;
use std::sync::Arc;

/// The job.
#[derive(Debug)]
pub struct Job<C> {
    settings: Arc<Settings>,
    goal: JobGoal,
    deadline: Option<MonotonicTime>,
    clock: WaitClock,
    source: IdSource,
    /// The caller's ids; the list yields each of its own once.
    seen: Option<Seen>,
    calls: OpenCalls,
    permits: PermitQueue,
    stop_rule: StopRule,
    tally: Tally,
    is_finished: bool,
    /// The failure of the calls that the driver cuts off.
    cut: Option<Box<Failure>>,
    /// True if [`Job::poll`] advances the job once no action is left: after a report and a drain.
    must_advance: bool,
    actions: VecDeque<JobAction<C>>,
}

impl<C: Content> Job<C> {
    /// Creates a job that has not begun.
    #[must_use]
    pub fn new(
        settings: Arc<Settings>,
        goal: impl Into<JobGoal>,
        concurrency: Concurrency,
        source: Source,
    ) -> Self {
        let is_callers = matches!(source, Source::Caller(_));
        let goal = goal.into();
        let source = IdSource::new(source, goal);
        let length = source.length();
        Self {
            stop_rule: StopRule::new(concurrency.get(), settings.policy.max_retries),
            settings,
            goal,
            deadline: None,
            clock: WaitClock::default(),
            source,
            seen: is_callers.then(|| Seen::of(length)),
            calls: OpenCalls::new(concurrency.get()),
            permits: PermitQueue::new(concurrency.get()),
            tally: Tally::new(length),
            is_finished: false,
            cut: None,
            must_advance: false,
            actions: VecDeque::new(),
        }
    }

    /// Returns the current counts.
    #[must_use]
    pub fn report(&self) -> &Report {
        self.tally.report()
    }

    /// Returns the counts at the end, and the batches that a purge could not judge.
    #[must_use]
    pub fn into_report(self) -> (Report, Unjudged) {
        (self.tally.into_report(), self.source.into_unjudged())
    }

    /// Returns whether the job cancels batches.
    #[must_use]
    pub fn cancels(&self) -> bool {
        matches!(self.goal, JobGoal::Cancel(_))
    }

    /// Returns whether nothing is deleted.
    #[must_use]
    pub fn is_dry_run(&self) -> bool {
        self.source.is_dry_run()
    }

    /// Returns the list of a purge, which knows the batches that it could not judge.
    #[must_use]
    pub fn list(&self) -> Option<&BatchStream> {
        self.source.list()
    }

    /// Returns the next action; `None` if the driver has to wait.
    pub fn poll(&mut self, now: MonotonicTime, random: f64) -> Option<JobAction<C>> {
        if self.actions.is_empty() && std::mem::take(&mut self.must_advance) {
            self.advance(now, random);
        }
        let action = self.actions.pop_front();
        self.must_advance |= matches!(action, Some(JobAction::Report(_)));
        action
    }

    /// Begins. The driver calls [`Job::timed_out`] after `totalTimeout`.
    pub fn start(&mut self, now: MonotonicTime, random: f64) {
        self.deadline = self.settings.deadline(now);
        self.advance(now, random);
    }

    /// Handles an id of the caller's iterable.
    pub fn pulled(&mut self, pulled: Pulled, now: MonotonicTime, random: f64) {
        let now = self.clock.time(now);
        self.on_id(pulled, None, now, random);
        self.advance(now, random);
    }

    /// Handles the end of the source: it has no more ids, or it has thrown.
    pub fn source_ended(&mut self, end: JobEnd, now: MonotonicTime, random: f64) {
        self.source.on_end(end);
        self.advance(now, random);
    }

    /// Handles the decision of the caller's filter.
    pub fn filtered(&mut self, is_selected: bool, now: MonotonicTime, random: f64) {
        let now = self.clock.time(now);
        let (source, deadline) = (&mut self.source, self.deadline);
        let step = source.on_filter_result(is_selected, deadline, now, random);
        if let Some(step) = step {
            self.on_source_step(step, now, random);
        }
        self.advance(now, random);
    }

    /// Resumes after the driver's event loop has turned.
    pub fn turned(&mut self, now: MonotonicTime, random: f64) {
        self.source.on_turn();
        self.advance(now, random);
    }

    /// Resumes at the time of [`JobAction::Wake`].
    pub fn woke(&mut self, now: MonotonicTime, random: f64) {
        self.clock.wake();
        self.permits.woke();
        self.advance(now, random);
    }

    /// Handles an event of a call.
    pub fn handle(&mut self, number: u32, event: Event<C>, now: MonotonicTime, random: f64) {
        let now = self.clock.time(now);
        self.on_call_event(number, event, now, random);
        self.advance(now, random);
    }

    /// Grants permits and pulls ids until the limiter allows no more, or ends the job.
    fn advance(&mut self, now: MonotonicTime, random: f64) {
        if self.is_finished {
            return;
        }
        if !self.report().drained {
            self.take_ids(self.clock.time(now), random);
        }
        self.end_if_over();
    }

    fn take_ids(&mut self, now: MonotonicTime, random: f64) {
        self.grant_permits(now, random);
        // A call that ends without a request frees its slot, so the condition is checked again. The caller may
        // end the job at an outcome, and none after it may count.
        while !matches!(self.actions.back(), Some(JobAction::Report(_)))
            && self.calls.has_room()
            && self.permits.limiter().stop_reason().is_none()
        {
            let Some(step) = self.source.next_step(self.deadline, now, random) else {
                break;
            };
            self.on_source_step(step, now, random);
            self.grant_permits(now, random);
        }
    }

    fn grant_permits(&mut self, now: MonotonicTime, random: f64) {
        while let Some(grant) = self.permits.next_grant(now.as_millis()) {
            match grant {
                Grant::Permit(number, permit) => {
                    let unneeded = self.calls.hold(number, permit);
                    if let (true, Some(unneeded)) = (HAS_FOREIGN_DRIVER, unneeded) {
                        self.permits.release(unneeded);
                    }
                    self.on_call_event(number, Event::Permitted, now, random);
                }
                Grant::Denial(LIST_CALL, _) => self.source.on_denial(),
                Grant::Denial(number, failure) => {
                    self.deny(number, stopped_before(failure), now, random);
                }
                Grant::Wake(ms) => {
                    self.clock.wait(now, ms);
                    self.actions.push_back(JobAction::Wake(ms));
                    return;
                }
            }
        }
    }

    fn on_source_step(&mut self, step: SourceStep<C>, now: MonotonicTime, random: f64) {
        match step {
            SourceStep::Id(pulled, created_at) => self.on_id(pulled, created_at, now, random),
            // Nothing more is pulled.
            _ if self.report().drained => {}
            SourceStep::Pull => self.actions.push_back(JobAction::Pull),
            SourceStep::Turn => self.actions.push_back(JobAction::Turn),
            SourceStep::Filter(number) => self.actions.push_back(JobAction::Filter(number)),
            SourceStep::Call(output) => self.on_output(LIST_CALL, *output, now, random),
            SourceStep::Fetched(end) => self.on_fetch_end(end, now, random),
            SourceStep::End => {}
        }
    }

    fn on_fetch_end(&mut self, end: FetchEnd<C>, now: MonotonicTime, random: f64) {
        let permit = self.calls.take_list_permit();
        self.on_attempt_end(permit, end.signal, end.attempt, now);
        self.actions.extend(
            end.response
                .map(|response| JobAction::Page(response.content)),
        );
        if let Some(failure) = end.error {
            self.source.on_end(JobEnd::Failed(failure));
            return;
        }
        let step = self.source.next_of_list(self.deadline, now, random);
        self.on_source_step(step, now, random);
    }

    /// Opens a call for an id that was pulled, unless the id has an outcome already. A list knows when the batch
    /// was created.
    fn on_id(&mut self, pulled: Pulled, created_at: Option<f64>, now: MonotonicTime, random: f64) {
        let index = self.source.on_id();
        if self.report().drained {
            return self.tally.on_unsent(1);
        }
        let Pulled { given, id } = pulled;
        let secrets = &self.settings.secrets;
        let id = id.and_then(|id| id.unless_secret("id", secrets).map(|()| id));
        let status = match id {
            Err(failure) => Status::Failed(failure),
            Ok(id) if self.is_repeated(&id) => return self.tally.on_repetition(),
            Ok(id) if self.source.is_dry_run() => {
                self.tally.on_planned(id.as_str(), created_at);
                Status::Deleted
            }
            Ok(id) => {
                let goal = match self.goal {
                    JobGoal::Delete(options) => Goal::Delete(id, options),
                    JobGoal::Cancel(if_missing) => Goal::CancelIfRunning(id, if_missing),
                };
                let call = Call::in_job(Arc::clone(&self.settings), goal, self.deadline);
                let number = self.calls.open(call, CalledId { given, index });
                return self.on_call_event(number, Event::Start, now, random);
            }
        };
        self.report_outcome(CalledId { given, index }, status, None, now);
    }

    fn is_repeated(&mut self, id: &BatchId) -> bool {
        let seen = self.seen.as_mut();
        seen.is_some_and(|seen| !seen.insert(id.as_str()))
    }

    fn on_call_event(&mut self, number: u32, event: Event<C>, now: MonotonicTime, random: f64) {
        if number == LIST_CALL {
            if let Some(step) = self.source.on_list_event(event, now, random) {
                self.on_source_step(step, now, random);
            }
        } else if let Some(output) = self.calls.on_event(number, event, now, random) {
            self.on_output(number, output, now, random);
        }
    }

    fn on_output(&mut self, number: u32, output: Output<C>, now: MonotonicTime, random: f64) {
        let Output {
            action,
            limit_ms,
            attempt,
            signal,
        } = output;
        let permit = self.calls.take_permit(number, &action);
        self.on_attempt_end(permit, signal, attempt, now);
        let (status, request_id) = match action {
            Action::Done(Done::Gone { lost, request_id }) => {
                let status = if lost {
                    Status::Deleted
                } else {
                    Status::Missing
                };
                (status, request_id)
            }
            Action::Done(Done::Responded(response)) => {
                let status = match self.goal {
                    JobGoal::Delete(_) => Status::Deleted,
                    JobGoal::Cancel(_) if state(&response) == State::Ended => Status::Ended,
                    JobGoal::Cancel(_) => Status::Canceled,
                };
                (status, response.request_id().map(str::to_owned))
            }
            Action::Failed(failure) => (Status::Failed(failure), None),
            _ if self.is_ending() => return self.end_early(number, now, random),
            Action::AwaitPermit => {
                let is_retry = self.calls.was_sent(number);
                return self.permits.push(number, is_retry);
            }
            action => {
                let action = JobAction::Call(number, action, limit_ms);
                return self.actions.push_back(action);
            }
        };
        let Some(id) = self.calls.close(number) else {
            return;
        };
        match &status {
            // The end of the job is not another failure.
            Status::Failed(_)
                if self.permits.limiter().stop_reason().is_some() || self.is_ending() => {}
            Status::Failed(failure) => {
                if self.stop_rule.on_failure(now.as_millis(), failure) {
                    self.permits.stop(failure);
                }
            }
            _ => self.stop_rule.on_other_end(),
        }
        self.report_outcome(id, status, request_id, now);
    }

    fn on_attempt_end(
        &mut self,
        permit: Option<Permit>,
        signal: Option<RateSignal>,
        attempt: Option<Box<Attempt>>,
        now: MonotonicTime,
    ) {
        let failure = attempt.as_ref().and_then(|it| it.error.as_deref());
        let ms = now.as_millis();
        let stops = self.stop_rule.on_attempt(ms, signal.as_ref(), failure);
        if let (true, Some(failure)) = (stops, failure) {
            self.permits.stop(failure);
        }
        self.permits.end_attempt(ms, permit, signal, failure);
        self.actions.extend(attempt.map(JobAction::Attempt));
    }

    fn report_outcome(
        &mut self,
        id: CalledId,
        status: Status,
        request_id: Option<String>,
        now: MonotonicTime,
    ) {
        let outcome = Outcome {
            id: id.given,
            index: id.index,
            status,
            request_id,
        };
        let list = self.source.list();
        let limiter = self.permits.limiter();
        let progress = self
            .tally
            .on_outcome(&outcome, limiter, list, now.as_millis());
        self.actions
            .push_back(JobAction::Report(Box::new((outcome, progress))));
    }
}
