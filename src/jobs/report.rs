//! What a job is made of: what it deletes, how it ends, and what it tells on the way.

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::options::batch_id::BatchId;
use crate::options::whole;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// The names of the options that every job takes.
pub const JOB_OPTIONS: &[&str] = &["concurrency", "onProgress"];

/// Requests at once, by default.
const CONCURRENCY: u32 = 8;
/// The most requests at once.
const MOST: u32 = 256;

/// Checks the option `concurrency`.
pub fn concurrency(value: &Value) -> Result<u32> {
    Ok(whole("concurrency", value, "a whole number", 1, MOST)?.unwrap_or(CONCURRENCY))
}

/// One thing to delete, as it was pulled.
#[derive(Debug)]
pub struct Pulled {
    /// Its place among all that was pulled, from 0.
    pub index: u32,
    /// The id as it was given, where it was a string.
    pub given: Option<String>,
    /// The id, or why it is none.
    pub id: Result<BatchId>,
    /// Whether it would be deleted: then nothing is sent.
    pub dry: bool,
}

/// Where a source puts what it pulls, for the job to take. A job lets its source run only while
/// it has room for one more.
#[derive(Debug, Default)]
pub struct Inlet(RefCell<Option<Pulled>>);

impl Inlet {
    /// Hands one on, and waits until the job lets the source run again.
    pub async fn put(&self, pulled: Pulled) {
        self.0.replace(Some(pulled));
        poll_fn(|_| match *self.0.borrow() {
            Some(_) => Poll::Pending,
            None => Poll::Ready(()),
        })
        .await;
    }

    /// What was put there.
    pub(crate) fn take(&self) -> Option<Pulled> {
        self.0.take()
    }
}

/// A source of what a job deletes: it puts one after the other into the job's inlet.
pub type Source<'a, E> = Pin<Box<dyn Future<Output = std::result::Result<(), Stop<E>>> + 'a>>;

/// Why a job ends before its end.
#[derive(Debug)]
pub enum Stop<E> {
    /// A failure that concerns the job, not one batch.
    Failure(Box<Failure>),
    /// What the caller's own code threw.
    Thrown(E),
}

/// How the deletion of one batch ended.
#[derive(Debug)]
pub enum Status {
    /// It is gone.
    Deleted,
    /// It was not there.
    Missing,
    /// It was not deleted.
    Failed(Box<Failure>),
}

/// What became of one batch.
#[derive(Debug)]
pub struct Outcome {
    /// The id as it was given, where it was a string.
    pub id: Option<String>,
    /// Its place among all that was pulled, from 0.
    pub index: u32,
    /// How it ended.
    pub status: Status,
}

/// The counts of a job so far, and its failures one by one.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many were deleted.
    pub deleted: Cell<u32>,
    /// How many were not there.
    pub missing: Cell<u32>,
    /// Those that failed.
    pub failed: RefCell<Vec<Failed>>,
}

/// A batch that was not deleted.
#[derive(Debug)]
pub struct Failed {
    /// The id as it was given, where it was a string.
    pub id: Option<String>,
    /// Its place among all that was pulled, from 0.
    pub index: u32,
    /// Why.
    pub failure: Box<Failure>,
}

impl Tally {
    /// How many have an outcome.
    #[must_use]
    pub fn done(&self) -> u32 {
        let failed = u32::try_from(self.failed.borrow().len()).unwrap_or(u32::MAX);
        self.deleted.get() + self.missing.get() + failed
    }

    /// Counts an outcome.
    pub(crate) fn count(&self, outcome: &Outcome) {
        match &outcome.status {
            Status::Deleted => self.deleted.set(self.deleted.get() + 1),
            Status::Missing => self.missing.set(self.missing.get() + 1),
            Status::Failed(failure) => {
                self.failed.borrow_mut().push(Failed {
                    id: outcome.id.clone(),
                    index: outcome.index,
                    failure: failure.clone(),
                });
            }
        }
    }
}

/// How a job stands, right after an outcome.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// How many repetitions of an id were left out.
    pub repeated: u32,
    /// Requests on their way.
    pub in_flight: u32,
    /// Until when nothing is sent, in milliseconds since 1970.
    pub paused_until: Option<f64>,
    /// Outcomes per second, lately.
    pub rate_per_second: f64,
}

/// Measures outcomes per second, over windows of time.
#[derive(Debug, Default)]
pub struct Meter {
    window: Cell<Option<(f64, u32)>>,
    last: Cell<Option<f64>>,
}

impl Meter {
    const WINDOW_MS: f64 = 2_000.0;

    /// Counts an outcome and tells the rate of the last whole window, or of the first one so far.
    pub fn count(&self, now: f64) -> f64 {
        let (start, count) = self.window.get().unwrap_or((now, 0));
        let count = count + 1;
        let rate = f64::from(count) * 1_000.0 / (now - start).max(1.0);
        if now - start >= Self::WINDOW_MS {
            self.last.set(Some(rate));
            self.window.set(Some((now, 0)));
        } else {
            self.window.set(Some((start, count)));
        }
        self.last.get().unwrap_or(rate)
    }
}
