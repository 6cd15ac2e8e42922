//! A network that follows a script, a clock that only the waiting moves, and the executor that
//! drives both.

use super::ID;
use super::values::{id, settings};
use delete_message_batch::base::error::{Cause, Failure, Result};
use delete_message_batch::base::input_value::Value;
use delete_message_batch::call::deletion::{Deleted, IfMissing, Plan, delete};
use delete_message_batch::call::machine::{Attempt, Caller, Clock, Transport};
use delete_message_batch::http::request::{Operation, Request};
use delete_message_batch::http::response::Answer;
use delete_message_batch::options::Given;
use delete_message_batch::options::credentials::Scheme;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// What comes of one request.
#[derive(Debug)]
pub(crate) enum Step {
    Answer(Box<Answer<String>>),
    /// Fetch rejects.
    Lost(Box<Cause>),
    /// Nothing comes.
    Hang,
    /// The answer comes after that many milliseconds.
    Late(u32, Box<Answer<String>>),
}

impl From<Answer<String>> for Step {
    fn from(answer: Answer<String>) -> Self {
        Self::Answer(Box::new(answer))
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
    pub(crate) told: RefCell<Vec<Attempt>>,
    /// Requests whose answer was not waited for.
    pub(crate) aborted: Cell<usize>,
    pub(crate) asked: RefCell<Vec<Scheme>>,
    pub(crate) secrets: RefCell<VecDeque<Result<String>>>,
    script: RefCell<VecDeque<Step>>,
    timers: RefCell<BTreeMap<u64, f64>>,
    started: Cell<u64>,
}

impl World {
    pub(crate) fn with<S: Into<Step>>(steps: impl IntoIterator<Item = S>) -> Self {
        Self {
            script: RefCell::new(steps.into_iter().map(Into::into).collect()),
            ..Self::default()
        }
    }

    /// Runs to the end; time passes only while everything waits.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = Box::pin(future);
        let output = loop {
            let mut context = Context::from_waker(Waker::noop());
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                break output;
            }
            let next = self.timers.borrow().values().copied().reduce(f64::min);
            self.now
                .set(next.expect("it waits for something that never comes"));
        };
        drop(future);
        assert!(self.timers.borrow().is_empty(), "a timer outlives the call");
        output
    }

    /// One operation on the batch.
    pub(crate) fn call(&self, given: &Given, operation: Operation<'_>) -> Result<Answer<String>> {
        let settings = settings(given);
        let caller = Caller::new(self, self, &settings);
        let answer = self.run(caller.within_total(caller.call(operation)));
        answer.map(|answer| *answer)
    }

    /// A deletion with `ifProcessing` and `ifMissing`.
    pub(crate) fn delete(&self, given: &Given, plan: Plan) -> Result<Deleted<String>> {
        let settings = settings(given);
        let id = id();
        let caller = Caller::new(self, self, &settings);
        self.run(caller.within_total(delete(&caller, &id, plan)))
    }

    /// Asserts that nothing of the script is left.
    #[track_caller]
    pub(crate) fn assert_all_used(&self) {
        let left = self.script.borrow();
        assert!(left.is_empty(), "never asked for: {left:?}");
    }

    /// What was sent, without the parts that are always the same.
    pub(crate) fn calls(&self) -> Vec<String> {
        let short = |sent: &Sent| {
            let (_, path) = sent.request.url.split_once("/batches/").unwrap();
            format!("{} {}", sent.request.method, path.replacen(ID, "ID", 1))
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

impl Transport for World {
    type Content = String;

    async fn send(
        &self,
        request: &Request,
        _: &[&str],
    ) -> delete_message_batch::call::machine::Sent<String> {
        self.sent.borrow_mut().push(Sent {
            at: self.now.get(),
            request: request.clone(),
        });
        let step = self.script.borrow_mut().pop_front();
        let in_flight = InFlight(&self.aborted);
        let result = match step.expect("a request that the script does not know") {
            Step::Answer(answer) => Ok(answer),
            Step::Lost(cause) => Err(cause),
            Step::Hang => std::future::pending().await,
            Step::Late(ms, answer) => {
                Clock::sleep(self, ms).await;
                Ok(answer)
            }
        };
        std::mem::forget(in_flight);
        result
    }

    async fn credential(&self, scheme: Scheme) -> Result<String> {
        self.asked.borrow_mut().push(scheme);
        let secret = self.secrets.borrow_mut().pop_front();
        secret.expect("a credential that the script does not know")
    }

    fn is_watched(&self) -> bool {
        true
    }

    fn attempted(&self, attempt: &Attempt) {
        self.told.borrow_mut().push(attempt.clone());
    }
}

struct InFlight<'a>(&'a Cell<usize>);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

impl Clock for World {
    fn now(&self) -> f64 {
        self.now.get()
    }

    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        let key = self.started.replace(self.started.get() + 1);
        let end = self.now.get() + f64::from(ms);
        self.timers.borrow_mut().insert(key, end);
        Timer {
            world: self,
            key,
            end,
        }
    }

    fn random(&self) -> f64 {
        self.random.get()
    }
}

struct Timer<'a> {
    world: &'a World,
    key: u64,
    end: f64,
}

impl Future for Timer<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.world.now.get() < self.end {
            return Poll::Pending;
        }
        self.world.timers.borrow_mut().remove(&self.key);
        Poll::Ready(())
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        self.world.timers.borrow_mut().remove(&self.key);
    }
}

/// A plan from the option's words; an empty word stands for the default.
pub(crate) fn plan(if_processing: &str, if_missing: &str) -> Plan {
    let word = |word: &str| match word {
        "" => Value::Undefined,
        word => Value::Text(word.to_owned()),
    };
    Plan::check(
        &word(if_processing),
        &word(if_missing),
        &Value::Undefined,
        IfMissing::Reject,
    )
    .unwrap()
}

/// The failure of a call that is expected to fail, its `attempts` as counted.
#[track_caller]
pub(crate) fn failed<T>(result: Result<T>) -> Box<Failure> {
    match result {
        Ok(_) => panic!("must fail"),
        Err(failure) => failure,
    }
}

/// Futures that the tests write themselves run here, too.
#[test]
fn the_clock_moves_only_while_everything_waits() {
    let world = World::default();
    let waited = world.run(async {
        let long = pin!(Clock::sleep(&world, 70));
        Clock::sleep(&world, 50).await;
        let then = world.now.get();
        long.await;
        (then, world.now.get())
    });
    assert_eq!(waited, (50.0, 70.0));
}
