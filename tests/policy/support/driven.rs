//! A job, and a driver whose actions end when the test says.

use crate::support::job::{at_once, plan};
use crate::support::values::at;
use crate::support::values::settings;
use policy::call::events::{Action, Event};
use policy::http::response::Response;
use policy::jobs::actions::{JobAction, JobEnd, Source};
use policy::jobs::job::Job;
use policy::jobs::report::{Outcome, Pulled, Status};
use policy::options::RequestOptions;
use policy::options::batch_id::BatchId;

/// The task of a driver for a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Open {
    Request(String),
    Credential,
    Sleep,
}

/// A job, and a driver whose actions end when the test says.
pub(crate) struct Driven {
    pub(crate) job: Job<String>,
    pub(crate) ids: u32,
    pub(crate) pulled: u32,
    pub(crate) now: f64,
    /// True if waits do not change `now`.
    pub(crate) stands_still: bool,
    pub(crate) open: Vec<(u32, Open)>,
    pub(crate) outcomes: Vec<Outcome>,
    /// The requests that were sent.
    pub(crate) sent: u32,
    pub(crate) end: Option<JobEnd>,
}

impl Driven {
    pub(crate) fn new(
        given: &RequestOptions<'_>,
        if_processing: &str,
        ids: u32,
        concurrency: u32,
    ) -> Self {
        let source = Source::Caller(Some(ids));
        let settings = settings(given).into();
        Self {
            job: Job::new(settings, plan(if_processing), at_once(concurrency), source),
            ids,
            pulled: 0,
            now: 0.0,
            stands_still: false,
            open: Vec::new(),
            outcomes: Vec::new(),
            sent: 0,
            end: None,
        }
    }

    /// Performs one action; returns false if there is none.
    pub(crate) fn act(&mut self) -> bool {
        match self.job.poll(at(self.now), 0.5) {
            None => return false,
            Some(JobAction::Pull) if self.pulled == self.ids => {
                self.job.source_ended(JobEnd::Complete, at(self.now), 0.5);
            }
            Some(JobAction::Pull) => {
                let id = format!("id-{}", self.pulled);
                self.pulled += 1;
                let id = BatchId::check(&id);
                let given = id.as_ref().ok().map(|id| id.as_str().to_owned());
                self.job.pulled(Pulled { given, id }, at(self.now), 0.5);
            }
            Some(JobAction::Call(number, action, _)) => {
                let open = match action {
                    Action::Send(request) => {
                        self.sent += 1;
                        let method = request.method.as_str();
                        Open::Request(format!("{method} {}", request.url))
                    }
                    Action::CallForCredential(_) => Open::Credential,
                    Action::Sleep { .. } => Open::Sleep,
                    other => panic!("no action for a driver: {other:?}"),
                };
                self.open.push((number, open));
            }
            Some(JobAction::Wake(ms)) => {
                if !self.stands_still {
                    self.now += f64::from(ms);
                }
                self.job.woke(at(self.now), 0.5);
            }
            Some(JobAction::Report(report)) => self.outcomes.push(report.0),
            Some(JobAction::Finished(end)) => self.end = Some(end),
            Some(_) => {}
        }
        true
    }

    pub(crate) fn act_all(&mut self) {
        for _ in 0..100_000 {
            if !self.act() {
                return;
            }
        }
        panic!("the job never waits");
    }

    /// Starts, and acts until the job waits.
    pub(crate) fn begin(mut self) -> Self {
        self.job.start(at(self.now), 0.5);
        self.act_all();
        self
    }

    pub(crate) fn drain(&mut self) {
        self.job.drain(at(self.now), 0.5);
        self.act_all();
    }

    pub(crate) fn interrupt(&mut self) {
        self.job.interrupt(at(self.now), 0.5);
        self.act_all();
    }

    pub(crate) fn handle(&mut self, index: usize, event: Event<String>) {
        let (number, _) = self.open.remove(index);
        self.job.handle(number, event, at(self.now), 0.5);
        self.act_all();
    }

    pub(crate) fn respond(&mut self, index: usize, response: Response<String>) {
        self.handle(index, Event::Response(Box::new(response)));
    }

    /// Statuses, codes and attempts by index, and the number of ids that are unsent.
    pub(crate) fn found(&self) -> (Vec<(u32, String)>, u32) {
        let word = |status: &Status| match status {
            Status::Deleted => "deleted".to_owned(),
            Status::Canceled => "canceled".to_owned(),
            Status::Ended => "ended".to_owned(),
            Status::Missing => "missing".to_owned(),
            Status::Failed(failure) => format!("{} {}", failure.code, failure.attempts),
        };
        let outcomes = self.outcomes.iter();
        let outcomes = outcomes.map(|outcome| (outcome.index, word(&outcome.status)));
        assert!(matches!(self.end, Some(JobEnd::Complete)), "{:?}", self.end);
        assert!(self.job.report().drained);
        (outcomes.collect(), self.job.report().unsent)
    }
}
