//! Counts the outcomes of a job, for its report and its progress.

use crate::base::error::Failure;
use crate::jobs::batch_stream::BatchStream;
use crate::jobs::limiter::Limiter;
use crate::jobs::report::{Meter, Outcome, Progress, Report};

/// The counts of a job.
#[derive(Debug)]
pub(super) struct Tally {
    report: Report,
    meter: Meter,
    /// The number of ids in the caller's iterable, if it is known.
    length: Option<u32>,
    /// The number of ids that occurred before.
    repeated: u32,
    /// True if a progress has reported the difference of the clocks.
    has_told_difference: bool,
}

impl Tally {
    pub(super) fn new(length: Option<u32>) -> Self {
        Self {
            report: Report::default(),
            meter: Meter::default(),
            length,
            repeated: 0,
            has_told_difference: false,
        }
    }

    pub(super) fn report(&self) -> &Report {
        &self.report
    }

    pub(super) fn into_report(self) -> Report {
        self.report
    }

    /// Counts an outcome, and returns the progress after it.
    pub(super) fn on_outcome(
        &mut self,
        outcome: &Outcome,
        limiter: &Limiter,
        list: Option<&BatchStream>,
        now: f64,
    ) -> Progress {
        self.report.count(outcome);
        let is_told = self.has_told_difference;
        let clock_difference = list
            .and_then(BatchStream::clock_difference)
            .filter(|_| !is_told);
        self.has_told_difference |= clock_difference.is_some();
        Progress {
            ends: self.report.ends,
            failed: u32::try_from(self.report.failed.len()).unwrap_or(u32::MAX),
            total: self
                .length
                .map(|length| length.saturating_sub(self.repeated)),
            in_flight: limiter.in_flight(),
            paused_ms: limiter.paused_until(now).map(|until| until - now),
            rate_per_second: self.meter.count(now),
            unjudged: list.map_or(0, |list| list.unjudged().total),
            clock_difference,
        }
    }

    /// Counts an id that occurred before.
    pub(super) fn on_repetition(&mut self) {
        self.repeated += 1;
    }

    /// Adds a batch of a dry run.
    pub(super) fn on_planned(&mut self, id: &str, created_at: Option<f64>) {
        self.report.plan.add(id, created_at);
    }

    /// Counts ids for which no request was sent.
    pub(super) fn on_unsent(&mut self, count: u32) {
        self.report.unsent += count;
    }

    /// Records that the caller drains the job.
    pub(super) fn on_drain(&mut self) {
        self.report.drained = true;
    }

    /// Records the failure that ended the job before its ids did.
    pub(super) fn on_stop(&mut self, failure: Option<Box<Failure>>) {
        self.report.stopped = failure;
    }
}
