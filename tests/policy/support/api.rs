//! An API that answers by a rule, each answer after a time, on a clock that only waiting moves.
//! Many calls may be on their way at once.

use super::answers::object;
use delete_message_batch::base::error::{Cause, Result};
use delete_message_batch::call::machine::{Attempt, Clock, Sent, Transport};
use delete_message_batch::http::request::Request;
use delete_message_batch::http::response::Answer;
use delete_message_batch::options::credentials::Scheme;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

type Reply = (u32, std::result::Result<Answer<String>, Box<Cause>>);
type Rule<'a> = dyn FnMut(&str, f64) -> Reply + 'a;

/// Network and clock in one.
pub(crate) struct Api<'a> {
    /// From "METHOD id" and the time to an answer, and how long it takes.
    rule: RefCell<Box<Rule<'a>>>,
    pub(crate) now: Cell<f64>,
    /// What was sent, and when.
    pub(crate) sent: RefCell<Vec<(f64, String)>>,
    pub(crate) in_flight: Cell<u32>,
    pub(crate) most_in_flight: Cell<u32>,
    timers: RefCell<BTreeMap<u64, (f64, Option<Waker>)>>,
    started: Cell<u64>,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<'a> Api<'a> {
    pub(crate) fn new(rule: impl FnMut(&str, f64) -> Reply + 'a) -> Self {
        Self {
            rule: RefCell::new(Box::new(rule)),
            now: Cell::new(1_000_000.0),
            sent: RefCell::default(),
            in_flight: Cell::default(),
            most_in_flight: Cell::default(),
            timers: RefCell::default(),
            started: Cell::default(),
        }
    }

    /// Runs to the end; polls only after a wake-up, as an executor does.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = Box::pin(future);
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        loop {
            while flag.0.swap(false, Ordering::Relaxed) {
                let mut context = Context::from_waker(&waker);
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    drop(future);
                    assert!(self.timers.borrow().is_empty(), "a timer outlives the job");
                    assert_eq!(self.in_flight.get(), 0, "a request outlives the job");
                    return output;
                }
            }
            let timers = self.timers.borrow();
            let next = timers.values().map(|(end, _)| *end).reduce(f64::min);
            let next = next.expect("it waits for something that never comes");
            drop(timers);
            self.now.set(self.now.get().max(next));
            for (end, waker) in self.timers.borrow_mut().values_mut() {
                if *end <= self.now.get()
                    && let Some(waker) = waker.take()
                {
                    waker.wake();
                }
            }
        }
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
pub(crate) fn deleted(id: &str) -> Answer<String> {
    object(id, "message_batch_deleted", None)
}

impl Transport for Api<'_> {
    type Content = String;

    async fn send(&self, request: &Request, _: &[&str]) -> Sent<String> {
        let (_, path) = request.url.split_once("/batches").unwrap();
        let call = format!("{} {}", request.method, path.trim_start_matches('/'));
        self.in_flight.set(self.in_flight.get() + 1);
        let most = self.most_in_flight.get().max(self.in_flight.get());
        self.most_in_flight.set(most);
        let _in_flight = InFlight(&self.in_flight);
        let now = self.now.get();
        self.sent.borrow_mut().push((now, call.clone()));
        let (ms, answer) = (self.rule.borrow_mut())(&call, now);
        Clock::sleep(self, ms).await;
        answer.map(Box::new)
    }

    async fn credential(&self, _: Scheme) -> Result<String> {
        Ok("k".into())
    }

    fn is_watched(&self) -> bool {
        false
    }

    fn attempted(&self, _: &Attempt) {}
}

struct InFlight<'a>(&'a Cell<u32>);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Clock for Api<'_> {
    fn now(&self) -> f64 {
        self.now.get()
    }

    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        let key = self.started.replace(self.started.get() + 1);
        let end = self.now.get() + f64::from(ms);
        self.timers.borrow_mut().insert(key, (end, None));
        Timer {
            timers: &self.timers,
            now: &self.now,
            key,
            end,
        }
    }

    fn random(&self) -> f64 {
        0.5
    }
}

struct Timer<'a> {
    timers: &'a RefCell<BTreeMap<u64, (f64, Option<Waker>)>>,
    now: &'a Cell<f64>,
    key: u64,
    end: f64,
}

impl Future for Timer<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut timers = self.timers.borrow_mut();
        if self.now.get() >= self.end {
            timers.remove(&self.key);
            return Poll::Ready(());
        }
        if let Some((_, waker)) = timers.get_mut(&self.key) {
            *waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        self.timers.borrow_mut().remove(&self.key);
    }
}
