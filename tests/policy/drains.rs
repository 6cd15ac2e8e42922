//! The orderly end of a job: no further attempt begins, and each id has one outcome or is unsent.

use crate::support::api::deleted;
use crate::support::cases;
use crate::support::driven::{Driven, Open};
use crate::support::job::{at_once, plan};
use crate::support::responses::{error, lost, not_found, object, overloaded, refused, with_header};
use crate::support::values::{at, settings, with, with_key, with_retries};
use policy::base::error::{Cause, Code};
use policy::call::events::Event;
use policy::http::response::Response;
use policy::jobs::actions::{JobAction, JobEnd, Source};
use policy::jobs::job::Job;
use policy::jobs::report::{Pulled, Status};
use policy::options::batch_id::BatchId;
use policy::options::credentials::{CredentialOption, Scheme};
use proptest::prelude::*;
use std::collections::HashSet;

fn outcome(index: u32, word: &str) -> (u32, String) {
    (index, word.to_owned())
}

#[test]
fn a_request_in_flight_ends_with_its_outcome_and_the_rest_is_unsent() {
    let mut driven = Driven::new(&with_key(), "reject", 10, 2).begin();
    // The first one goes alone, to learn the rate.
    driven.respond(0, deleted("id-0"));
    assert_eq!(driven.open.len(), 2);
    driven.drain();
    assert!(driven.end.is_none(), "two responses are to come");
    driven.respond(1, deleted("id-2"));
    driven.respond(0, not_found());
    let ends = ["deleted", "deleted", "missing"];
    let expected = [0, 2, 1].into_iter().zip(ends);
    let expected = expected.map(|(index, end)| outcome(index, end)).collect();
    assert_eq!(driven.found(), (expected, 7));
    assert_eq!(driven.sent, 3);
}

#[test]
fn a_retry_that_waits_ends_with_the_failure_it_had() {
    let mut driven = Driven::new(&with_key(), "reject", 1, 1).begin();
    driven.respond(0, overloaded());
    assert_eq!(driven.open[0].1, Open::Sleep);
    driven.drain();
    assert_eq!(driven.found(), (vec![outcome(0, "server 1")], 0));
    // Its timer may still run.
    driven.handle(0, Event::Woke);
    assert_eq!((driven.sent, driven.outcomes.len()), (1, 1));
}

#[test]
fn a_failure_after_the_drain_is_not_retried() {
    for (event, word) in [
        (Event::Response(Box::new(overloaded())), "server 1"),
        (Event::TimedOut, "timeout 1"),
        (lost(Cause::new("Error", "reset".into())), "connection 1"),
        (
            Event::Response(Box::new(with_header(
                error(429, "rate_limit_error", "slower"),
                "retry-after",
                "1",
            ))),
            "rate_limit 1",
        ),
        // The refusal stands, because no status check may be sent.
        (Event::Response(Box::new(refused())), "bad_request 1"),
    ] {
        let mut driven = Driven::new(&with_key(), "cancel", 1, 1).begin();
        driven.drain();
        driven.handle(0, event);
        assert_eq!(driven.found(), (vec![outcome(0, word)], 0));
        assert_eq!(driven.sent, 1);
    }
}

#[test]
fn a_call_that_waits_for_its_batch_to_end_fails() {
    let mut driven = Driven::new(&with_key(), "wait", 1, 1).begin();
    driven.respond(0, refused());
    driven.respond(0, object("id-0", "message_batch", Some("in_progress")));
    assert_eq!(driven.open[0].1, Open::Sleep);
    driven.drain();
    let (outcomes, unsent) = driven.found();
    assert_eq!(outcomes, [outcome(0, "still_processing 2")]);
    assert_eq!((unsent, driven.sent), (0, 2));
}

#[test]
fn a_request_that_the_driver_has_not_begun_is_taken_back() {
    let mut driven = Driven::new(&with_key(), "reject", 10, 4).begin();
    let (number, _) = driven.open.remove(0);
    let response = Event::Response(Box::new(deleted("id-0")));
    driven.job.handle(number, response, at(0.0), 0.5);
    // Several requests are permitted; the driver begins one.
    while driven.sent < 2 {
        assert!(driven.act());
    }
    driven.drain();
    driven.respond(0, deleted("id-1"));
    let expected = [0, 1].map(|index| outcome(index, "deleted"));
    assert_eq!(driven.found(), (expected.to_vec(), 8));
    assert_eq!(driven.sent, 2);
}

#[test]
fn a_call_whose_credential_is_outstanding_is_unsent() {
    let given = with(CredentialOption::Function(Scheme::ApiKey));
    let mut driven = Driven::new(&given, "reject", 3, 1).begin();
    assert_eq!(driven.open[0].1, Open::Credential);
    driven.drain();
    assert_eq!(driven.found(), (vec![], 3));
    driven.handle(0, Event::Credential(Ok("k".into())));
    assert_eq!(driven.sent, 0);
}

#[test]
fn a_job_that_is_drained_before_it_starts_sends_nothing() {
    let mut driven = Driven::new(&with_key(), "reject", 3, 1);
    driven.drain();
    assert_eq!(driven.found(), (vec![], 3));
    driven.job.start(at(0.0), 0.5);
    driven.act_all();
    assert_eq!((driven.sent, driven.pulled), (0, 0));
}

#[test]
fn an_id_that_is_pulled_after_the_drain_is_unsent() {
    let source = Source::Caller(None);
    let settings = settings(&with_key()).into();
    let mut job: Job<String> = Job::new(settings, plan("reject"), at_once(2), source);
    let id = |id: &str| Pulled {
        given: Some(id.to_owned()),
        id: BatchId::check(id),
    };
    job.start(at(0.0), 0.5);
    job.pulled(id("a"), at(0.0), 0.5);
    job.drain(at(0.0), 0.5);
    // The request of the first one was not begun either.
    assert_eq!(job.report().unsent, 1);
    job.pulled(id("b"), at(0.0), 0.5);
    let actions: Vec<_> = std::iter::from_fn(|| job.poll(at(0.0), 0.5)).collect();
    assert!(
        matches!(&actions[..], [JobAction::Finished(_)]),
        "{actions:?}"
    );
}

proptest! {
    #![proptest_config(cases(300))]

    /// At any moment, with any response.
    #[test]
    fn every_id_has_one_outcome_or_is_unsent(
        steps in prop::collection::vec((0_usize..6, 0_u8..8), 0..60),
        ended_after in 0_usize..60, is_cut in any::<bool>(), ids in 1_u32..20, concurrency in 1_u32..6,
        if_processing in prop::sample::select(vec!["reject", "wait", "cancel"]),
    ) {
        let mut driven = Driven::new(&with_key(), if_processing, ids, concurrency).begin();
        let mut gone = HashSet::new();
        let mut sent = None;
        let mut steps = steps.into_iter().chain(std::iter::repeat((0, 0)));
        for step in 0.. {
            if step == ended_after {
                driven.drain();
                sent = Some(driven.sent);
            }
            if is_cut && step == ended_after + 2 {
                driven.interrupt();
                break;
            }
            if driven.end.is_some() || driven.open.is_empty() {
                break;
            }
            let (index, kind) = steps.next().unwrap();
            let index = index % driven.open.len();
            let Open::Request(request) = driven.open[index].1.clone() else {
                driven.handle(index, Event::Woke);
                continue;
            };
            let id = request.split(['/', '?']).find(|part| part.starts_with("id-")).unwrap().to_owned();
            let state = |state| object(&id, "message_batch", Some(state));
            match (kind, request.split(' ').next().unwrap()) {
                (0 | 1, "GET") => driven.respond(index, state("ended")),
                (_, "GET") => driven.respond(index, state("in_progress")),
                (_, "POST") => driven.respond(index, state("canceling")),
                (0..=2, _) if gone.insert(id.clone()) => driven.respond(index, deleted(&id)),
                (0..=2, _) => driven.respond(index, not_found()),
                // It worked, but the response is lost.
                (3, _) => {
                    gone.insert(id);
                    driven.handle(index, lost(Cause::new("Error", "reset".into())));
                }
                (4, _) => driven.respond(index, refused()),
                (5, _) => driven.respond(index, error(403, "permission_error", "no")),
                _ => driven.respond(index, overloaded()),
            }
        }
        if sent.is_none() {
            return Ok(());
        }
        let report = driven.job.report();
        prop_assert!(driven.end.is_some() || is_cut);
        prop_assert_eq!(driven.sent, sent.unwrap(), "a request after the drain");
        prop_assert_eq!(report.done() + report.unsent, ids);
        let indexes: HashSet<_> = driven.outcomes.iter().map(|outcome| outcome.index).collect();
        prop_assert_eq!(indexes.len(), driven.outcomes.len(), "two outcomes of one id");
        for outcome in &driven.outcomes {
            if let Status::Deleted | Status::Missing = outcome.status {
                prop_assert!(gone.contains(outcome.id.as_deref().unwrap()), "{:?} is there", outcome);
            }
        }
        prop_assert!(report.stopped.as_ref().is_none_or(|failure| failure.code != Code::StillProcessing));
    }
}

#[test]
fn a_job_that_fails_says_whether_it_may_have_deleted_a_batch() {
    let maybe_applied = |responses: Vec<Response<String>>, is_sent: bool| {
        let mut driven = Driven::new(&with_retries(0), "reject", 4, 1);
        if is_sent {
            driven = driven.begin();
        }
        for response in responses {
            driven.respond(0, response);
        }
        driven.job.timed_out(at(driven.now), 0.5);
        driven.act_all();
        let Some(JobEnd::Failed(failure)) = driven.end else {
            panic!("{:?}", driven.end);
        };
        assert_eq!((failure.code, failure.retryable), (Code::Timeout, true));
        failure.maybe_applied
    };
    assert!(maybe_applied(vec![deleted("id-0")], true));
    assert!(maybe_applied(vec![], true), "a request is in flight");
    assert!(!maybe_applied(vec![], false));
}

#[test]
fn a_job_that_is_cut_off_says_of_each_request_whether_it_may_have_worked() {
    let mut driven = Driven::new(&with_key(), "wait", 9, 4).begin();
    driven.respond(0, deleted("id-0"));
    // A status check and two deletions are in flight; a refusal for the rate waits.
    let limited = with_header(error(429, "rate_limit_error", "no"), "retry-after-ms", "5");
    driven.respond(0, refused());
    driven.respond(0, limited);
    driven.interrupt();
    let outcomes = driven.outcomes.iter();
    let facts = outcomes.map(|outcome| match &outcome.status {
        Status::Failed(failure) => (outcome.index, failure.code, failure.maybe_applied),
        _ => (outcome.index, Code::Internal, true),
    });
    let mut facts: Vec<_> = facts.collect();
    facts.sort_by_key(|(index, ..)| *index);
    let expected = [
        (0, Code::Internal, true),
        (1, Code::BadRequest, false),
        (2, Code::RateLimit, false),
        (3, Code::Connection, true),
        (4, Code::Connection, true),
    ];
    assert_eq!(facts, expected);
    assert!(driven.end.is_none());
    let report = driven.job.report();
    assert_eq!(
        (report.done(), report.unsent, report.drained),
        (5, 4, false)
    );
    driven.interrupt();
    driven.drain();
    assert_eq!((driven.outcomes.len(), driven.job.report().unsent), (5, 4));
}

#[test]
fn a_drained_deletion_keeps_the_facts_of_its_own_attempts() {
    let mut driven = Driven::new(&with_key(), "wait", 1, 1).begin();
    driven.respond(0, overloaded());
    driven.drain();
    let mut waits = Driven::new(&with_key(), "wait", 1, 1).begin();
    waits.respond(0, refused());
    waits.respond(0, object("id-0", "message_batch", Some("in_progress")));
    waits.drain();
    let outcomes = driven.outcomes.iter().chain(&waits.outcomes);
    let facts = outcomes.map(|outcome| match &outcome.status {
        Status::Failed(failure) => (failure.code, failure.retryable, failure.maybe_applied),
        other => panic!("{other:?}"),
    });
    let expected = [
        (Code::Server, true, true),
        (Code::StillProcessing, true, false),
    ];
    assert_eq!(facts.collect::<Vec<_>>(), expected);
}
