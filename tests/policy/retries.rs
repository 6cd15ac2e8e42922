//! The attempts of one operation: which failures are retried, the number of retries, and the delays.

use crate::support::responses::{
    broken, deletion, error, not_found, overloaded, plain, rate_limited, status, with_end,
    with_header,
};
use crate::support::values::{id, with_key, with_retries};
use crate::support::world::{Step, World, deletion_goal, failed};
use policy::base::error::{Code, Failure};
use policy::call::events::{Done, Goal};
use policy::http::response::{BodyEnd, Response};
use policy::options::RequestOptions;

/// Returns the failure of a call that always gets this response, and the number of requests.
fn repeated(given: &RequestOptions<'_>, step: impl Fn() -> Step) -> (Box<Failure>, usize) {
    let world = World::with((0..9).map(|_| step()));
    // Not a DELETE: a GET would follow its refusal.
    let failure = failed(world.call(given, Goal::Retrieve(id())));
    let sent = world.sent.borrow().len();
    assert_eq!(failure.attempts as usize, sent, "attempts are counted");
    (failure, sent)
}

#[test]
fn the_first_success_ends_it() {
    let world = World::with([deletion()]);
    assert_eq!(
        world.response(&with_key(), deletion_goal()).unwrap().status,
        200
    );
    assert_eq!(world.calls(), ["DELETE ID"]);
    assert_eq!(world.now.get(), 0.0);
    assert_eq!(world.aborted.get(), 0);
}

#[test]
fn statuses_are_retried_or_not() {
    for code in [
        304, 307, 400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529,
    ] {
        let retried = matches!(code, 408 | 409 | 429 | 500..);
        let (failure, sent) = repeated(&with_key(), || status(code).into());
        assert_eq!(sent, if retried { 3 } else { 1 }, "{code}");
        assert_eq!(failure.status, Some(code));
    }
}

#[test]
fn x_should_retry_decides() {
    for (code, value, expected) in [
        (500, "false", 1),
        (429, "false", 1),
        (400, "true", 3),
        (404, "true", 3),
    ] {
        let step = || with_header(status(code), "x-should-retry", value).into();
        assert_eq!(repeated(&with_key(), step).1, expected, "{code} {value}");
    }
    // A final response stays final.
    for response in [status(302), status(204), plain(200, "<p>")] {
        let step = || with_header(response.clone(), "x-should-retry", "true").into();
        assert_eq!(repeated(&with_key(), step).1, 1);
    }
}

#[test]
fn max_retries_counts_the_retries() {
    for retries in [0, 1, 2, 5] {
        let (_, sent) = repeated(&with_retries(retries), || overloaded().into());
        assert_eq!(sent, retries as usize + 1);
    }
}

#[test]
fn a_server_that_never_responds_is_a_connection_error_with_its_cause() {
    for code in ["ECONNRESET", "ECONNREFUSED", "ENOTFOUND"] {
        let (failure, sent) = repeated(&with_key(), || broken(code).into());
        assert_eq!((failure.code, sent), (Code::Connection, 3));
        assert!(
            failure
                .message
                .ends_with(&format!("no response: fetch failed: socket: {code}"))
        );
        assert_eq!(failure.cause, Some(broken(code)));
        assert_eq!(failure.status, None);
    }
}

#[test]
fn an_response_that_breaks_off_is_retried() {
    let cut = || with_end(plain(200, "{"), BodyEnd::Broken(broken("ECONNRESET")));
    let (failure, sent) = repeated(&with_key(), || cut().into());
    assert_eq!((failure.code, sent), (Code::Connection, 3));
    let world = World::with([cut(), deletion()]);
    world.call(&with_key(), deletion_goal()).unwrap();
    assert_eq!(world.calls().len(), 2);
}

#[test]
fn invalid_responses_are_not_retried() {
    let too_large = || with_end(plain(200, "x"), BodyEnd::TooLarge);
    for response in [status(200), status(204), plain(200, "<p>"), too_large()] {
        let (failure, sent) = repeated(&with_key(), || response.clone().into());
        assert_eq!((failure.code, sent), (Code::InvalidResponse, 1));
    }
}

#[test]
fn without_advice_the_delays_double() {
    for (random, delays) in [
        (0.0, [500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 8_000.0]),
        (1.0, [375.0, 750.0, 1_500.0, 3_000.0, 6_000.0, 6_000.0]),
    ] {
        let world = World::with((0..7).map(|_| overloaded()));
        world.random.set(random);
        let failure = failed(world.call(&with_retries(6), deletion_goal()));
        assert_eq!(world.gaps(), delays);
        assert_eq!((failure.attempts, failure.code), (7, Code::Server));
    }
}

#[test]
fn the_advice_of_each_response_is_followed() {
    let mut date = rate_limited();
    date.headers
        .push("retry-after", "Thu, 01 Jan 1970 00:00:09 GMT");
    let world = World::with([
        with_header(rate_limited(), "retry-after", "2"),
        with_header(overloaded(), "retry-after-ms", "17"),
        date,
        rate_limited(),
        deletion(),
    ]);
    world.call(&with_retries(4), deletion_goal()).unwrap();
    // The date is 9 s after the start, and 2 017 ms have passed; then comes the fourth step of
    // our own.
    assert_eq!(world.gaps(), [2_000.0, 17.0, 6_983.0, 4_000.0]);
}

#[test]
fn a_long_retry_after_is_reported_at_once() {
    for (response, code) in [
        (rate_limited(), Code::RateLimit),
        (overloaded(), Code::Server),
    ] {
        let world = World::with([with_header(response, "retry-after", "61")]);
        let failure = failed(world.call(&with_key(), deletion_goal()));
        assert_eq!((failure.code, failure.attempts), (code, 1));
        assert_eq!(failure.retry_after_ms, Some(61_000));
        assert_eq!(world.now.get(), 0.0);
    }
    // The limit is the caller's.
    let mut patient = with_key();
    patient.retries.max_delay_ms = 3_600_000;
    let world = World::with([
        with_header(rate_limited(), "retry-after", "3600"),
        deletion(),
    ]);
    world.call(&patient, deletion_goal()).unwrap();
    assert_eq!(world.gaps(), [3_600_000.0]);
}

#[test]
fn retry_after_is_reported_in_every_failure_that_has_it() {
    for response in [
        rate_limited(),
        status(503),
        error(400, "invalid_request_error", "no"),
    ] {
        let step = || with_header(response.clone(), "retry-after", "3").into();
        assert_eq!(repeated(&with_key(), step).0.retry_after_ms, Some(3_000));
        assert_eq!(
            repeated(&with_key(), || response.clone().into())
                .0
                .retry_after_ms,
            None
        );
    }
}

#[test]
fn the_last_failure_is_the_one_that_is_reported() {
    let steps: [Step; 3] = [
        broken("ECONNRESET").into(),
        overloaded().into(),
        rate_limited().into(),
    ];
    let world = World::with(steps);
    let failure = failed(world.call(&with_key(), deletion_goal()));
    assert_eq!((failure.code, failure.attempts), (Code::RateLimit, 3));
}

/// Returns whether the next failure is marked as one after an attempt whose effect is unknown.
fn is_after_lost(step: impl Into<Step>) -> bool {
    // The status check after a refusal fails, so the refusal is the result.
    let world = World::with([step.into(), not_found().into(), status(403).into()]);
    matches!(
        world.call(&with_key(), deletion_goal()),
        Ok(Done::Gone { lost: true, .. })
    )
}

#[test]
fn an_attempt_that_may_have_worked_counts_as_lost() {
    let cut: Response<String> = with_end(plain(200, "{"), BodyEnd::Broken(broken("ECONNRESET")));
    assert!(is_after_lost(Step::Hang));
    assert!(is_after_lost(cut));
    for code in [500, 502, 503, 504, 529] {
        assert!(is_after_lost(status(code)), "{code}");
    }
    for code in ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", ""] {
        assert!(is_after_lost(broken(code)), "{code}");
    }
    // It is retried, because its body is not known; but a 404 deleted nothing.
    let cut: Response<String> = with_end(plain(404, "{"), BodyEnd::Broken(broken("ECONNRESET")));
    assert!(!is_after_lost(cut));
    for code in [408, 409, 429] {
        assert!(!is_after_lost(status(code)), "{code}");
    }
    for code in [
        "ECONNREFUSED",
        "ENOTFOUND",
        "EAI_AGAIN",
        "UND_ERR_CONNECT_TIMEOUT",
        "ConnectionRefused",
    ] {
        assert!(!is_after_lost(broken(code)), "{code}: nothing was sent");
    }
}
