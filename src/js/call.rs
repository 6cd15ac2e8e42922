//! One call: the task that drives its machine.

use crate::js::abort::Signal;
use crate::js::driver::{self, Incoming, Kind, Task, moment};
use crate::js::fetch::Io;
use crate::js::functions::{Functions, Promised};
use crate::js::options::Request;
use crate::js::response::Body;
use crate::js::{batched, results};
use policy::call::events::{Action, Done, Event, Goal};
use policy::call::machine::Call;

/// A call that has not ended.
pub(crate) struct CallTask {
    call: Call,
    /// The id, for the deletion of a batch that is gone.
    id: String,
    io: Io,
    functions: Functions,
    signal: Option<Signal>,
    promised: Promised,
}

/// Makes a call.
pub(crate) fn run(request: Request, goal: Goal, id: String, promised: Promised) {
    let Request {
        settings,
        functions,
        signal,
    } = request;
    let now = batched::now().unwrap_or_default();
    driver::start(Box::new(CallTask {
        call: Call::new(settings.into(), goal, now),
        id,
        io: Io::new(0, 0, false),
        functions,
        signal,
        promised,
    }));
}

impl Task for CallTask {
    fn start(&mut self, number: u32) -> bool {
        self.io = Io::new(number, 0, false);
        if let Some(signal) = &mut self.signal
            && !signal.is_aborted()
        {
            signal.watch(number);
        }
        self.go_on(Event::Start)
    }

    fn handle(&mut self, incoming: Incoming) -> bool {
        if incoming.kind == Kind::Aborted {
            return self.abort();
        }
        match self.io.receive(incoming) {
            Some(event) => self.go_on(event),
            None => true,
        }
    }
}

impl CallTask {
    fn go_on(&mut self, event: Event<Body>) -> bool {
        let mut next = Some(event);
        while let Some(event) = next {
            if self.signal.as_ref().is_some_and(Signal::is_aborted) {
                return self.abort();
            }
            let (now, random) = moment();
            let output = self.call.handle(event, now, random);
            if let Some(attempt) = &output.attempt {
                self.functions.report(attempt);
            }
            // The hook may have aborted.
            let aborts = output.attempt.is_some() && self.signal.is_some();
            match output.action {
                Action::Done(done) => {
                    self.done(done);
                    return false;
                }
                Action::Failed(failure) => {
                    self.promised.fail(&failure);
                    return false;
                }
                _ if aborts && self.signal.as_ref().is_some_and(Signal::is_aborted) => {
                    return self.abort();
                }
                action => {
                    next = self.io.perform(&self.functions, &action, output.limit_ms);
                }
            }
        }
        true
    }

    fn done(&self, done: Done<Body>) {
        let resolve = self.promised.resolver();
        match done {
            Done::Responded(response) => {
                batched::complete(&response.content.0, response.request_id(), resolve);
            }
            Done::Gone { request_id, .. } => {
                self.promised
                    .resolve(&results::gone(&self.id, request_id.as_deref()));
            }
        }
    }

    /// Rejects with the signal's reason, whatever that is.
    fn abort(&mut self) -> bool {
        self.io.stop();
        if let Some(signal) = &self.signal {
            self.promised.reject(&results::reason(&signal.reason()));
        }
        false
    }
}
