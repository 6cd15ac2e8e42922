//! Deleting a batch: found missing, refused, and the request after a refusal.

use crate::support::responses::{
    batch, broken, deletion, error, not_found, object, overloaded, plain, rate_limited, refused,
    status, with_end, with_header,
};
use crate::support::values::with_key;
use crate::support::world::{Step, World, failed, plan};
use policy::base::error::{Code, Failure};
use policy::call::events::Done;
use policy::http::response::{BodyEnd, Response};

/// Runs a deletion with the default plan; all steps must be used.
fn run<const N: usize>(steps: [Step; N]) -> (Result<Done<String>, Box<Failure>>, World) {
    let world = World::with(steps);
    let result = world.delete(&with_key(), plan("", ""));
    world.assert_all_used();
    (result, world)
}

#[track_caller]
fn assert_gone(result: Result<Done<String>, Box<Failure>>, id: Option<&str>) {
    match result {
        Ok(Done::Gone { request_id, .. }) => assert_eq!(request_id.as_deref(), id),
        other => panic!("must be gone: {other:?}"),
    }
}

#[test]
fn the_response_to_a_deletion_stays_as_it_came() {
    let (result, world) = run([with_header(deletion(), "request-id", "req_1").into()]);
    match result {
        Ok(Done::Responded(response)) => {
            assert_eq!(response.content, deletion().content);
            assert_eq!(response.request_id(), Some("req_1"));
        }
        other => panic!("must have its response: {other:?}"),
    }
    assert_eq!(world.calls(), ["DELETE ID"]);
}

#[test]
fn a_missing_batch_is_not_found_or_ignored() {
    let (result, _) = run([not_found().into()]);
    assert_eq!(failed(result).code, Code::NotFound);
    let world = World::with([with_header(not_found(), "request-id", "req_2")]);
    assert_gone(world.delete(&with_key(), plan("", "ignore")), Some("req_2"));
    // Only a missing batch is ignored.
    for code in [400, 401, 403, 410] {
        let world = World::with([status(code), status(404)]);
        assert_ne!(
            failed(world.delete(&with_key(), plan("", "ignore"))).code,
            Code::NotFound
        );
    }
}

#[test]
fn missing_after_a_lost_response_is_gone() {
    let cut = || with_end(plain(200, "{"), BodyEnd::Broken(broken("ECONNRESET")));
    let lost: [fn() -> Step; 4] = [
        || Step::Hang,
        || broken("ECONNRESET").into(),
        || overloaded().into(),
        || status(500).into(),
    ];
    for lost in lost.map(|step| step()).into_iter().chain([cut().into()]) {
        let (result, _) = run([lost, with_header(not_found(), "request-id", "req_3").into()]);
        assert_gone(result, Some("req_3"));
    }
    // The time since the loss has no effect.
    let (result, _) = run([
        overloaded().into(),
        rate_limited().into(),
        not_found().into(),
    ]);
    assert_gone(result, None);
    let (result, _) = run([rate_limited().into(), Step::Hang, not_found().into()]);
    assert_gone(result, None);
}

#[test]
fn missing_after_anything_else_is_not_found() {
    for response in [rate_limited(), status(408), status(409)] {
        let (result, _) = run([response.into(), not_found().into()]);
        assert_eq!(failed(result).code, Code::NotFound);
    }
    let (result, _) = run([broken("ECONNREFUSED").into(), not_found().into()]);
    assert_eq!(
        failed(result).code,
        Code::NotFound,
        "nothing was sent the first time"
    );
}

#[test]
fn lost_without_any_response_stays_a_failure() {
    let (result, _) = run([Step::Hang, Step::Hang, broken("ECONNRESET").into()]);
    assert_eq!(failed(result).code, Code::Connection);
    let (result, _) = run([
        overloaded().into(),
        overloaded().into(),
        rate_limited().into(),
    ]);
    assert_eq!(failed(result).code, Code::RateLimit);
}

#[test]
fn a_refusal_after_a_lost_response_is_looked_into() {
    for refusal in [status(401), status(403), refused(), plain(200, "<html>")] {
        let lost = || [broken("ECONNRESET").into(), refusal.clone().into()];
        let calls = ["DELETE ID", "DELETE ID", "GET ID"];
        // The first one had worked.
        let [one, other] = lost();
        let (result, world) = run([one, other, not_found().into()]);
        assert!(
            matches!(result, Ok(Done::Gone { lost: true, .. })),
            "{result:?}"
        );
        assert_eq!(world.calls(), calls);
        // The batch exists, or the key permits no status check.
        for check in [batch("ended"), status(403), status(404)] {
            let [one, other] = lost();
            let (result, world) = run([one, other, check.into()]);
            assert_eq!(failed(result).status, Some(refusal.status));
            assert_eq!(world.calls(), calls);
        }
    }
}

#[test]
fn one_status_check_follows_a_refusal_of_the_batch() {
    for state in ["in_progress", "canceling"] {
        let (result, world) = run([refused().into(), batch(state).into()]);
        let failure = failed(result);
        assert_eq!(failure.code, Code::StillProcessing);
        assert!(
            failure.message.contains(&format!("the batch is {state}")),
            "{}",
            failure.message
        );
        // The rest of the refusal is kept.
        assert_eq!((failure.status, failure.attempts), (Some(400), 1));
        assert_eq!(failure.api_type.as_deref(), Some("invalid_request_error"));
        assert!(failure.message.contains("not yet"), "{}", failure.message);
        assert_eq!(world.calls(), ["DELETE ID", "GET ID"]);
    }
}

#[test]
fn a_refusal_of_a_batch_that_has_ended_stands() {
    let (result, world) = run([refused().into(), batch("ended").into()]);
    assert_eq!(failed(result).code, Code::BadRequest);
    assert_eq!(world.calls(), ["DELETE ID", "GET ID"]);
}

#[test]
fn a_conflict_is_retried_then_looked_into() {
    let conflict = || error(409, "conflict_error", "busy");
    let (result, world) = run([
        conflict().into(),
        conflict().into(),
        conflict().into(),
        batch("in_progress").into(),
    ]);
    let failure = failed(result);
    assert_eq!(
        (failure.code, failure.status),
        (Code::StillProcessing, Some(409))
    );
    assert_eq!(
        world.calls(),
        ["DELETE ID", "DELETE ID", "DELETE ID", "GET ID"]
    );
    let (result, _) = run([conflict().into(), deletion().into()]);
    assert!(matches!(result, Ok(Done::Responded(_))));
    let final_conflict = with_header(conflict(), "x-should-retry", "false");
    let (result, _) = run([final_conflict.into(), batch("ended").into()]);
    assert_eq!(failed(result).code, Code::Conflict);
}

#[test]
fn the_refusal_is_the_result_if_the_status_check_fails() {
    let other: Response<String> = object("msgbatch_other", "message_batch", Some("in_progress"));
    for looked in [
        not_found(),
        status(401),
        plain(200, "<p>"),
        deletion(),
        other,
        with_header(overloaded(), "x-should-retry", "false"),
    ] {
        let (result, world) = run([refused().into(), looked.into()]);
        let failure = failed(result);
        assert_eq!(
            (failure.code, failure.status),
            (Code::BadRequest, Some(400))
        );
        assert!(
            failure.message.starts_with("DELETE "),
            "{}",
            failure.message
        );
        assert_eq!(world.calls(), ["DELETE ID", "GET ID"]);
    }
    let (result, _) = run([refused().into(), Step::Hang, Step::Hang, Step::Hang]);
    assert_eq!(failed(result).code, Code::BadRequest);
}

#[test]
fn no_other_failure_is_looked_into() {
    for code in [401, 402, 403, 404, 413, 422, 302] {
        let (result, world) = run([status(code).into()]);
        assert_eq!(failed(result).status, Some(code));
        assert_eq!(world.calls(), ["DELETE ID"]);
    }
}
