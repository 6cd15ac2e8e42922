//! The argument of `onAttempt`, and the number of calls of the function for a credential.

use crate::support::responses::{
    batch, broken, deletion, not_found, overloaded, rate_limited, refused, with_header,
};
use crate::support::values::{at, headers, settings, with, with_key, with_retries};
use crate::support::world::{Step, World, deletion_goal, failed, plan};
use policy::base::error::{Code, Failure};
use policy::call::events::{Action, Attempt, Event};
use policy::call::machine::Call;
use policy::options::RequestOptions;
use policy::options::credentials::{CredentialOption, Scheme};
use std::sync::Arc;

fn short(attempt: &Attempt) -> (&str, u32, Option<u16>, Option<Code>, Option<u32>) {
    let code = attempt.error.as_ref().map(|error| error.code);
    (
        attempt.method,
        attempt.attempt,
        attempt.status,
        code,
        attempt.delay_ms,
    )
}

#[test]
fn every_attempt_is_reported_with_its_outcome_and_the_delay() {
    let steps: [Step; 4] = [
        broken("ECONNRESET").into(),
        with_header(rate_limited(), "retry-after", "2").into(),
        Step::Hang,
        with_header(deletion(), "request-id", "req_1").into(),
    ];
    let world = World::with(steps);
    let given = with_retries(3);
    world.call(&given, deletion_goal()).unwrap();
    let reported = world.reported.borrow();
    let reported: Vec<_> = reported.iter().map(short).collect();
    assert_eq!(
        reported,
        [
            ("DELETE", 1, None, Some(Code::Connection), Some(500)),
            ("DELETE", 2, Some(429), Some(Code::RateLimit), Some(2_000)),
            ("DELETE", 3, None, Some(Code::Timeout), Some(2_000)),
            ("DELETE", 4, Some(200), None, None),
        ]
    );
    assert_eq!(
        world.reported.borrow()[3].request_id.as_deref(),
        Some("req_1")
    );
    assert_eq!(
        world.reported.borrow()[1].error.as_ref().unwrap().attempts,
        2
    );
}

#[test]
fn the_last_failure_is_reported_without_a_delay() {
    let world = World::with((0..3).map(|_| with_header(overloaded(), "request-id", "req_2")));
    let failure = failed(world.call(&with_key(), deletion_goal()));
    let reported = world.reported.borrow();
    let delays: Vec<_> = reported.iter().map(|attempt| attempt.delay_ms).collect();
    assert_eq!(delays, [Some(500), Some(1_000), None]);
    assert_eq!(reported[2].error.as_ref(), Some(&failure));
    assert_eq!(reported[2].request_id.as_deref(), Some("req_2"));
}

#[test]
fn each_operation_counts_its_own_attempts() {
    let world = World::with([
        overloaded(),
        refused(),
        batch("in_progress"),
        overloaded(),
        batch("ended"),
        deletion(),
    ]);
    world.delete(&with_key(), plan("wait", "")).unwrap();
    let reported = world.reported.borrow();
    let reported: Vec<_> = reported
        .iter()
        .map(|reported| (reported.method, reported.attempt))
        .collect();
    assert_eq!(
        reported,
        [
            ("DELETE", 1),
            ("DELETE", 2),
            ("GET", 1),
            ("GET", 1),
            ("GET", 2),
            ("DELETE", 1)
        ]
    );
}

#[test]
fn a_failure_that_becomes_a_success_was_reported_as_a_failure() {
    let world = World::with([overloaded(), not_found()]);
    world.delete(&with_key(), plan("", "")).unwrap();
    let reported = world.reported.borrow();
    assert_eq!(
        short(&reported[1]),
        ("DELETE", 2, Some(404), Some(Code::NotFound), None)
    );
}

fn with_function(scheme: Scheme) -> RequestOptions<'static> {
    with(CredentialOption::Function(scheme))
}

#[test]
fn the_function_for_a_credential_is_called_once_per_attempt() {
    for (scheme, name, prefix) in [
        (Scheme::ApiKey, "x-api-key", ""),
        (Scheme::AuthToken, "authorization", "Bearer "),
    ] {
        let world = World::with([overloaded(), refused(), batch("in_progress")]);
        let keys = ["k1", "k2", "k3"];
        world
            .secrets
            .borrow_mut()
            .extend(keys.map(|key| Ok(key.to_owned())));
        let failure = failed(world.delete(&with_function(scheme), plan("", "")));
        assert_eq!(failure.code, Code::StillProcessing);
        assert_eq!(*world.credential_calls.borrow(), [scheme; 3]);
        let sent = world.sent.borrow();
        let values = sent
            .iter()
            .map(|sent| sent.request.headers.get(name).unwrap().to_owned());
        assert_eq!(
            values.collect::<Vec<_>>(),
            keys.map(|key| format!("{prefix}{key}"))
        );
    }
}

#[test]
fn a_fixed_or_replaced_credential_calls_no_function() {
    let replaced = RequestOptions {
        headers: headers(&[("x-api-key", Some("own"))]),
        ..with_function(Scheme::ApiKey)
    };
    for given in [with_key(), replaced] {
        let world = World::with([deletion()]);
        world.call(&given, deletion_goal()).unwrap();
        assert!(world.credential_calls.borrow().is_empty());
    }
}

#[test]
fn a_credential_that_fails_ends_the_call() {
    let refusal = || Failure::new(Code::MissingCredentials, "the vault is shut".into());
    let world = World::default();
    world.secrets.borrow_mut().push_back(Err(refusal()));
    let failure = failed(world.delete(&with_function(Scheme::ApiKey), plan("", "")));
    assert_eq!(
        (failure.code, failure.attempts),
        (Code::MissingCredentials, 0)
    );
    assert!(world.sent.borrow().is_empty() && world.reported.borrow().is_empty());
    // Also in a later operation: one request was sent before.
    let world = World::with([overloaded()]);
    world
        .secrets
        .borrow_mut()
        .extend([Ok("k1".to_owned()), Err(refusal())]);
    let failure = failed(world.delete(&with_function(Scheme::ApiKey), plan("", "")));
    assert_eq!(
        (failure.code, failure.attempts),
        (Code::MissingCredentials, 1)
    );
    assert_eq!(world.sent.borrow().len(), 1);
}

#[test]
fn a_function_for_a_credential_that_does_not_settle_in_time_ends_the_call() {
    let settings = Arc::new(settings(&with_function(Scheme::ApiKey)));
    let mut call = Call::new(settings, deletion_goal(), at(0.0));
    let start = call.handle::<String>(Event::Start, at(0.0), 0.0);
    assert_eq!(start.limit_ms, Some(60_000));
    let end = call.handle::<String>(Event::TimedOut, at(60_000.0), 0.0);
    let Action::Failed(failure) = end.action else {
        panic!("{:?} after a time limit", end.action);
    };
    assert_eq!(
        failure.message,
        "the function for the credential did not settle within timeout (60000 ms)"
    );
    assert_eq!((failure.code, failure.attempts), (Code::Timeout, 0));
    assert!(end.attempt.is_none(), "nothing was sent");
}
