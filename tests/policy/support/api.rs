//! An API that responds by a rule, each response after a time, on a clock that only waiting moves.
//! Many calls may be in flight at once.

use crate::support::responses::{lost, object};
use crate::support::values::{at, wall};
use policy::base::error::Cause;
use policy::call::events::{Action, Event};
use policy::http::request::Request;
use policy::http::response::Response;
use policy::jobs::actions::{JobAction, JobEnd};
use policy::jobs::job::Job;
use policy::jobs::report::{Outcome, Progress, Pulled};
use std::cell::{Cell, RefCell};

pub(crate) type Timed = (u32, std::result::Result<Response<String>, Box<Cause>>);
type Rule<'a> = dyn FnMut(&str, f64) -> Timed + 'a;

/// Network and clock in one.
pub(crate) struct Api<'a> {
    /// The response to "METHOD id" at a time, and its delay.
    rule: RefCell<Box<Rule<'a>>>,
    pub(crate) now: Cell<f64>,
    /// The requests that were sent, and when.
    pub(crate) sent: RefCell<Vec<(f64, String)>>,
    /// The number of turns of the event loop that a list has made.
    pub(crate) turns: Cell<u32>,
    pub(crate) in_flight: Cell<u32>,
    pub(crate) most_in_flight: Cell<u32>,
}

/// An input of the job that is due at a time.
struct Due {
    at: f64,
    input: Input,
}

enum Input {
    Event(u32, Event<String>),
    EndOfRequest(u32, Event<String>),
    Wake,
    Turned,
}

impl<'a> Api<'a> {
    pub(crate) fn new(rule: impl FnMut(&str, f64) -> Timed + 'a) -> Self {
        Self {
            rule: RefCell::new(Box::new(rule)),
            now: Cell::new(1_000_000.0),
            sent: RefCell::default(),
            turns: Cell::default(),
            in_flight: Cell::default(),
            most_in_flight: Cell::default(),
        }
    }

    /// Runs a job to its end. `pull` is the source of its ids, `report` gets its outcomes.
    pub(crate) fn run(
        &self,
        mut job: Job<String>,
        mut pull: impl FnMut(&Job<String>) -> Option<Pulled>,
        mut report: impl FnMut(&Outcome, &Progress),
    ) -> (Job<String>, JobEnd) {
        let mut due: Vec<Due> = Vec::new();
        job.start(at(self.now.get()), 0.5);
        for _ in 0..5_000_000 {
            let now = self.now.get();
            let Some(action) = job.poll(at(now), 0.5) else {
                let next = due
                    .iter()
                    .enumerate()
                    .min_by(|(_, one), (_, other)| one.at.total_cmp(&other.at));
                let (index, _) = next.expect("the job waits for something that never comes");
                let next = due.remove(index);
                self.now.set(now.max(next.at));
                let now = self.now.get();
                match next.input {
                    Input::Event(call, event) => job.handle(call, event, at(now), 0.5),
                    Input::EndOfRequest(call, event) => {
                        self.in_flight.set(self.in_flight.get() - 1);
                        job.handle(call, event, at(now), 0.5);
                    }
                    Input::Wake => job.woke(at(now), 0.5),
                    Input::Turned => job.turned(at(now), 0.5),
                }
                continue;
            };
            match action {
                JobAction::Pull => match pull(&job) {
                    Some(pulled) => job.pulled(pulled, at(now), 0.5),
                    None => job.source_ended(JobEnd::Complete, at(now), 0.5),
                },
                JobAction::Filter(_) => job.filtered(true, at(now), 0.5),
                JobAction::Call(call, action, limit_ms) => {
                    due.push(self.begin(call, action, limit_ms));
                }
                JobAction::Turn => due.push(Due {
                    at: now,
                    input: Input::Turned,
                }),
                JobAction::Wake(ms) => {
                    let at = now + f64::from(ms);
                    let before = due.iter().find(|due| matches!(due.input, Input::Wake));
                    // Both are rounded up.
                    let is_earlier = before.is_none_or(|before| at < before.at + 1.0);
                    assert!(is_earlier, "a timer, though one ends before it");
                    due.retain(|due| !matches!(due.input, Input::Wake));
                    let input = Input::Wake;
                    due.push(Due { at, input });
                }
                JobAction::Report(outcome) => report(&outcome.0, &outcome.1),
                JobAction::Page(_) | JobAction::Attempt(_) => {}
                JobAction::Finished(end) => {
                    assert_eq!(self.in_flight.get(), 0, "a request outlives the job");
                    return (job, end);
                }
                _ => panic!("an action of a later version"),
            }
        }
        panic!("the job goes on for ever")
    }

    /// The event of one action of a call by itself, at once.
    pub(crate) fn perform(&self, action: Action<String>) -> Event<String> {
        match self.begin(0, action, Some(u32::MAX)).input {
            Input::EndOfRequest(_, event) => {
                self.in_flight.set(self.in_flight.get() - 1);
                event
            }
            Input::Event(_, event) => event,
            Input::Wake | Input::Turned => Event::Woke,
        }
    }

    fn begin(&self, call: u32, action: Action<String>, limit_ms: Option<u32>) -> Due {
        let now = self.now.get();
        let (ms, input) = match action {
            Action::Send(request) => {
                let (ms, event) = self.send(&request);
                let limit = limit_ms.expect("an attempt has a limit");
                let event = if ms > limit { Event::TimedOut } else { event };
                (ms.min(limit), Input::EndOfRequest(call, event))
            }
            Action::CallForCredential(_) => {
                (0, Input::Event(call, Event::Credential(Ok("k".into()))))
            }
            Action::Sleep { ms, .. } => (ms, Input::Event(call, Event::Woke)),
            other => panic!("no action for a driver: {other:?}"),
        };
        Due {
            at: now + f64::from(ms),
            input,
        }
    }

    fn send(&self, request: &Request) -> (u32, Event<String>) {
        let (_, path) = request.url.split_once("/batches").unwrap();
        let path = path.trim_start_matches('/');
        let call = format!("{} {path}", request.method.as_str());
        self.in_flight.set(self.in_flight.get() + 1);
        let most = self.most_in_flight.get().max(self.in_flight.get());
        self.most_in_flight.set(most);
        let now = self.now.get();
        self.sent.borrow_mut().push((now, call.clone()));
        let (ms, response) = (self.rule.borrow_mut())(&call, now);
        let event = match response {
            Ok(mut response) => {
                response.received_at = wall(now + f64::from(ms));
                Event::Response(Box::new(response))
            }
            Err(cause) => lost(cause),
        };
        (ms, event)
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.sent
            .borrow()
            .iter()
            .map(|(_, call)| call.clone())
            .collect()
    }
}

/// The confirmation that the batch of that id is deleted.
pub(crate) fn deleted(id: &str) -> Response<String> {
    object(id, "message_batch_deleted", None)
}
