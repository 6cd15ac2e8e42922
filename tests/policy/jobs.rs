//! Jobs on a fake API: whatever it responds with, each id has one outcome, and nothing is sent that must
//! not be.

use crate::simulation::engine::Chance;
use crate::stops::assert_stopped;
use crate::support::api::{Api, deleted};
use crate::support::cases;
use crate::support::job::{id_of, names, plan, run, with_limit};
use crate::support::responses::{
    broken, error, not_found, object, overloaded, rate_limited, refused, with_header,
};
use crate::support::values::{settings, with_key, with_retries};
use policy::base::error::{Cause, Code};
use policy::http::response::Response;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

type Fetched = Result<Response<String>, Box<Cause>>;

fn retry_after(response: Response<String>, ms: u32) -> Response<String> {
    with_header(response, "retry-after-ms", &ms.to_string())
}

/// The response of the API to one request.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Fine,
    FineWithLimit(u32),
    Limited(u32),
    Overloaded(u32),
    SpendLimit,
    ServerError,
    Reset,
    Missing,
    Denied,
}

fn kinds() -> impl Strategy<Value = Vec<(Kind, u32)>> {
    let kind = prop_oneof![
        6 => Just(Kind::Fine),
        3 => (0_u32..20).prop_map(Kind::FineWithLimit),
        2 => (1_u32..9_000).prop_map(Kind::Limited),
        1 => (1_u32..9_000).prop_map(Kind::Overloaded),
        1 => Just(Kind::SpendLimit),
        1 => Just(Kind::ServerError),
        1 => Just(Kind::Reset),
        1 => Just(Kind::Missing),
        1 => Just(Kind::Denied),
    ];
    prop::collection::vec((kind, 0_u32..400), 1..120)
}

fn respond(kind: Kind, id: &str) -> Fetched {
    match kind {
        Kind::Fine => Ok(deleted(id)),
        Kind::FineWithLimit(left) => Ok(with_limit(deleted(id), 600, left)),
        Kind::Limited(ms) => Ok(retry_after(rate_limited(), ms)),
        Kind::Overloaded(ms) => Ok(retry_after(overloaded(), ms)),
        Kind::SpendLimit => Ok(rate_limited()),
        Kind::ServerError => Ok(error(500, "api_error", "oh")),
        Kind::Reset => Err(broken("ECONNRESET")),
        Kind::Missing => Ok(not_found()),
        Kind::Denied => Ok(error(403, "permission_error", "no")),
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn whatever_the_responses_are(script in kinds(), count in 0_u32..60, concurrency in 1_u32..12) {
        let next = Cell::new(0);
        // The time during which the request may not be sent again.
        let pauses: RefCell<Vec<(f64, f64, String)>> = RefCell::default();
        let api = Api::new(|call: &str, now: f64| {
            // After the script every response is a success, so that the job ends.
            let (kind, ms) = script.get(next.get()).copied().unwrap_or((Kind::Fine, 10));
            next.set(next.get() + 1);
            if let Kind::Limited(wait) | Kind::Overloaded(wait) = kind {
                let from = now + f64::from(ms);
                pauses.borrow_mut().push((from, from + f64::from(wait), call.to_owned()));
            }
            (ms, respond(kind, id_of(call)))
        });
        let ids = names(count);
        let run = run(&api, &settings(&with_key()), &ids, concurrency, plan("reject"));

        prop_assert!(api.most_in_flight.get() <= concurrency);
        // Calls that wait before another attempt leave their slots to others.
        prop_assert!(run.most_ahead <= 2 * concurrency);
        for (at, call) in &*api.sent.borrow() {
            for (from, to, refused) in &*pauses.borrow() {
                let is_early = call == refused && at > from && at < to;
                prop_assert!(!is_early, "{call} at {at}, refused from {from} to {to}");
            }
        }
        let outcomes = &run.outcomes;
        let mut reported: Vec<_> = outcomes.iter().map(|(id, ..)| id.clone()).collect();
        reported.sort();
        reported.dedup();
        prop_assert_eq!(reported.len(), outcomes.len(), "no outcome comes twice");
        prop_assert!(reported.iter().all(|id| ids.contains(id)));
        let unsent = run.report().unsent;
        prop_assert_eq!(run.report().done() + unsent, count, "each id is counted once");
        prop_assert!(unsent == 0 || run.report().stopped.is_some());
        let counted = |status| outcomes.iter().filter(|(_, it, _)| *it == status).count();
        prop_assert_eq!(counted("deleted"), run.report().ends.deleted as usize);
        prop_assert_eq!(counted("missing"), run.report().ends.missing as usize);
        prop_assert_eq!(counted("failed"), run.report().failed.len());
    }
}

#[test]
fn a_repeated_id_is_deleted_and_counted_once() {
    let api = Api::new(|call: &str, _| (5, Ok(deleted(id_of(call)))));
    let ids = ["a", "b", "a", "a", "c", "b"].map(str::to_owned);
    let run = run(&api, &settings(&with_key()), &ids, 2, plan("reject"));
    assert_eq!(run.report().ends.deleted, 3);
    assert_eq!(api.calls().len(), 3);
    let total = run.progress.last().unwrap().total;
    assert_eq!(total, Some(3), "of six, three are repetitions");
}

#[test]
fn no_call_starves_if_a_tenth_of_the_responses_are_pauses() {
    // By chance: the slots send 40 requests in the 75 ms of a refusal, so each tenth would be the same id's.
    let chance = RefCell::new(Chance(1));
    let api = Api::new(|call: &str, _| {
        if chance.borrow_mut().next() < 0.1 {
            return (15, Ok(retry_after(rate_limited(), 50)));
        }
        (15, Ok(deleted(id_of(call))))
    });
    let run = run(&api, &settings(&with_key()), &names(400), 8, plan("reject"));
    assert_eq!(run.report().ends.deleted, 400);
    let mut tries: HashMap<String, u32> = HashMap::new();
    for call in api.calls() {
        *tries.entry(call).or_default() += 1;
    }
    assert!(tries.values().all(|count| *count <= 4), "{tries:?}");
    // At each refusal an id is overtaken by a few rounds of the others.
    for (position, (id, ..)) in run.outcomes.iter().enumerate() {
        let index: usize = id.trim_start_matches("id-").parse().unwrap();
        assert!(
            position.abs_diff(index) <= 48 * tries[&format!("DELETE {id}")] as usize,
            "{id} ended as number {position}"
        );
    }
}

#[test]
fn waiting_for_the_rate_limit_is_not_a_retry() {
    let calls = Cell::new(0);
    let api = Api::new(|call: &str, _| {
        calls.set(calls.get() + 1);
        let response = if calls.get() <= 9 {
            retry_after(rate_limited(), 10)
        } else {
            deleted(id_of(call))
        };
        (1, Ok(response))
    });
    let given = with_retries(0);
    let run = run(&api, &settings(&given), &names(1), 1, plan("reject"));
    assert_eq!(run.report().ends.deleted, 1);
    assert_eq!(calls.get(), 10);
}

#[test]
fn a_spend_limit_stops_the_job_after_twelve_calls() {
    // Each call sends three requests.
    for (concurrency, most) in [(1, 36), (2, 36 + 2), (4, 36 + 4)] {
        let api = Api::new(|_: &str, _| (5, Ok(rate_limited())));
        let run = run(
            &api,
            &settings(&with_key()),
            &names(5_000),
            concurrency,
            plan("reject"),
        );
        let sent = api.calls().len();
        assert!(sent <= most, "{sent} requests with {concurrency} at once");
        assert_stopped(&run, 5_000, Code::RateLimit);
    }
}

#[test]
fn one_worker_refused_is_not_the_job() {
    for concurrency in [1, 4] {
        let api = Api::new(|call: &str, _| {
            let response = if id_of(call) == "id-3" {
                rate_limited()
            } else {
                deleted(id_of(call))
            };
            (5, Ok(response))
        });
        // Enough that some are left once all attempts of that one were refused.
        let given = settings(&with_key());
        let run = run(&api, &given, &names(2_000), concurrency, plan("reject"));
        assert!(run.report().stopped.is_none());
        assert_eq!(run.report().ends.deleted, 1_999);
    }
}

#[test]
fn a_pause_longer_than_the_caller_wants_is_reported() {
    let api = Api::new(|_: &str, _| (5, Ok(with_header(rate_limited(), "retry-after", "3600"))));
    let run = run(
        &api,
        &settings(&with_key()),
        &names(1_000),
        8,
        plan("reject"),
    );
    assert!(api.calls().len() <= 8);
    assert_stopped(&run, 1_000, Code::RateLimit);
    for batch in &*run.report().failed {
        assert_eq!(batch.failure.retry_after_ms, Some(3_600_000));
    }
}

#[test]
fn an_id_that_was_sent_before_the_job_stopped_is_not_unsent() {
    // The first is lost and waits for its retry; the second stops the job meanwhile.
    let api = Api::new(|call: &str, _| {
        if id_of(call) == "id-0" {
            return (5, Err(broken("ECONNRESET")));
        }
        (5, Ok(with_header(rate_limited(), "retry-after", "3600")))
    });
    let run = run(&api, &settings(&with_key()), &names(4), 2, plan("reject"));
    let failed = &run.report().failed;
    let first = failed.iter().find(|batch| batch.index == 0).unwrap();
    assert_eq!(
        (first.failure.code, first.failure.attempts),
        (Code::Connection, 1)
    );
    assert_stopped(&run, 4, Code::RateLimit);
}

#[test]
fn a_batch_that_is_waited_for_holds_no_worker() {
    let looks = Cell::new(0);
    let api = Api::new(|call: &str, _| {
        let id = id_of(call);
        let response = match (call.split(' ').next().unwrap(), id) {
            ("DELETE", "id-0") if looks.get() < 5 => refused(),
            ("GET", "id-0") => {
                looks.set(looks.get() + 1);
                let state = if looks.get() < 5 {
                    "in_progress"
                } else {
                    "ended"
                };
                object(id, "message_batch", Some(state))
            }
            _ => deleted(id),
        };
        (5, Ok(response))
    });
    let run = run(&api, &settings(&with_key()), &names(50), 1, plan("wait"));
    assert_eq!(run.report().ends.deleted, 50);
    let (last, ..) = run.outcomes.last().unwrap().clone();
    assert_eq!(last, "id-0", "the others did not wait for it");
}

#[test]
fn a_batch_gone_after_a_lost_response_counts_as_deleted_and_one_never_there_as_missing() {
    let calls = Cell::new(0);
    let api = Api::new(|_: &str, _| {
        calls.set(calls.get() + 1);
        if calls.get() == 1 {
            return (5, Err(broken("ECONNRESET")));
        }
        (5, Ok(not_found()))
    });
    let run = run(&api, &settings(&with_key()), &names(2), 1, plan("reject"));
    assert_eq!(
        (run.report().ends.deleted, run.report().ends.missing),
        (1, 1)
    );
}
