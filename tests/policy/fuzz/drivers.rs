//! Drivers that break the invariant: events after the end, events in any order, unknown call numbers, clocks that
//! jump or are not numbers. No machine panics or hangs, and none reports a success that the server did not give.

use crate::support::responses::{batch, not_found, object, overloaded, rate_limited, status};
use crate::support::values::{settings, with_key};
use policy::base::error::{Cause, Code, Failure};
use policy::jobs::actions::{JobAction, JobEnd, LIST_CALL, Source};
use policy::jobs::concurrency::Concurrency;
use policy::jobs::job::Job;
use policy::jobs::report::Pulled;
use policy::{
    Action, Call, DeletionOptions, Done, Event, Goal, IfMissing, IfProcessing, MonotonicTime,
};
use std::sync::Arc;

/// The numbers of a seed: xorshift.
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// A clock that jumps, goes back, or is not a number.
    fn clock(&mut self) -> MonotonicTime {
        MonotonicTime::from_millis(match self.below(6) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => f64::NEG_INFINITY,
            3 => -1.0,
            _ => f64::from(u32::try_from(self.below(100_000)).unwrap()),
        })
    }

    fn fraction(&mut self) -> f64 {
        match self.below(5) {
            0 => f64::NAN,
            1 => 7.5,
            _ => 0.5,
        }
    }

    fn failure(&mut self) -> Box<Failure> {
        let code = Code::ALL[usize::try_from(self.below(Code::ALL.len() as u64)).unwrap()];
        Failure::new(code, "by chance".into())
    }

    /// Any event. `gone` gets the id if the event has the server's word that the batch is gone.
    fn event(&mut self, id: &str, gone: &mut Vec<String>) -> Event<String> {
        match self.below(14) {
            0 => Event::Start,
            1 => Event::Permitted,
            2 => Event::Denied(self.failure()),
            3 => Event::Credential(Ok("sk-test-other".into())),
            4 => Event::Credential(Err(self.failure())),
            5 => Event::Lost {
                sent: self.below(2) == 0,
                cause: Cause::new("Error", "by chance".into()),
            },
            6 => Event::TimedOut,
            7 => Event::Woke,
            8 => response(overloaded()),
            9 => response(rate_limited()),
            10 => response(status(200)),
            11 => response(batch("ended")),
            12 => {
                gone.push(id.to_owned());
                response(not_found())
            }
            _ => {
                gone.push(id.to_owned());
                response(object(id, "message_batch_deleted", None))
            }
        }
    }
}

fn response(response: policy::Response<String>) -> Event<String> {
    Event::Response(Box::new(response))
}

fn options(chance: &mut Chance) -> DeletionOptions {
    let processing = [
        IfProcessing::Reject,
        IfProcessing::Wait,
        IfProcessing::Cancel,
    ];
    let missing = [IfMissing::Reject, IfMissing::Ignore];
    DeletionOptions::default()
        .if_processing(processing[usize::try_from(chance.below(3)).unwrap()])
        .if_missing(missing[usize::try_from(chance.below(2)).unwrap()])
}

#[test]
fn a_call_succeeds_only_by_a_response_of_the_server() {
    for seed in 0..5_000 {
        let mut chance = Chance::new(seed);
        let goal = Goal::Delete("msgbatch_1".parse().unwrap(), options(&mut chance));
        let settings = Arc::new(settings(&with_key()));
        let now = chance.clock();
        let mut call = if chance.below(2) == 0 {
            Call::new(settings, goal, now)
        } else {
            Call::in_job(settings, goal, Some(now))
        };
        let mut gone = Vec::new();
        for _ in 0..40 {
            let event = chance.event("msgbatch_1", &mut gone);
            let output = call.handle(event, chance.clock(), chance.fraction());
            if let Action::Done(done) = output.action {
                assert!(!gone.is_empty(), "seed {seed}: {done:?}");
                assert!(
                    !matches!(done, Done::Responded(it) if it.status != 200),
                    "seed {seed}"
                );
            }
        }
    }
}

/// A job with a driver that errs for a while, then obeys.
struct Driven {
    job: Job<String>,
    chance: Chance,
    ids: Vec<String>,
    gone: Vec<String>,
    /// The ids whose deletion was sent, by the number of the call.
    sent: Vec<(u32, String)>,
    pulls: u32,
    turns: u32,
    waiting: Vec<(u32, Action<String>)>,
    end: Option<JobEnd>,
    ms: f64,
}

impl Driven {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let concurrency = Concurrency::check(u32::try_from(1 + chance.below(8)).unwrap()).unwrap();
        let job = Job::new(
            Arc::new(settings(&with_key())),
            options(&mut chance),
            concurrency,
            Source::Caller(None),
        );
        Self {
            job,
            chance,
            ids: (0..12).map(|index| format!("msgbatch_{index}")).collect(),
            gone: Vec::new(),
            sent: Vec::new(),
            pulls: 0,
            turns: 0,
            waiting: Vec::new(),
            end: None,
            ms: 200_000.0,
        }
    }

    fn poll(&mut self, is_orderly: bool) {
        for _ in 0..10_000 {
            let now = if is_orderly {
                MonotonicTime::from_millis(self.ms)
            } else {
                self.chance.clock()
            };
            let Some(action) = self.job.poll(now, 0.5) else {
                return;
            };
            match action {
                JobAction::Pull => self.pulls += 1,
                JobAction::Turn => self.turns += 1,
                JobAction::Wake(ms) if is_orderly => self.ms += f64::from(ms),
                JobAction::Call(number, action, _) => {
                    if let Action::Send(request) = &action {
                        let path = request.url.split("/batches/").nth(1).unwrap();
                        let id = path.split(['/', '?']).next().unwrap();
                        self.sent.push((number, id.to_owned()));
                    }
                    self.waiting.push((number, action));
                }
                JobAction::Finished(end) => self.end = Some(end),
                _ => {}
            }
        }
        panic!("the job has an action for ever");
    }

    /// Returns the id of a call that has sent a request.
    fn id_of(&self, number: u32) -> String {
        let sent = self.sent.iter().rev().find(|(it, _)| *it == number);
        sent.map_or_else(|| "msgbatch_unknown".to_owned(), |(_, id)| id.clone())
    }

    fn pull(&mut self, now: MonotonicTime) {
        match self.ids.pop() {
            Some(id) => {
                let given = Some(id.clone());
                self.job.pulled(
                    Pulled {
                        given,
                        id: id.parse(),
                    },
                    now,
                    0.5,
                );
            }
            None => self.job.source_ended(JobEnd::Complete, now, 0.5),
        }
    }

    fn err(&mut self) {
        let (now, random) = (self.chance.clock(), self.chance.fraction());
        match self.chance.below(9) {
            0 => self.job.start(now, random),
            1 => self.pull(now),
            2 => self.job.filtered(true, now, random),
            3 => self.job.turned(now, random),
            4 => self.job.woke(now, random),
            _ => {
                let number = match self.chance.below(6) {
                    0 => LIST_CALL,
                    1 => 1_000_000,
                    _ => u32::try_from(self.chance.below(12)).unwrap(),
                };
                let id = self.id_of(number);
                let event = self.chance.event(&id, &mut self.gone);
                self.job.handle(number, event, now, random);
            }
        }
    }

    fn obey(&mut self) {
        self.ms += 1.0;
        let now = MonotonicTime::from_millis(self.ms);
        if let Some((number, action)) = self.waiting.pop() {
            let event = match action {
                Action::Sleep { ms, .. } => {
                    self.ms += f64::from(ms);
                    Event::Woke
                }
                Action::Send(request) => {
                    let id = self.id_of(number);
                    match request.method.as_str() {
                        "DELETE" => {
                            self.gone.push(id.clone());
                            response(object(&id, "message_batch_deleted", None))
                        }
                        _ => response(status(404)),
                    }
                }
                _ => Event::TimedOut,
            };
            self.job.handle(number, event, now, 0.5);
        } else if self.turns > 0 {
            self.turns -= 1;
            self.job.turned(now, 0.5);
        } else if self.pulls > 0 {
            self.pulls -= 1;
            self.pull(now);
        } else {
            self.ms += 60_000.0;
            self.job.woke(MonotonicTime::from_millis(self.ms), 0.5);
        }
    }
}

#[test]
fn a_job_ends_once_its_driver_obeys() {
    for seed in 0..2_000 {
        let mut driven = Driven::new(seed);
        driven.job.start(MonotonicTime::default(), 0.5);
        for _ in 0..driven.chance.below(60) {
            driven.poll(false);
            driven.err();
        }
        let mut steps = 0;
        while driven.end.is_none() {
            driven.poll(true);
            driven.obey();
            steps += 1;
            assert!(steps < 5_000, "seed {seed}: the job does not end");
        }
        let deleted = driven.job.report().ends.deleted as usize;
        let missing = driven.job.report().ends.missing as usize;
        assert!(
            deleted + missing <= driven.gone.len(),
            "seed {seed}: {deleted} deleted, {missing} missing, {:?}",
            driven.gone
        );
        // Events after the end have no effect.
        let before = format!("{:?}", driven.job.report());
        for _ in 0..20 {
            driven.err();
            driven.poll(false);
        }
        assert_eq!(format!("{:?}", driven.job.report()), before, "seed {seed}");
    }
}
