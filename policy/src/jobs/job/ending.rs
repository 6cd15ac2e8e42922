//! The ends of a job: complete, stopped, drained, out of time.

use super::Job;
use crate::base::error::{Code, Failure};
use crate::base::time::MonotonicTime;
use crate::call::events::{Action, Event};
use crate::call::machine::total_timeout;
use crate::http::response::Content;
use crate::jobs::actions::{JobAction, JobEnd};

impl<C: Content> Job<C> {
    /// Ends the job at once, because `totalTimeout` is over.
    pub fn timed_out(&mut self, now: MonotonicTime, random: f64) {
        let failure = total_timeout(&self.settings);
        self.cut_off(failure.clone(), now, random);
        self.finish(JobEnd::Failed(failure));
    }

    /// Ends the job at once, because the caller's code has aborted or thrown. The driver polls for the last
    /// reports; no [`JobAction::Finished`] follows.
    pub fn interrupt(&mut self, now: MonotonicTime, random: f64) {
        let message = "the job ended before the response arrived";
        let failure = Failure::new(Code::Connection, message.into());
        self.cut_off(failure, now, random);
        if !std::mem::replace(&mut self.is_finished, true) {
            self.tally.on_unsent(self.source.left());
        }
    }

    /// Ends each call, because the driver cuts off its request: an id for which a request was sent has an outcome,
    /// so that the caller knows which batches may be deleted.
    fn cut_off(&mut self, failure: Box<Failure>, now: MonotonicTime, random: f64) {
        if self.is_finished {
            return;
        }
        self.cut = Some(failure);
        self.end_calls(now, random);
    }

    /// Ends the job in an orderly way: no further attempt begins, and the job ends once the requests in flight
    /// have. An event of another call may still come; it has no effect.
    pub fn drain(&mut self, now: MonotonicTime, random: f64) {
        if self.is_finished || self.report().drained {
            return;
        }
        self.tally.on_drain();
        self.end_calls(now, random);
        // The next poll ends the job, because an id that was pulled may come before.
        self.must_advance = true;
    }

    /// Takes back the actions that the driver has not begun, except reports, and ends the calls that may not continue.
    fn end_calls(&mut self, now: MonotonicTime, random: f64) {
        for action in std::mem::take(&mut self.actions) {
            match action {
                JobAction::Call(number, Action::Send(_), _) => self.calls.withdraw(number),
                JobAction::Page(_) | JobAction::Attempt(_) | JobAction::Report(_) => {
                    self.actions.push_back(action);
                }
                _ => {}
            }
        }
        let now = self.clock.time(now);
        for number in self.calls.numbers(self.cut.is_some()) {
            self.end_early(number, now, random);
        }
    }

    /// Returns whether no further attempt begins, because the job is drained or cut off.
    pub(super) fn is_ending(&self) -> bool {
        self.report().drained || self.cut.is_some()
    }

    pub(super) fn end_if_over(&mut self) {
        if !self.calls.is_empty() {
            return;
        }
        let stopped = self.permits.limiter().stop_reason();
        let has_ended = self.source.has_ended();
        let is_cut = stopped.is_some() || self.report().drained;
        if !is_cut && (self.source.is_pulling() || !has_ended) {
            return;
        }
        // Otherwise every id has an outcome, or the list can't be read: the job did not stop early.
        if !has_ended || self.report().unsent > 0 {
            self.tally.on_stop(stopped.cloned().map(Box::new));
        }
        let end = self.source.take_end().unwrap_or(JobEnd::Complete);
        self.finish(end);
    }

    fn finish(&mut self, mut end: JobEnd) {
        if std::mem::replace(&mut self.is_finished, true) {
            return;
        }
        if let JobEnd::Failed(failure) = &mut end {
            failure.maybe_applied = !self.is_dry_run() && self.may_have_changed();
        }
        if self.report().stopped.is_some() || self.is_ending() {
            self.tally.on_unsent(self.source.left());
        }
        self.actions.push_back(JobAction::Finished(end));
    }

    fn may_have_changed(&self) -> bool {
        let report = self.tally.report();
        let mut failed = report.failed.iter();
        report.ends.deleted > 0
            || report.ends.canceled > 0
            || failed.any(|failed| failed.failure.maybe_applied)
    }

    /// Ends a call that may send no more. The batch of one that has sent a request may be deleted, so its id is
    /// not unsent.
    pub(super) fn deny(
        &mut self,
        number: u32,
        failure: Box<Failure>,
        now: MonotonicTime,
        random: f64,
    ) {
        if self.calls.was_sent(number) {
            self.on_call_event(number, Event::Denied(failure), now, random);
        } else {
            let permit = self.calls.take_permit(number, &Action::<C>::AwaitPermit);
            self.permits
                .end_attempt(now.as_millis(), permit, None, None);
            self.calls.close(number);
            self.tally.on_unsent(1);
        }
    }

    pub(super) fn end_early(&mut self, number: u32, now: MonotonicTime, random: f64) {
        let failure = self.cut.clone().unwrap_or_else(|| {
            let message = "the job was drained before the batch could be deleted";
            Failure::new(Code::StillProcessing, message.into())
        });
        self.deny(number, failure, now, random);
    }
}

/// Words the failure that stopped the job as that of a call which may send no more.
pub(super) fn stopped_before(mut failure: Box<Failure>) -> Box<Failure> {
    let before = "the job stopped before the next request, after: ";
    failure.message.insert_str(0, before);
    failure
}
