//! Drives a call: a network that follows a script, and a clock that only the waiting moves.

use super::ID;
use super::values::{at, id, settings, wall};
use crate::support::responses::lost;
use policy::base::error::{Cause, Failure, Result};
use policy::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};
use policy::call::events::{Action, Attempt, Done, Event, Goal};
use policy::call::machine::Call;
use policy::http::request::Request;
use policy::http::response::Response;
use policy::options::RequestOptions;
use policy::options::credentials::Scheme;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;

/// The outcome of one request.
#[derive(Debug)]
pub(crate) enum Step {
    Response(Box<Response<String>>),
    /// Fetch rejects.
    Lost(Box<Cause>),
    /// Nothing comes.
    Hang,
    /// The response comes after that many milliseconds.
    Late(u32, Box<Response<String>>),
}

impl From<Response<String>> for Step {
    fn from(response: Response<String>) -> Self {
        Self::Response(Box::new(response))
    }
}

impl From<Box<Cause>> for Step {
    fn from(cause: Box<Cause>) -> Self {
        Self::Lost(cause)
    }
}

/// A request that was sent, and when.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) at: f64,
    pub(crate) request: Request,
}

/// Network, clock and the caller's functions in one.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) now: Cell<f64>,
    pub(crate) random: Cell<f64>,
    pub(crate) sent: RefCell<Vec<Sent>>,
    pub(crate) reported: RefCell<Vec<Attempt>>,
    /// Requests whose response was not waited for.
    pub(crate) aborted: Cell<usize>,
    /// The calls of the function for a credential.
    pub(crate) credential_calls: RefCell<Vec<Scheme>>,
    pub(crate) secrets: RefCell<VecDeque<Result<String>>>,
    script: RefCell<VecDeque<Step>>,
}

impl World {
    pub(crate) fn with<S: Into<Step>>(steps: impl IntoIterator<Item = S>) -> Self {
        Self {
            script: RefCell::new(steps.into_iter().map(Into::into).collect()),
            ..Self::default()
        }
    }

    /// One call of the machine, its time limits kept: time passes only while the call waits.
    pub(crate) fn call(&self, given: &RequestOptions<'_>, goal: Goal) -> Result<Done<String>> {
        let mut given = given.clone();
        given.reports_attempts = true;
        let settings = settings(&given);
        let mut call = Call::new(Arc::new(settings), goal, at(self.now.get()));
        let mut event = Event::Start;
        for _ in 0..10_000 {
            let output = call.handle(event, at(self.now.get()), self.random.get());
            self.reported
                .borrow_mut()
                .extend(output.attempt.map(|it| *it));
            event = match output.action {
                Action::Done(done) => return Ok(done),
                Action::Failed(failure) => return Err(failure),
                Action::Send(request) => self.send(*request, output.limit_ms),
                Action::CallForCredential(scheme) => {
                    self.credential_calls.borrow_mut().push(scheme);
                    let secret = self.secrets.borrow_mut().pop_front();
                    Event::Credential(secret.expect("a credential that the script does not know"))
                }
                Action::Sleep { .. } => {
                    self.advance(output.limit_ms.expect("a sleep has a limit"));
                    Event::Woke
                }
                Action::AwaitPermit => panic!("a call by itself needs no permit"),
                _ => panic!("an action of a later version"),
            };
        }
        panic!("the call goes on for ever")
    }

    /// Runs one call, and returns its response.
    pub(crate) fn response(
        &self,
        given: &RequestOptions<'_>,
        goal: Goal,
    ) -> Result<Response<String>> {
        match self.call(given, goal)? {
            Done::Responded(response) => Ok(*response),
            gone @ Done::Gone { .. } => panic!("a response, not {gone:?}"),
        }
    }

    /// A deletion with `ifProcessing` and `ifMissing`.
    pub(crate) fn delete(
        &self,
        given: &RequestOptions<'_>,
        options: DeletionOptions,
    ) -> Result<Done<String>> {
        self.call(given, Goal::Delete(id(), options))
    }

    fn send(&self, request: Request, limit_ms: Option<u32>) -> Event<String> {
        let at = self.now.get();
        self.sent.borrow_mut().push(Sent { at, request });
        let limit = limit_ms.expect("an attempt has a limit");
        let step = self.script.borrow_mut().pop_front();
        match step.expect("a request that the script does not know") {
            Step::Response(response) => self.arrives(response),
            Step::Lost(cause) => lost(cause),
            Step::Late(ms, response) if ms <= limit => {
                self.advance(ms);
                self.arrives(response)
            }
            Step::Hang | Step::Late(..) => {
                self.advance(limit);
                self.aborted.set(self.aborted.get() + 1);
                Event::TimedOut
            }
        }
    }

    fn arrives(&self, mut response: Box<Response<String>>) -> Event<String> {
        response.received_at = wall(self.now.get());
        Event::Response(response)
    }

    fn advance(&self, ms: u32) {
        self.now.set(self.now.get() + f64::from(ms));
    }

    /// Asserts that nothing of the script is left.
    #[track_caller]
    pub(crate) fn assert_all_used(&self) {
        let left = self.script.borrow();
        assert!(left.is_empty(), "never requested: {left:?}");
    }

    /// The requests that were sent, without the parts that are always the same.
    pub(crate) fn calls(&self) -> Vec<String> {
        let short = |sent: &Sent| {
            let (_, path) = sent.request.url.split_once("/batches/").unwrap();
            format!(
                "{} {}",
                sent.request.method.as_str(),
                path.replacen(ID, "ID", 1)
            )
        };
        self.sent.borrow().iter().map(short).collect()
    }

    /// The times between one request and the next.
    pub(crate) fn gaps(&self) -> Vec<f64> {
        let sent = self.sent.borrow();
        sent.windows(2)
            .map(|pair| pair[1].at - pair[0].at)
            .collect()
    }
}

/// Makes a plan from the values of the options; an empty one is the default.
pub(crate) fn plan(if_processing: &str, if_missing: &str) -> DeletionOptions {
    changed!(DeletionOptions {
        if_processing: match if_processing {
            "" | "reject" => IfProcessing::Reject,
            "wait" => IfProcessing::Wait,
            "cancel" => IfProcessing::Cancel,
            other => panic!("{other} is not a choice"),
        },
        if_missing: match if_missing {
            "" | "reject" => IfMissing::Reject,
            "ignore" => IfMissing::Ignore,
            other => panic!("{other} is not a choice"),
        },
        ..DeletionOptions::default()
    })
}

/// The failure of a call that is expected to fail, its `attempts` as counted.
#[track_caller]
pub(crate) fn failed<T>(result: Result<T>) -> Box<Failure> {
    match result {
        Ok(_) => panic!("must fail"),
        Err(failure) => failure,
    }
}

/// One DELETE and its retries. A refusal would be followed by a GET.
pub(crate) fn deletion_goal() -> Goal {
    Goal::Delete(id(), plan("", ""))
}
