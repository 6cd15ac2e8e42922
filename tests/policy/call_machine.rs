//! One call as a table of events, and the action that must follow each.

use crate::support::ID;
use crate::support::responses::{
    batch, broken, deletion, error, lost, not_found, overloaded, rate_limited, refused, with_header,
};
use crate::support::values::{at, check, id, with, with_key};
use crate::support::world::plan;
use policy::base::error::{Code, Failure};
use policy::call::events::{Action, Done, Event, Goal};
use policy::call::machine::Call;
use policy::http::response::Response;
use policy::options::RequestOptions;
use policy::options::credentials::{CredentialOption, Scheme};
use std::sync::Arc;

/// With this chance a delay without a `retry-after` is its longest: 500 ms, then 1 000 ms.
const RANDOM: f64 = 0.0;

fn describe(action: &Action<String>) -> String {
    match action {
        Action::AwaitPermit => "await a permit".into(),
        Action::CallForCredential(_) => "call for the credential".into(),
        Action::Send(request) => {
            let (_, path) = request.url.split_once(".com").unwrap();
            format!("{} {path}", request.method.as_str()).replace(ID, "ID")
        }
        Action::Sleep { ms, parked: false } => format!("sleep {ms}"),
        Action::Sleep { ms, parked: true } => format!("wait {ms}"),
        Action::Done(Done::Responded(_)) => "done".into(),
        Action::Done(Done::Gone { lost, .. }) => if *lost { "gone" } else { "missing" }.into(),
        Action::Failed(failure) => format!("failed: {}", failure.code.as_str()),
        _ => panic!("an action of a later version"),
    }
}

/// Passes the events, each a millisecond after the one before, and compares the actions.
fn assert_actions(mut call: Call, table: Vec<(Event<String>, &str)>) {
    for (now, (event, expected)) in (0..).zip(table) {
        let shown = format!("{event:?}");
        let output = call.handle(event, at(f64::from(now)), RANDOM);
        assert_eq!(describe(&output.action), expected, "after {shown}");
    }
}

fn settings(given: &RequestOptions<'_>) -> Arc<policy::options::Settings> {
    Arc::new(check(given).unwrap())
}

fn deletes(if_processing: &str, if_missing: &str) -> Goal {
    Goal::Delete(id(), plan(if_processing, if_missing))
}

fn call(goal: Goal) -> Call {
    Call::new(settings(&with_key()), goal, at(0.0))
}

fn deleting() -> Call {
    call(deletes("reject", "reject"))
}

fn arrives(response: Response<String>) -> Event<String> {
    Event::Response(Box::new(response))
}

const DELETE: &str = "DELETE /v1/messages/batches/ID";
const GET: &str = "GET /v1/messages/batches/ID";
const CANCEL: &str = "POST /v1/messages/batches/ID/cancel";

#[test]
fn a_success_ends_the_call() {
    assert_actions(
        deleting(),
        vec![(Event::Start, DELETE), (arrives(deletion()), "done")],
    );
    assert_actions(
        call(Goal::Retrieve(id())),
        vec![(Event::Start, GET), (arrives(batch("ended")), "done")],
    );
    assert_actions(
        call(Goal::Cancel(id())),
        vec![
            (Event::Start, CANCEL),
            (arrives(batch("canceling")), "done"),
        ],
    );
}

#[test]
fn a_transient_failure_is_tried_again_after_longer_and_longer_delays() {
    let events: [fn() -> Event<String>; 4] = [
        || arrives(overloaded()),
        || arrives(rate_limited()),
        || lost(broken("ECONNRESET")),
        || Event::TimedOut,
    ];
    for event in events {
        assert_actions(
            deleting(),
            vec![
                (Event::Start, DELETE),
                (event(), "sleep 500"),
                (Event::Woke, DELETE),
                (event(), "sleep 1000"),
                (Event::Woke, DELETE),
                (arrives(deletion()), "done"),
            ],
        );
    }
}

#[test]
fn the_third_failure_is_the_last_one() {
    assert_actions(
        deleting(),
        vec![
            (Event::Start, DELETE),
            (arrives(overloaded()), "sleep 500"),
            (Event::Woke, DELETE),
            (arrives(overloaded()), "sleep 1000"),
            (Event::Woke, DELETE),
            (arrives(overloaded()), "failed: server"),
        ],
    );
}

#[test]
fn a_retry_after_decides_the_delay_or_ends_the_call() {
    let after = |ms| arrives(with_header(rate_limited(), "retry-after-ms", ms));
    assert_actions(
        deleting(),
        vec![
            (Event::Start, DELETE),
            (after("7"), "sleep 7"),
            (Event::Woke, DELETE),
        ],
    );
    assert_actions(
        deleting(),
        vec![
            (Event::Start, DELETE),
            (after("60001"), "failed: rate_limit"),
        ],
    );
}

#[test]
fn a_404_after_a_lost_response_means_deleted() {
    assert_actions(
        deleting(),
        vec![
            (Event::Start, DELETE),
            (lost(broken("ECONNRESET")), "sleep 500"),
            (Event::Woke, DELETE),
            (arrives(not_found()), "gone"),
        ],
    );
    assert_actions(
        deleting(),
        vec![
            (Event::Start, DELETE),
            (arrives(not_found()), "failed: not_found"),
        ],
    );
    // It was never sent.
    assert_actions(
        deleting(),
        vec![
            (Event::Start, DELETE),
            (lost(broken("ECONNREFUSED")), "sleep 500"),
            (Event::Woke, DELETE),
            (arrives(not_found()), "failed: not_found"),
        ],
    );
    assert_actions(
        call(deletes("reject", "ignore")),
        vec![(Event::Start, DELETE), (arrives(not_found()), "missing")],
    );
}

#[test]
fn one_status_check_follows_a_refusal() {
    assert_actions(
        deleting(),
        vec![
            (Event::Start, DELETE),
            (arrives(refused()), GET),
            (arrives(batch("in_progress")), "failed: still_processing"),
        ],
    );
    assert_actions(
        deleting(),
        vec![
            (Event::Start, DELETE),
            (arrives(refused()), GET),
            (
                arrives(error(403, "permission_error", "no")),
                "failed: bad_request",
            ),
        ],
    );
}

#[test]
fn waiting_checks_until_the_batch_has_ended_then_deletes_it() {
    assert_actions(
        call(deletes("wait", "reject")),
        vec![
            (Event::Start, DELETE),
            (arrives(refused()), GET),
            (arrives(batch("in_progress")), "wait 2000"),
            (Event::Woke, GET),
            (arrives(batch("in_progress")), "wait 3000"),
            (Event::Woke, GET),
            (arrives(batch("ended")), DELETE),
            (arrives(deletion()), "done"),
        ],
    );
}

#[test]
fn canceling_cancels_once_then_waits() {
    assert_actions(
        call(deletes("cancel", "reject")),
        vec![
            (Event::Start, DELETE),
            (arrives(refused()), GET),
            (arrives(batch("in_progress")), CANCEL),
            (arrives(batch("canceling")), "wait 2000"),
            (Event::Woke, GET),
            (arrives(batch("ended")), DELETE),
            (arrives(deletion()), "done"),
        ],
    );
}

#[test]
fn a_function_is_called_for_the_credential_of_each_attempt() {
    let given = with(CredentialOption::Function(Scheme::ApiKey));
    let credential = || Event::Credential(Ok("k".into()));
    assert_actions(
        Call::new(settings(&given), deletes("reject", "reject"), at(0.0)),
        vec![
            (Event::Start, "call for the credential"),
            (credential(), DELETE),
            (arrives(overloaded()), "sleep 500"),
            (Event::Woke, "call for the credential"),
            (credential(), DELETE),
            (arrives(deletion()), "done"),
        ],
    );
    let failure = Failure::new(Code::MissingCredentials, "no key".into());
    assert_actions(
        Call::new(settings(&given), deletes("reject", "reject"), at(0.0)),
        vec![
            (Event::Start, "call for the credential"),
            (
                Event::Credential(Err(failure)),
                "failed: missing_credentials",
            ),
        ],
    );
}

#[test]
fn in_a_job_each_request_needs_a_permit() {
    let in_job = || Call::in_job(settings(&with_key()), deletes("reject", "ignore"), None);
    assert_actions(
        in_job(),
        vec![
            (Event::Start, "await a permit"),
            (Event::Permitted, DELETE),
            (arrives(overloaded()), "sleep 500"),
            (Event::Woke, "await a permit"),
            (Event::Permitted, DELETE),
            (arrives(deletion()), "done"),
        ],
    );
    let stopped = Failure::new(Code::RateLimit, "stopped".into());
    assert_actions(
        in_job(),
        vec![
            (Event::Start, "await a permit"),
            (Event::Denied(stopped), "failed: rate_limit"),
        ],
    );
}

#[test]
fn in_a_job_a_request_that_is_refused_again_and_again_waits_longer_than_stated() {
    let refusal = || arrives(with_header(rate_limited(), "retry-after-ms", "1"));
    let delays = [1, 1, 1, 1, 1, 500, 1_000, 2_000, 4_000, 8_000, 8_000];
    let sleeps: Vec<String> = delays.iter().map(|ms| format!("sleep {ms}")).collect();
    let mut table = vec![(Event::Start, "await a permit"), (Event::Permitted, DELETE)];
    for sleep in &sleeps {
        table.extend([
            (refusal(), sleep.as_str()),
            (Event::Woke, "await a permit"),
            (Event::Permitted, DELETE),
        ]);
    }
    let goal = deletes("reject", "ignore");
    assert_actions(Call::in_job(settings(&with_key()), goal, None), table);
}

#[test]
fn total_timeout_bounds_each_action_and_then_ends_the_call() {
    let given = RequestOptions {
        total_timeout: Some(1_000),
        ..with_key()
    };
    let mut call = Call::new(settings(&given), deletes("reject", "reject"), at(0.0));
    let start = call.handle::<String>(Event::Start, at(0.0), RANDOM);
    assert_eq!(start.limit_ms, Some(1_000), "less than timeout");
    let busy = with_header(overloaded(), "retry-after-ms", "100");
    let sleep = call.handle::<String>(arrives(busy), at(700.0), RANDOM);
    assert_eq!(describe(&sleep.action), "sleep 100");
    let again = call.handle::<String>(Event::Woke, at(800.0), RANDOM);
    assert_eq!(
        (describe(&again.action).as_str(), again.limit_ms),
        (DELETE, Some(200))
    );
    let end = call.handle::<String>(Event::TimedOut, at(1_000.0), RANDOM);
    assert_eq!(describe(&end.action), "failed: timeout");
}

#[test]
fn a_delay_beyond_total_timeout_is_not_slept_through() {
    let given = RequestOptions {
        total_timeout: Some(1_000),
        ..with_key()
    };
    let mut call = Call::new(settings(&given), deletes("reject", "reject"), at(0.0));
    let _ = call.handle::<String>(Event::Start, at(0.0), RANDOM);
    let end = call.handle::<String>(arrives(overloaded()), at(700.0), RANDOM);
    assert_eq!(describe(&end.action), "failed: server");
}

#[test]
fn an_event_that_no_action_led_to_fails_the_call() {
    let events: [fn() -> Event<String>; 6] = [
        || Event::Permitted,
        || Event::Woke,
        || Event::Credential(Ok("k".into())),
        || lost(broken("ECONNRESET")),
        || Event::TimedOut,
        || arrives(deletion()),
    ];
    for event in events {
        // `handle` returns after any event.
        let output = deleting().handle(event(), at(0.0), RANDOM);
        let _ = describe(&output.action);
    }
}
