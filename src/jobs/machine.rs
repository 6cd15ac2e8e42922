//! Deleting many batches: ids in, one outcome for each, so many at once as the gate lets through.

use crate::call::deletion::{Deleted, Plan, delete};
use crate::call::machine::{Caller, Clock, Transport};
use crate::jobs::dedupe::Seen;
use crate::jobs::limiter::Gate;
use crate::jobs::pool::Pool;
use crate::jobs::report::{Inlet, Meter, Outcome, Pulled, Source, Standing, Status, Stop, Tally};
use crate::options::batch_id::BatchId;
use std::future::poll_fn;
use std::task::Poll;

/// How many batches are waited for at the same time: each is looked at every 30 seconds at least,
/// and that counts against the rate limit.
const MOST_PARKED: u32 = 1_000;

/// After how many outcomes without a request the event loop gets a turn.
const BREATH: u32 = 1_000;

/// A job: what it has in common for all batches.
pub struct Job<'a, T, C> {
    /// The caller of the whole job.
    pub caller: &'a Caller<'a, T, C>,
    /// The gate.
    pub gate: &'a Gate,
    /// What to do with each batch.
    pub plan: Plan,
    /// How many workers there are.
    pub concurrency: u32,
    /// How many ids there are, where that is known.
    pub length: Option<u32>,
    /// The counts.
    pub tally: &'a Tally,
}

enum Event<E> {
    Ended(Outcome),
    Pulled(Pulled),
    Exhausted(Result<(), Stop<E>>),
    Finished,
}

impl<T: Transport, C: Clock> Job<'_, T, C> {
    /// Deletes what comes, and tells each outcome once.
    ///
    /// What the source fails with ends the job after the requests in flight have ended; what
    /// `tell` fails with ends it at once.
    pub async fn run<E>(
        &self,
        inlet: &Inlet,
        mut source: Source<'_, E>,
        tell: impl Fn(&Outcome, &Standing) -> Result<(), E>,
    ) -> Result<(), Stop<E>> {
        let mut workers = Pool::new();
        let mut seen = Seen::of(self.length);
        let mut exhausted = None;
        let mut repeated = 0;
        let mut breathless = 0;
        let meter = Meter::default();
        loop {
            let event = poll_fn(|context| {
                // What has ended comes first: it makes room for the next.
                if let Poll::Ready(outcome) = workers.poll_next(context) {
                    return Poll::Ready(Event::Ended(outcome));
                }
                if exhausted.is_some() {
                    return if workers.len() == 0 {
                        Poll::Ready(Event::Finished)
                    } else {
                        Poll::Pending
                    };
                }
                if !self.has_room(workers.len()) {
                    return Poll::Pending;
                }
                if let Poll::Ready(end) = source.as_mut().poll(context) {
                    return Poll::Ready(Event::Exhausted(end));
                }
                inlet
                    .take()
                    .map_or(Poll::Pending, |pulled| Poll::Ready(Event::Pulled(pulled)))
            })
            .await;
            let outcome = match event {
                Event::Ended(outcome) => outcome,
                Event::Pulled(Pulled {
                    index,
                    given,
                    id,
                    dry,
                }) => {
                    let status = match id {
                        Err(failure) => Status::Failed(failure),
                        Ok(id) if !seen.insert(id.as_str()) => {
                            repeated += 1;
                            continue;
                        }
                        Ok(_) if dry => Status::Deleted,
                        Ok(id) => {
                            let Some(failure) = self.gate.stopped() else {
                                workers.push(self.work(index, given, id));
                                continue;
                            };
                            Status::Failed(failure)
                        }
                    };
                    Outcome {
                        id: given,
                        index,
                        status,
                    }
                }
                Event::Exhausted(end) => {
                    exhausted = Some(end);
                    continue;
                }
                Event::Finished => return exhausted.unwrap_or(Ok(())),
            };
            self.tally.count(&outcome);
            let now = self.caller.clock().now();
            let standing = Standing {
                repeated,
                in_flight: self.gate.in_flight(),
                paused_until: self.gate.paused_until(now),
                rate_per_second: meter.count(now),
            };
            tell(&outcome, &standing).map_err(Stop::Thrown)?;
            breathless += 1;
            if breathless >= BREATH {
                breathless = 0;
                self.caller.sleep(0).await;
            }
        }
    }

    /// Whether another id may be pulled: never more than there are workers, and those that wait
    /// for a batch to end hold none.
    fn has_room(&self, pulled: usize) -> bool {
        let parked = self.gate.parked();
        let pulled = u32::try_from(pulled).unwrap_or(u32::MAX);
        let busy = pulled.saturating_sub(parked.min(MOST_PARKED));
        busy < self.concurrency
    }

    async fn work(&self, index: u32, given: Option<String>, id: BatchId) -> Outcome {
        let caller = self.caller.in_job(self.gate);
        let status = match delete(&caller, &id, self.plan).await {
            Ok(Deleted::Gone { lost: false, .. }) => Status::Missing,
            Ok(_) => Status::Deleted,
            Err(failure) => Status::Failed(failure),
        };
        Outcome {
            id: given,
            index,
            status,
        }
    }
}
