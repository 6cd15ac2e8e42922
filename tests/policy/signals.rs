//! The signal that the limiter gets for each outcome of a request in a job.

use crate::support::job::with_limit;
use crate::support::responses::{
    broken, deletion, error, lost, not_found, object, overloaded, plain, rate_limited, refused,
    status, with_end, with_header,
};
use crate::support::values::{at, settings, with_key};
use crate::support::world::deletion_goal;
use policy::base::error::Cause;
use policy::call::events::{Action, Event, Output, RateSignal};
use policy::call::machine::Call;
use policy::http::rate_limit::RateLimit;
use policy::http::response::{BodyEnd, Response};
use std::sync::Arc;

const NOW: f64 = 100_000.0;

const STATED: RateLimit = RateLimit {
    limit: Some(600),
    remaining: Some(7),
};

/// The output after the first request of a call, which must have ended at `deadline`.
fn after(event: Event<String>, deadline: Option<f64>) -> Output<String> {
    let mut call = Call::in_job(
        Arc::new(settings(&with_key())),
        deletion_goal(),
        deadline.map(at),
    );
    let _ = call.handle::<String>(Event::Start, at(0.0), 0.0);
    let _ = call.handle::<String>(Event::Permitted, at(0.0), 0.0);
    call.handle(event, at(NOW), 0.0)
}

fn arrives(response: Response<String>) -> Event<String> {
    Event::Response(Box::new(with_limit(response, 600, 7)))
}

#[test]
fn a_response_that_says_nothing_of_the_rate_or_of_every_id_counts_as_a_success() {
    for response in [
        deletion(),
        refused(),
        not_found(),
        error(413, "request_too_large", "no"),
        // Tried again.
        error(409, "conflict_error", "no"),
        object("msgbatch_other", "message_batch_deleted", None),
        with_end(plain(200, "{"), BodyEnd::TooLarge),
    ] {
        let shown = format!("{response:?}");
        let signal = after(arrives(response), None).signal;
        assert_eq!(signal, Some(RateSignal::Responded(STATED)), "{shown}");
    }
}

#[test]
fn a_fault_says_nothing_of_the_rate() {
    let busy = with_header(overloaded(), "retry-after", "2");
    for event in [
        arrives(overloaded()),
        arrives(busy),
        arrives(with_header(status(500), "x-should-retry", "false")),
        lost(broken("ECONNRESET")),
        Event::TimedOut,
    ] {
        let shown = format!("{event:?}");
        let signal = after(event, None).signal;
        assert_eq!(signal, Some(RateSignal::Fault), "{shown}");
    }
}

#[test]
fn a_failure_that_the_rate_does_not_cause_carries_the_limit_of_the_response() {
    let subrequests = Cause::new("Error", "Too many subrequests.".into());
    for (event, signal) in [
        (arrives(status(401)), RateSignal::Responded(STATED)),
        (
            arrives(plain(200, "<p>sign in</p>")),
            RateSignal::Responded(STATED),
        ),
        (lost(subrequests), RateSignal::Fault),
    ] {
        let shown = format!("{event:?}");
        assert_eq!(after(event, None).signal, Some(signal), "{shown}");
    }
}

#[test]
fn the_refusal_with_which_a_call_fails_is_told_apart() {
    let spent = with_header(rate_limited(), "x-should-retry", "false");
    assert_eq!(
        after(arrives(spent), None).signal,
        Some(RateSignal::LastRefusal)
    );
}

#[test]
fn a_refusal_carries_the_end_of_its_pause_and_stops_the_job_if_that_is_too_long() {
    let of = |response, seconds| arrives(with_header(response, "retry-after", seconds));
    for (event, deadline, ms, stop) in [
        (arrives(rate_limited()), None, 0.0, false),
        (of(rate_limited(), "60"), None, 60_000.0, false),
        (of(rate_limited(), "61"), None, 61_000.0, true),
        (of(rate_limited(), "2"), Some(2_001.0), 2_000.0, false),
        (of(rate_limited(), "2"), Some(2_000.0), 2_000.0, true),
        (of(overloaded(), "61"), None, 61_000.0, true),
        (of(overloaded(), "2"), Some(2_000.0), 2_000.0, true),
    ] {
        let shown = format!("{event:?} {deadline:?}");
        let output = after(event, deadline.map(|ms| NOW + ms));
        let refused = RateSignal::Refused {
            limit: STATED,
            until: NOW + ms,
            stop,
        };
        assert_eq!(output.signal, Some(refused), "{shown}");
        let ends = matches!(output.action, Action::Failed(_));
        assert_eq!(ends, stop, "{shown}");
    }
}
