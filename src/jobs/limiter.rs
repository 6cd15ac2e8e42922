//! One gate for all workers of a job: so many requests at once, in turn, at the pace that the API
//! allows.

use crate::base::error::{Failure, Result};
use crate::call::machine::Clock;
use crate::jobs::token_bucket::{Pace, Told};
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Poll, Waker};

/// The longest time that is waited for at once: a timer takes no more.
const LONGEST_WAIT_MS: f64 = 2_147_483_647.0;

/// The gate. Who comes first passes first.
#[derive(Debug)]
pub struct Gate {
    concurrency: u32,
    in_flight: Cell<u32>,
    parked: Cell<u32>,
    pace: RefCell<Pace>,
    queue: RefCell<Vec<Waiting>>,
    tickets: Cell<u64>,
    /// Changes with everything that may change how long the first has to wait.
    news: Cell<u64>,
    /// How many were refused in a row without being told for how long.
    refusals: Cell<u32>,
    stopped: RefCell<Option<Box<Failure>>>,
}

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    waker: Option<Waker>,
}

impl Gate {
    /// A gate that lets through so many at once.
    #[must_use]
    pub fn new(concurrency: u32) -> Self {
        Self {
            concurrency,
            in_flight: Cell::default(),
            parked: Cell::default(),
            pace: RefCell::default(),
            queue: RefCell::default(),
            tickets: Cell::default(),
            news: Cell::default(),
            refusals: Cell::default(),
            stopped: RefCell::default(),
        }
    }

    /// How many requests are on their way.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.in_flight.get()
    }

    /// How many calls wait for a batch to end, and so hold no worker.
    #[must_use]
    pub fn parked(&self) -> u32 {
        self.parked.get()
    }

    /// Until when nothing is sent, in milliseconds since 1970.
    #[must_use]
    pub fn paused_until(&self, now: f64) -> Option<f64> {
        self.pace.borrow().paused_until(now)
    }

    /// Why nothing more is sent, where that is so.
    #[must_use]
    pub fn stopped(&self) -> Option<Box<Failure>> {
        self.stopped.borrow().clone()
    }

    /// Waits until a request may be sent; it counts as on its way until the pass is dropped.
    pub async fn admit(&self, clock: &impl Clock) -> Result<Pass<'_>> {
        // Whoever comes while others wait has to wait, too.
        if !self.queue.borrow().is_empty() || self.wait(clock.now()) > 0.0 {
            self.queued(clock).await;
        }
        if let Some(failure) = self.stopped() {
            return Err(failure);
        }
        self.in_flight.set(self.in_flight.get() + 1);
        let sent = self.pace.borrow_mut().sent(clock.now());
        Ok(Pass { gate: self, sent })
    }

    /// Waits until this is the first in the queue, and there is nothing to wait for any more.
    async fn queued(&self, clock: &impl Clock) {
        let place = Place::take(self);
        let mut timer = pin!(None);
        let mut seen = None;
        poll_fn(|context| {
            loop {
                place.keep(context.waker());
                if !place.is_first() {
                    return Poll::Pending;
                }
                if self.stopped.borrow().is_some() {
                    return Poll::Ready(());
                }
                // What was waited for is set anew with each piece of news.
                if seen.replace(self.news.get()) != Some(self.news.get()) {
                    let wait = self.wait(clock.now());
                    if wait <= 0.0 {
                        return Poll::Ready(());
                    }
                    // Rounded up, and within what a timer takes.
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                    let ms = wait.ceil().min(LONGEST_WAIT_MS) as u32;
                    timer.set(wait.is_finite().then(|| clock.sleep(ms)));
                }
                match timer.as_mut().as_pin_mut().map(|timer| timer.poll(context)) {
                    Some(Poll::Ready(())) => {
                        timer.set(None);
                        seen = None;
                    }
                    _ => return Poll::Pending,
                }
            }
        })
        .await;
    }

    /// A call waits for its batch to end: it holds no worker until this is dropped.
    #[must_use]
    pub fn park(&self) -> Parked<'_> {
        self.parked.set(self.parked.get() + 1);
        Parked { gate: self }
    }

    /// An answer came, or was lost.
    pub fn answered(&self, now: f64, pass: &Pass<'_>, told: Told) {
        self.pace.borrow_mut().answered(now, pass.sent, told);
        self.refusals.set(0);
        self.tell();
    }

    /// A request was refused with the time after which to try again: everybody waits until then.
    pub fn pause(&self, now: f64, told: Told, until: f64) {
        self.pace.borrow_mut().refused(now, told, until);
        self.refusals.set(0);
        self.tell();
    }

    /// A call was refused to the end, without a time after which to try again. Once every worker
    /// was, with no answer of another kind in between, nothing more is sent.
    pub fn refused(&self, failure: &Failure) {
        self.refusals.set(self.refusals.get() + 1);
        if self.refusals.get() >= self.concurrency {
            self.stop(failure);
        }
    }

    /// Nothing more is sent, because of this refusal.
    pub fn stop(&self, failure: &Failure) {
        let mut unsent = Box::new(failure.clone());
        unsent.attempts = 0;
        unsent.message.insert_str(0, "not sent, after: ");
        self.stopped.borrow_mut().get_or_insert(unsent);
        self.tell();
    }

    /// How long the first in the queue has to wait; infinitely, until something happens.
    fn wait(&self, now: f64) -> f64 {
        let in_flight = self.in_flight.get();
        if in_flight >= self.concurrency {
            return f64::INFINITY;
        }
        self.pace.borrow().wait(now, in_flight)
    }

    fn tell(&self) {
        self.news.set(self.news.get().wrapping_add(1));
        let first = self.queue.borrow().first().and_then(|it| it.waker.clone());
        if let Some(waker) = first {
            waker.wake();
        }
    }
}

/// The right to have one request on its way.
#[derive(Debug)]
pub struct Pass<'a> {
    gate: &'a Gate,
    /// As which one the request was sent.
    sent: f64,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let in_flight = &self.gate.in_flight;
        in_flight.set(in_flight.get().saturating_sub(1));
        self.gate.pace.borrow_mut().ended(self.sent);
        self.gate.tell();
    }
}

/// A call that waits for its batch to end.
#[derive(Debug)]
pub struct Parked<'a> {
    gate: &'a Gate,
}

impl Drop for Parked<'_> {
    fn drop(&mut self) {
        let parked = &self.gate.parked;
        parked.set(parked.get().saturating_sub(1));
    }
}

/// A place in the queue; given up, the others move up.
struct Place<'a> {
    gate: &'a Gate,
    ticket: u64,
}

impl<'a> Place<'a> {
    fn take(gate: &'a Gate) -> Self {
        let ticket = gate.tickets.get();
        gate.tickets.set(ticket + 1);
        let waker = None;
        gate.queue.borrow_mut().push(Waiting { ticket, waker });
        Self { gate, ticket }
    }

    fn is_first(&self) -> bool {
        let queue = self.gate.queue.borrow();
        queue.first().is_none_or(|it| it.ticket == self.ticket)
    }

    /// Whom to wake when there is news for the first.
    fn keep(&self, waker: &Waker) {
        let mut queue = self.gate.queue.borrow_mut();
        if let Some(place) = queue.iter_mut().find(|it| it.ticket == self.ticket) {
            place.waker = Some(waker.clone());
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut queue = self.gate.queue.borrow_mut();
        queue.retain(|waiting| waiting.ticket != self.ticket);
        drop(queue);
        self.gate.tell();
    }
}
