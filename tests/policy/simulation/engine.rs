//! Jobs, and a plain pool, against a server in virtual time.

use crate::support::job::{at_once, plan};
use crate::support::responses::{lost, object};
use crate::support::values::{at, settings, with_retries};
use policy::base::error::Cause;
use policy::call::deletion_options::DeletionOptions;
use policy::call::events::{Action, Event, Goal};
use policy::call::machine::Call;
use policy::http::response::Response;
use policy::jobs::actions::{JobAction, JobEnd, Source};
use policy::jobs::job::Job;
use policy::jobs::report::Pulled;
use policy::options::Settings;
use policy::options::batch_id::BatchId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// A seeded generator (splitmix64): the same scenario each time.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A server: the response to a request at a time, and its delay.
pub(crate) trait Server {
    fn respond(&mut self, id: &str, now: f64) -> (f64, Result<Response<String>, Box<Cause>>);
}

/// The settings of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) processes: usize,
    /// The batches of each process.
    pub(crate) count: u32,
    pub(crate) concurrency: u32,
    /// The most milliseconds that a timer is late.
    pub(crate) late_ms: f64,
    /// True if the clock shows whole milliseconds, as a browser's does.
    pub(crate) is_coarse: bool,
    pub(crate) seed: u64,
}

impl Plan {
    /// One process, 16 requests at once, an exact clock.
    pub(crate) fn new(count: u32, seed: u64) -> Self {
        Self {
            processes: 1,
            count,
            concurrency: 16,
            late_ms: 0.0,
            is_coarse: false,
            seed,
        }
    }

    pub(crate) fn at_once(self, concurrency: u32) -> Self {
        Self {
            concurrency,
            ..self
        }
    }
}

/// The retries of each call, as the official SDK has them.
const MAX_RETRIES: u32 = 2;

/// The result of a policy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) seconds: f64,
    pub(crate) deleted: u32,
    pub(crate) failed: u32,
    pub(crate) unsent: u32,
    pub(crate) stopped: bool,
    /// The time of each request, and true if it was refused with 429.
    pub(crate) sent: Vec<(f64, bool)>,
}

impl Outcome {
    fn end(&mut self, job: &Job<String>, at: f64) {
        let report = job.report();
        self.seconds = at / 1_000.0;
        self.deleted = report.ends.deleted;
        self.failed = report.failed.len() as u32;
        self.unsent = report.unsent;
        self.stopped = report.stopped.is_some();
    }

    pub(crate) fn refused(&self) -> f64 {
        let refused = self.sent.iter().filter(|(_, refused)| *refused).count();
        refused as f64 / self.sent.len().max(1) as f64
    }

    pub(crate) fn per_second(&self) -> f64 {
        f64::from(self.deleted) / self.seconds.max(0.001)
    }

    /// Requests that were not refused, from one second to another.
    pub(crate) fn delivered(&self, from: f64, to: f64) -> f64 {
        let good = self
            .sent
            .iter()
            .filter(|(at, refused)| !refused && *at >= from * 1_000.0 && *at < to * 1_000.0);
        good.count() as f64
    }
}

pub(crate) fn deleted(id: &str) -> Response<String> {
    object(id, "message_batch_deleted", None)
}

fn options() -> DeletionOptions {
    plan("reject")
}

fn given(max_retries: u32) -> Settings {
    settings(&with_retries(max_retries))
}

/// An input of a process that is due, in the order of time.
struct Due {
    at: f64,
    order: u64,
    input: Input,
}

enum Input {
    Call(usize, u32, Event<String>),
    Wake(usize, u64),
    Turned(usize),
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at
            .total_cmp(&other.at)
            .then(self.order.cmp(&other.order))
    }
}

#[derive(Default)]
struct Queue {
    heap: BinaryHeap<Reverse<Due>>,
    order: u64,
}

impl Queue {
    fn push(&mut self, at: f64, input: Input) {
        self.order += 1;
        let order = self.order;
        self.heap.push(Reverse(Due { at, order, input }));
    }
}

/// The most events of a run: an endless run fails at this number instead of hanging.
const MOST_EVENTS: u64 = 20_000_000;

fn perform(
    action: Action<String>,
    limit_ms: Option<u32>,
    now: f64,
    server: &mut dyn Server,
    outcome: &mut Outcome,
) -> (f64, Event<String>) {
    match action {
        Action::Send(request) => {
            let (_, id) = request.url.rsplit_once('/').unwrap();
            let (ms, response) = server.respond(id, now);
            let is_refused = matches!(&response, Ok(response) if response.status == 429);
            outcome.sent.push((now, is_refused));
            let limit = f64::from(limit_ms.unwrap_or(u32::MAX));
            if ms > limit {
                return (now + limit, Event::TimedOut);
            }
            let event = match response {
                Ok(response) => Event::Response(Box::new(response)),
                Err(cause) => lost(cause),
            };
            (now + ms, event)
        }
        Action::Sleep { ms, .. } => (now + f64::from(ms), Event::Woke),
        other => panic!("no action for a driver: {other:?}"),
    }
}

fn id_of(index: u32) -> Pulled {
    let id = format!("b{index}");
    Pulled {
        id: BatchId::check(&id),
        given: Some(id),
    }
}

/// Jobs beside each other, as processes on one server would be.
pub(crate) fn jobs(server: &mut dyn Server, plan: Plan) -> Vec<Outcome> {
    let Plan {
        processes,
        count,
        concurrency,
        ..
    } = plan;
    let mut chance = Chance(plan.seed);
    let mut lateness = Chance(plan.seed ^ 0x1a7e);
    let settings = Arc::new(given(MAX_RETRIES));
    let source = || Source::Caller(Some(count));
    let mut all: Vec<Job<String>> = (0..processes)
        .map(|_| {
            Job::new(
                Arc::clone(&settings),
                options(),
                at_once(concurrency),
                source(),
            )
        })
        .collect();
    let mut outcomes: Vec<Outcome> = (0..processes).map(|_| Outcome::default()).collect();
    let mut pulled = vec![0; processes];
    let mut wakes = vec![0_u64; processes];
    let mut running = processes;
    let mut queue = Queue::default();
    // The time, and the time that the clock of the processes shows.
    let (mut real, mut now) = (0.0, 0.0);
    for job in &mut all {
        job.start(at(now), chance.next());
    }
    let mut ready: Vec<usize> = (0..processes).collect();
    for _ in 0..MOST_EVENTS {
        while let Some(process) = ready.pop() {
            let (job, outcome) = (&mut all[process], &mut outcomes[process]);
            while let Some(action) = job.poll(at(now), 0.5) {
                let random = chance.next();
                match action {
                    JobAction::Pull => {
                        let index = pulled[process];
                        pulled[process] += 1;
                        if index >= count {
                            job.source_ended(JobEnd::Complete, at(now), random);
                            continue;
                        }
                        job.pulled(id_of(index), at(now), random);
                    }
                    JobAction::Call(call, action, limit) => {
                        let (mut at, event) = perform(action, limit, real, server, outcome);
                        if let Event::Woke = event {
                            at += plan.late_ms * lateness.next();
                        }
                        queue.push(at, Input::Call(process, call, event));
                    }
                    JobAction::Turn => queue.push(real, Input::Turned(process)),
                    JobAction::Wake(ms) => {
                        wakes[process] += 1;
                        let at = real + f64::from(ms) + plan.late_ms * lateness.next();
                        queue.push(at, Input::Wake(process, wakes[process]));
                    }
                    JobAction::Finished(end) => {
                        assert!(matches!(end, JobEnd::Complete), "{end:?}");
                        outcome.end(job, real);
                        running -= 1;
                        break;
                    }
                    JobAction::Report(_) | JobAction::Attempt(_) | JobAction::Page(_) => {}
                    JobAction::Filter(_) => panic!("no filter"),
                    _ => panic!("an action of a later version"),
                }
            }
        }
        if running == 0 {
            return outcomes;
        }
        let Reverse(due) = queue
            .heap
            .pop()
            .expect("the jobs wait for something that never comes");
        real = due.at.max(real);
        now = if plan.is_coarse { real.floor() } else { real };
        let random = chance.next();
        let process = match due.input {
            Input::Call(process, call, event) => {
                all[process].handle(call, event, at(now), random);
                process
            }
            Input::Wake(process, number) => {
                if number != wakes[process] {
                    continue;
                }
                all[process].woke(at(now), random);
                process
            }
            Input::Turned(process) => {
                all[process].turned(at(now), random);
                process
            }
        };
        ready.push(process);
    }
    panic!("the jobs go on for ever")
}

pub(crate) fn job(server: &mut dyn Server, plan: Plan) -> Outcome {
    jobs(server, plan).remove(0)
}

/// A plain pool, or that of each process: each slot makes one call after the other, with the official
/// SDK's retries.
pub(crate) fn pool(server: &mut dyn Server, plan: Plan) -> Outcome {
    let count = plan.count * plan.processes as u32;
    let slots = plan.concurrency as usize * plan.processes;
    let mut chance = Chance(plan.seed);
    let settings = Arc::new(given(MAX_RETRIES));
    let mut outcome = Outcome::default();
    let mut queue = Queue::default();
    let mut calls: Vec<Option<Call>> = (0..slots).map(|_| None).collect();
    let mut next = 0;
    let mut now = 0.0;
    let mut begin = |slot: usize, now: f64, calls: &mut Vec<Option<Call>>, queue: &mut Queue| {
        if next < count {
            let id = BatchId::check(&format!("b{next}")).unwrap();
            next += 1;
            let goal = Goal::Delete(id, options());
            calls[slot] = Some(Call::new(Arc::clone(&settings), goal, at(now)));
            queue.push(now, Input::Call(slot, 0, Event::Start));
        }
    };
    for slot in 0..calls.len() {
        begin(slot, now, &mut calls, &mut queue);
    }
    for _ in 0..MOST_EVENTS {
        let Some(Reverse(due)) = queue.heap.pop() else {
            outcome.seconds = now / 1_000.0;
            return outcome;
        };
        now = due.at.max(now);
        let Input::Call(slot, _, event) = due.input else {
            continue;
        };
        let Some(call) = &mut calls[slot] else {
            continue;
        };
        let output = call.handle(event, at(now), chance.next());
        match output.action {
            Action::Done(_) => outcome.deleted += 1,
            Action::Failed(_) => outcome.failed += 1,
            action => {
                let (at, event) = perform(action, output.limit_ms, now, server, &mut outcome);
                queue.push(at, Input::Call(slot, 0, event));
                continue;
            }
        }
        begin(slot, now, &mut calls, &mut queue);
    }
    panic!("the pool goes on for ever")
}
