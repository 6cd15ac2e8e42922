//! `ifProcessing`: waiting for a batch, canceling it, and the number of status checks.

use crate::support::changed;
use crate::support::responses::{
    batch, deletion, error, not_found, overloaded, rate_limited, refused, status, with_header,
};
use crate::support::values::with_key;
use crate::support::world::{Step, World, failed, plan};
use policy::base::error::{Code, Failure};
use policy::call::deletion_options::DeletionOptions;
use policy::call::events::Done;
use policy::http::response::Response;

fn run(if_processing: &str, steps: impl IntoIterator<Item = Response<String>>) -> Run {
    let world = World::with(steps);
    let result = world.delete(&with_key(), plan(if_processing, ""));
    world.assert_all_used();
    (result, world)
}

type Run = (Result<Done<String>, Box<Failure>>, World);

#[track_caller]
fn assert_deleted((result, world): &Run, calls: &[&str]) {
    assert!(matches!(result, Ok(Done::Responded(_))), "{result:?}");
    assert_eq!(world.calls(), calls);
}

#[test]
fn a_batch_that_has_ended_costs_one_request() {
    for if_processing in ["reject", "wait", "cancel"] {
        assert_deleted(&run(if_processing, [deletion()]), &["DELETE ID"]);
    }
}

#[test]
fn wait_checks_until_it_has_ended() {
    for first in ["in_progress", "canceling", "a new state"] {
        let run = run(
            "wait",
            [
                refused(),
                batch(first),
                batch("in_progress"),
                batch("ended"),
                deletion(),
            ],
        );
        assert_deleted(
            &run,
            &["DELETE ID", "GET ID", "GET ID", "GET ID", "DELETE ID"],
        );
        assert_eq!(run.1.gaps(), [0.0, 2_000.0, 3_000.0, 0.0]);
    }
}

#[test]
fn cancel_cancels_once_then_waits() {
    let canceled = run(
        "cancel",
        [
            refused(),
            batch("in_progress"),
            batch("canceling"),
            batch("canceling"),
            batch("ended"),
            deletion(),
        ],
    );
    let calls = [
        "DELETE ID",
        "GET ID",
        "POST ID/cancel",
        "GET ID",
        "GET ID",
        "DELETE ID",
    ];
    assert_deleted(&canceled, &calls);
    // A batch that is being canceled already is only waited for.
    let canceling = run(
        "cancel",
        [refused(), batch("canceling"), batch("ended"), deletion()],
    );
    assert_deleted(&canceling, &["DELETE ID", "GET ID", "GET ID", "DELETE ID"]);
}

#[test]
fn a_batch_that_ended_meanwhile_is_deleted_at_once() {
    for if_processing in ["wait", "cancel"] {
        let run = run(if_processing, [refused(), batch("ended"), deletion()]);
        assert_deleted(&run, &["DELETE ID", "GET ID", "DELETE ID"]);
        assert_eq!(run.1.now.get(), 0.0);
    }
    // If the refusal has another reason, the second refusal is the result.
    let (result, world) = run("wait", [refused(), batch("ended"), refused()]);
    assert_eq!(failed(result).code, Code::BadRequest);
    assert_eq!(world.calls(), ["DELETE ID", "GET ID", "DELETE ID"]);
}

#[test]
fn a_refused_cancel_means_that_it_ended_meanwhile() {
    let refused_cancel = run(
        "cancel",
        [
            refused(),
            batch("in_progress"),
            error(400, "invalid_request_error", "already ended"),
            batch("ended"),
            deletion(),
        ],
    );
    let calls = [
        "DELETE ID",
        "GET ID",
        "POST ID/cancel",
        "GET ID",
        "DELETE ID",
    ];
    assert_deleted(&refused_cancel, &calls);
    let (result, _) = run("cancel", [refused(), batch("in_progress"), status(403)]);
    assert_eq!(failed(result).code, Code::Permission);
}

#[test]
fn looks_become_rarer_up_to_half_a_minute() {
    let mut steps = vec![refused()];
    steps.extend((0..12).map(|_| batch("in_progress")));
    steps.extend([batch("ended"), deletion()]);
    let (_, world) = run("wait", steps);
    let gaps = world.gaps();
    assert_eq!(
        gaps,
        [
            0.0, 2_000.0, 3_000.0, 4_500.0, 6_750.0, 10_125.0, 15_188.0, 22_782.0, 30_000.0,
            30_000.0, 30_000.0, 30_000.0, 30_000.0, 0.0
        ]
    );
}

#[test]
fn the_first_pause_is_the_callers() {
    for (poll_interval, pauses) in [
        (1, [1.0, 2.0, 3.0, 5.0]),
        (29_000, [29_000.0, 30_000.0, 30_000.0, 30_000.0]),
        (90_000, [90_000.0, 90_000.0, 90_000.0, 90_000.0]),
    ] {
        let mut steps = vec![refused()];
        steps.extend((0..4).map(|_| batch("in_progress")));
        steps.extend([batch("ended"), deletion()]);
        let world = World::with(steps);
        let plan = changed!(DeletionOptions {
            poll_interval,
            ..plan("wait", "")
        });
        world.delete(&with_key(), plan).unwrap();
        assert_eq!(world.gaps()[1..5], pauses);
    }
}

#[test]
fn a_failure_while_waiting_is_the_calls_failure() {
    for (response, code) in [
        (status(401), Code::Authentication),
        (refused(), Code::BadRequest),
        (
            with_header(rate_limited(), "retry-after", "61"),
            Code::RateLimit,
        ),
    ] {
        let (result, _) = run("wait", [refused(), batch("in_progress"), response]);
        assert_eq!(failed(result).code, code);
    }
}

#[test]
fn a_hiccup_while_waiting_is_retried() {
    let run = run(
        "wait",
        [
            refused(),
            batch("in_progress"),
            overloaded(),
            rate_limited(),
            batch("ended"),
            overloaded(),
            deletion(),
        ],
    );
    assert!(matches!(run.0, Ok(Done::Responded(_))));
}

#[test]
fn another_status_check_follows_one_that_finds_no_batch() {
    for start in [
        vec![refused(), not_found()],
        vec![refused(), batch("in_progress"), not_found()],
    ] {
        let rest = [
            batch("in_progress"),
            not_found(),
            batch("ended"),
            deletion(),
        ];
        let (result, _) = run("wait", start.into_iter().chain(rest));
        assert!(matches!(result, Ok(Done::Responded(_))), "{result:?}");
    }
    let canceled = [
        refused(),
        batch("in_progress"),
        not_found(),
        batch("ended"),
        deletion(),
    ];
    let (result, _) = run("cancel", canceled);
    assert!(matches!(result, Ok(Done::Responded(_))), "{result:?}");
}

#[test]
fn the_delete_that_decides_follows_two_such_status_checks() {
    // The lost request was not a deletion, so another client deleted the batch.
    let looks = || {
        [
            refused(),
            batch("in_progress"),
            overloaded(),
            not_found(),
            not_found(),
        ]
    };
    let (result, _) = run("wait", looks().into_iter().chain([not_found()]));
    assert_eq!(failed(result).code, Code::NotFound);
    let (result, _) = run("wait", looks().into_iter().chain([deletion()]));
    assert!(matches!(result, Ok(Done::Responded(_))), "{result:?}");
}

#[test]
fn a_refusal_after_a_lost_deletion_at_the_end_is_looked_into_once() {
    for if_processing in ["wait", "cancel"] {
        let (result, world) = run(
            if_processing,
            [
                overloaded(),
                refused(),
                batch("ended"),
                overloaded(),
                refused(),
                batch("ended"),
            ],
        );
        assert_eq!(failed(result).code, Code::BadRequest);
        let round = ["DELETE ID", "DELETE ID", "GET ID"];
        assert_eq!(world.calls(), [round, round].concat());
    }
}

#[test]
fn missing_after_a_lost_deletion_at_the_end_is_gone() {
    let steps: [Step; 5] = [
        refused().into(),
        batch("in_progress").into(),
        batch("ended").into(),
        Step::Hang,
        not_found().into(),
    ];
    let result = World::with(steps).delete(&with_key(), plan("wait", ""));
    assert!(matches!(result, Ok(Done::Gone { .. })), "{result:?}");
}

#[test]
fn missing_while_waiting_is_ignored_if_the_option_says_so() {
    let world = World::with([
        refused(),
        batch("in_progress"),
        not_found(),
        not_found(),
        not_found(),
    ]);
    let result = world.delete(&with_key(), plan("wait", "ignore"));
    assert!(matches!(result, Ok(Done::Gone { .. })), "{result:?}");
}
