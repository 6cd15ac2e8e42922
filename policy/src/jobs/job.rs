//! A job as a state machine: it pulls ids, deletes each with a call of its own, and reports each
//! outcome once. It owns the limiter and the calls.
//!
//! **The invariant: each action that [`Job::poll`] returns is followed by exactly one event, but for
//! [`JobAction::Report`], [`JobAction::Attempt`], [`JobAction::Wake`] and [`JobAction::Finished`].**
//!
//! 1. The driver calls [`Job::start`].
//! 2. It polls, and performs each action, until `poll` returns `None`.
//! 3. It waits. When an action has ended, it hands the event in, then polls again.
//! 4. [`JobAction::Finished`] is the last action.

use crate::base::slots::Slots;
use crate::call::deletion_options::DeletionOptions;
use crate::call::events::{Action, Done, Event, Goal, Output};
use crate::call::machine::{Call, total_timeout};
use crate::http::response::Content;
use crate::jobs::actions::{JobAction, JobEnd, LIST_CALL, Source};
use crate::jobs::batch_stream::Unjudged;
use crate::jobs::dedupe::Seen;
use crate::jobs::limiter::{Limiter, Permit};
use crate::jobs::report::{Meter, Outcome, Progress, Pulled, Report, Status};
use crate::options::Settings;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many calls may wait for their batches to end: each looks every 30 seconds at least, and that
/// counts against the rate limit.
const MOST_PARKED: u32 = 1_000;

/// After how many ids the job lets the driver's event loop turn.
const IDS_PER_TURN: u32 = 1_000;

/// A call of the job, and the id that it deletes.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) call: Call,
    given: Option<String>,
    index: u32,
    pub(crate) permit: Option<Permit>,
    idle: Option<Idle>,
}

/// Why a call occupies no slot.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Idle {
    /// It waits for its batch to end.
    Parked,
    /// It waits before another attempt.
    Retrying,
}

/// The job.
#[derive(Debug)]
pub struct Job<C> {
    pub(crate) settings: Arc<Settings>,
    pub(crate) options: DeletionOptions,
    concurrency: u32,
    pub(crate) deadline: Option<f64>,
    pub(crate) source: Source,
    pub(crate) limiter: Limiter,
    pub(crate) work: Slots<Work>,
    parked: u32,
    retrying: u32,
    /// The calls that wait for a permit, in turn.
    pub(crate) waiting: VecDeque<u32>,
    pub(crate) list_permit: Option<Permit>,
    pub(crate) wake_at: Option<f64>,
    seen: Seen,
    /// How many batches of the list were pulled.
    pub(crate) listed: u32,
    repeated: u32,
    pulled_ids: u32,
    pub(crate) report: Report,
    meter: Meter,
    /// An id is being pulled.
    pub(crate) pulling: bool,
    /// The event loop turns, and nothing is pulled meanwhile.
    turning: bool,
    ids_of_turn: u32,
    pub(crate) end: Option<JobEnd>,
    finished: bool,
    pub(crate) actions: VecDeque<JobAction<C>>,
}

impl<C: Content> Job<C> {
    /// A job that has not begun.
    #[must_use]
    pub fn new(
        settings: Arc<Settings>,
        options: DeletionOptions,
        concurrency: u32,
        source: Source,
    ) -> Self {
        let length = match &source {
            Source::Caller(length) => *length,
            Source::List(..) => None,
        };
        Self {
            settings,
            options,
            concurrency,
            deadline: None,
            source,
            limiter: Limiter::new(concurrency),
            work: Slots::default(),
            parked: 0,
            retrying: 0,
            waiting: VecDeque::new(),
            list_permit: None,
            wake_at: None,
            seen: Seen::of(length),
            listed: 0,
            repeated: 0,
            pulled_ids: 0,
            report: Report::default(),
            meter: Meter::default(),
            pulling: false,
            turning: false,
            ids_of_turn: 0,
            end: None,
            finished: false,
            actions: VecDeque::new(),
        }
    }

    /// The counts so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The batches of a purge that its selection could not judge.
    #[must_use]
    pub fn unjudged(&self) -> Option<&Unjudged> {
        match &self.source {
            Source::List(batches, _) => Some(batches.unjudged()),
            Source::Caller(_) => None,
        }
    }

    /// The next action; `None` where the driver has to wait.
    pub fn poll(&mut self) -> Option<JobAction<C>> {
        self.actions.pop_front()
    }

    /// Begins. The driver calls [`Job::timed_out`] after `totalTimeout`.
    pub fn start(&mut self, now: f64, random: f64) {
        self.deadline = self.settings.total_timeout.map(|ms| now + f64::from(ms));
        self.go_on(now, random);
    }

    /// Takes an id of the caller's iterable.
    pub fn pulled(&mut self, pulled: Pulled, now: f64, random: f64) {
        self.pulling = false;
        self.take(pulled, false, now, random);
        self.go_on(now, random);
    }

    /// The source has no more ids: it has ended, or it has thrown.
    pub fn source_ended(&mut self, end: JobEnd, now: f64, random: f64) {
        self.pulling = false;
        self.end.get_or_insert(end);
        self.go_on(now, random);
    }

    /// Takes the decision of the caller's filter.
    pub fn filtered(&mut self, takes: bool, now: f64, random: f64) {
        if let Source::List(batches, _) = &mut self.source {
            let action = batches.on_filter_result(takes, self.deadline, now, random);
            self.listed(action, now, random);
        }
        self.go_on(now, random);
    }

    /// The event loop has turned.
    pub fn turned(&mut self, now: f64, random: f64) {
        self.turning = false;
        self.ids_of_turn = 0;
        self.go_on(now, random);
    }

    /// The time of [`JobAction::Wake`] has come.
    pub fn woke(&mut self, now: f64, random: f64) {
        self.wake_at = None;
        self.go_on(now, random);
    }

    /// `totalTimeout` is over: the job ends at once.
    pub fn timed_out(&mut self) {
        self.finish(JobEnd::Failed(total_timeout(&self.settings)));
    }

    /// Hands an event to a call.
    pub fn handle(&mut self, number: u32, event: Event<C>, now: f64, random: f64) {
        self.call(number, event, now, random);
        self.go_on(now, random);
    }

    pub(crate) fn call(&mut self, number: u32, event: Event<C>, now: f64, random: f64) {
        if number == LIST_CALL {
            return self.list_event(event, now, random);
        }
        let Some(work) = self.work.get_mut(number) else {
            return;
        };
        match work.idle.take() {
            Some(Idle::Parked) => self.parked = self.parked.saturating_sub(1),
            Some(Idle::Retrying) => self.retrying = self.retrying.saturating_sub(1),
            None => {}
        }
        let output = work.call.handle(event, now, random);
        let permit = match output.action {
            Action::Send(_) | Action::CallForCredential(_) => None,
            _ => work.permit.take(),
        };
        let Output {
            action,
            limit_ms,
            attempt,
            signal,
        } = output;
        self.signal(now, permit, signal, attempt.as_deref());
        self.actions.extend(attempt.map(JobAction::Attempt));
        let status = match action {
            Action::Done(Done::Gone { lost: false, .. }) => Status::Missing,
            Action::Done(_) => Status::Deleted,
            Action::Failed(failure) => Status::Failed(failure),
            Action::AwaitPermit => {
                // Before calls that have not waited yet.
                if self
                    .work
                    .get_mut(number)
                    .is_some_and(|work| work.call.was_sent())
                {
                    self.waiting.push_front(number);
                } else {
                    self.waiting.push_back(number);
                }
                return;
            }
            action => {
                if let (Action::Sleep { parked, .. }, Some(work)) =
                    (&action, self.work.get_mut(number))
                {
                    let (idle, count) = if *parked {
                        (Idle::Parked, &mut self.parked)
                    } else {
                        (Idle::Retrying, &mut self.retrying)
                    };
                    work.idle = Some(idle);
                    *count += 1;
                }
                self.actions
                    .push_back(JobAction::Call(number, action, limit_ms));
                return;
            }
        };
        if let Some(work) = self.work.remove(number) {
            self.outcome(
                Outcome {
                    id: work.given,
                    index: work.index,
                    status,
                },
                now,
            );
        }
    }

    pub(crate) fn take(&mut self, pulled: Pulled, dry_run: bool, now: f64, random: f64) {
        self.ids_of_turn += 1;
        self.pulled_ids = self.pulled_ids.saturating_add(1);
        let Pulled { index, given, id } = pulled;
        let status = match id {
            Err(failure) => Status::Failed(failure),
            Ok(id) if !self.seen.insert(id.as_str()) => {
                self.repeated += 1;
                return;
            }
            Ok(_) if dry_run => Status::Deleted,
            Ok(id) => {
                let goal = Goal::Delete(id, self.options);
                let settings = Arc::clone(&self.settings);
                let number = self.work.insert(Work {
                    call: Call::in_job(settings, goal, self.deadline),
                    given,
                    index,
                    permit: None,
                    idle: None,
                });
                return self.call(number, Event::Start, now, random);
            }
        };
        let outcome = Outcome {
            id: given,
            index,
            status,
        };
        self.outcome(outcome, now);
    }

    fn outcome(&mut self, outcome: Outcome, now: f64) {
        self.report.count(&outcome);
        let length = match &self.source {
            Source::Caller(length) => *length,
            Source::List(..) => None,
        };
        let paused = self.limiter.paused_until(now).map(|until| until - now);
        let progress = Progress {
            deleted: self.report.deleted,
            missing: self.report.missing,
            failed: u32::try_from(self.report.failed.len()).unwrap_or(u32::MAX),
            total: length.map(|length| length.saturating_sub(self.repeated)),
            in_flight: self.limiter.in_flight(),
            paused_ms: paused,
            rate_per_second: self.meter.count(now),
            unjudged: self.unjudged().map_or(0, |unjudged| unjudged.total),
        };
        self.actions
            .push_back(JobAction::Report(Box::new((outcome, progress))));
    }

    /// Grants permits, pulls the next id, or ends.
    fn go_on(&mut self, now: f64, random: f64) {
        if self.finished {
            return;
        }
        self.grant(now, random);
        // A call that ended without a request has made room, so the loop looks again.
        while !self.pulling && !self.turning && self.end.is_none() && self.has_room() {
            if self.limiter.stop_reason().is_some() {
                break;
            }
            if self.ids_of_turn >= IDS_PER_TURN {
                self.turning = true;
                self.actions.push_back(JobAction::Turn);
                break;
            }
            self.pulling = true;
            match &mut self.source {
                Source::Caller(_) => self.actions.push_back(JobAction::Pull),
                Source::List(batches, _) => {
                    let action = batches.next_action(self.deadline, now, random);
                    self.listed(action, now, random);
                    self.grant(now, random);
                }
            }
        }
        if self.work.len() > 0 || self.finished {
            return;
        }
        let stopped = self.limiter.stop_reason();
        if stopped.is_none() && (self.pulling || self.end.is_none()) {
            return;
        }
        // All ids were tried, or the list can't be read: the job did not end before its ids did.
        if self.end.is_none() || self.report.unsent > 0 {
            self.report.stopped = stopped.cloned().map(Box::new);
        }
        let end = self.end.take().unwrap_or(JobEnd::Complete);
        self.finish(end);
    }

    fn finish(&mut self, end: JobEnd) {
        if !std::mem::replace(&mut self.finished, true) {
            if let (Some(_), Source::Caller(Some(length))) = (&self.report.stopped, &self.source) {
                self.report.unsent += length.saturating_sub(self.pulled_ids);
            }
            self.actions.push_back(JobAction::Finished(end));
        }
    }

    /// Whether another id may be pulled: there is a slot for it. Calls that wait for a batch to end
    /// occupy none, nor do those that wait before another attempt, up to as many as there are slots:
    /// a server that fails a few requests slows the others down no more than that.
    fn has_room(&self) -> bool {
        let idle = self.parked.min(MOST_PARKED) + self.retrying.min(self.concurrency);
        self.work.len().saturating_sub(idle) < self.concurrency
    }
}
