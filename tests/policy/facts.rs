//! The facts of a failure: may another call succeed, may the request have been performed, which option is wrong.

use crate::support::responses::{
    batch, broken, deletion, error, json, lost, not_found, object, overloaded, plain, rate_limited,
    refused, status, with_end, with_header,
};
use crate::support::values::{failure, id, wall, with, with_key, with_retries};
use crate::support::visits::{BATCH, GRANTED, LIST, TIMED_OUT, start, visit};
use crate::support::world::{Step, World, deletion_goal, failed, plan};
use policy::base::error::{Cause, Code, Failure};
use policy::call::events::Goal;
use policy::http::response::{BodyEnd, Payload, Response};
use policy::internal::suggest::unknown_option;
use policy::jobs::batch_stream::ListQuery;
use policy::jobs::purge::Purge;
use policy::options::RequestOptions;
use policy::options::credentials::{CredentialOption, Scheme};
use policy::relay::visit::{VisitAction, VisitEvent};
use policy::{BaseUrl, BatchId, Betas, ExtraHeaders};

/// Code, `retryable`, `maybe_applied`.
type Facts = (Code, bool, bool);

fn facts(failure: &Failure) -> Facts {
    (failure.code, failure.retryable, failure.maybe_applied)
}

/// The facts of a call whose only attempt ends in this way.
fn facts_of(goal: Goal, step: impl Into<Step>) -> Facts {
    // The status check of a refusal fails, so that the refusal stands.
    let world = World::with([step.into(), status(403).into()]);
    facts(&failed(world.call(&with_retries(0), goal)))
}

fn cut(response: Response<String>) -> Response<String> {
    with_end(response, BodyEnd::Broken(broken("ECONNRESET")))
}

fn says(name: &str, message: &str) -> Step {
    Step::Lost(Cause::new(name, message.into()))
}

/// The rows of the table of responses, and whether another call may succeed, and whether the request may have been
/// performed.
#[rustfmt::skip]
fn table() -> Vec<(&'static str, Step, Facts)> {
    use Code::*;
    let row = |name, step: Step, code, retryable, maybe| (name, step, (code, retryable, maybe));
    let other = json(200, "{}", Payload::default());
    let envelope = Response {
        status: 200,
        ..error(500, "api_error", "no")
    };
    let large = |code| with_end(plain(code, "x"), BodyEnd::TooLarge);
    let slow = with_header(rate_limited(), "retry-after", "3600");
    let mut rows = vec![
        row("200, empty", status(200).into(), InvalidResponse, false, true),
        row("204", status(204).into(), InvalidResponse, false, true),
        row("200, HTML", plain(200, "<html>").into(), InvalidResponse, false, true),
        row("200, {}", other.into(), InvalidResponse, false, true),
        row("200, another id", object("x", "message_batch_deleted", None).into(), InvalidResponse, false, true),
        row("200, an envelope", envelope.into(), InvalidResponse, false, true),
        row("200, not JSON", plain(200, "{id: 1}").into(), InvalidResponse, false, true),
        row("200, too large", large(200).into(), InvalidResponse, false, true),
        row("200, JSON cut", plain(200, "{\"id").into(), Connection, true, true),
        row("200, broken off", cut(deletion()).into(), Connection, true, true),
        row("an interim response", status(103).into(), Connection, true, true),
        row("404, broken off", cut(plain(404, "{")).into(), Connection, true, false),
        row("404 of the API", not_found().into(), NotFound, false, false),
        row("another 404", plain(404, "default backend - 404").into(), Http, false, false),
        row("a redirect that is hidden", status(0).into(), Redirect, false, false),
        row("502 with HTML", plain(502, "<html>").into(), Server, true, true),
        row("500, too large", large(500).into(), Server, true, true),
        row("429 with a long retry-after", slow.into(), RateLimit, true, false),
        row("no response in time", Step::Hang, Timeout, true, true),
        row("Deno's permission", says("NotCapable", "Requires net access"), Connection, false, false),
        row("Node's permission", Step::Lost(broken("ERR_ACCESS_DENIED")), Connection, false, false),
        row("a fetch without its object", says("TypeError", "Illegal invocation"), Connection, false, false),
        row("Deno without a connection", says("TypeError", "client error (Connect): refused"), Connection, true, false),
        row("a Worker's limit", says("Error", "Too many subrequests."), Connection, true, false),
    ];
    for code in [301, 302, 303, 307, 308] {
        rows.push(row(
            "a redirect",
            status(code).into(),
            Redirect,
            false,
            false,
        ));
    }
    for (code, kind, retryable) in [
        (304, Http, false),
        (400, BadRequest, false),
        (401, Authentication, false),
        (402, Http, false),
        (403, Permission, false),
        (405, Http, false),
        (408, Http, true),
        (409, Conflict, true),
        (413, Http, false),
        (422, Http, false),
        (429, RateLimit, true),
        (500, Server, true),
        (503, Server, true),
        (504, Server, true),
        (529, Server, true),
    ] {
        rows.push(row(
            "a status",
            status(code).into(),
            kind,
            retryable,
            code >= 500,
        ));
    }
    for code in ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", ""] {
        rows.push(row(
            "a connection that broke",
            Step::Lost(broken(code)),
            Connection,
            true,
            true,
        ));
    }
    for code in [
        "ECONNREFUSED",
        "ENOTFOUND",
        "EAI_AGAIN",
        "UND_ERR_CONNECT_TIMEOUT",
        "ConnectionRefused",
    ] {
        rows.push(row(
            "no connection",
            Step::Lost(broken(code)),
            Connection,
            true,
            false,
        ));
    }
    rows
}

#[test]
fn each_row_of_the_table_has_its_facts() {
    for (name, step, expected) in table() {
        let shown = format!("{name}: {step:?}");
        assert_eq!(facts_of(deletion_goal(), step), expected, "{shown}");
    }
}

#[test]
fn a_cancelation_has_an_effect_and_a_get_has_none() {
    let rows = table()
        .into_iter()
        .zip(table())
        .filter(|((name, ..), _)| *name != "200, broken off");
    for ((name, step, expected), (_, again, _)) in rows {
        let (_, retryable, maybe) = expected;
        let (_, other, applied) = facts_of(Goal::Cancel(id()), step);
        assert_eq!((other, applied), (retryable, maybe), "{name}");
        let (_, other, applied) = facts_of(Goal::Retrieve(id()), again);
        assert_eq!((other, applied), (retryable, false), "{name}");
    }
    let list = || Goal::List {
        limit: 20,
        after: None,
    };
    assert_eq!(facts_of(list(), status(500)), (Code::Server, true, false));
}

#[test]
fn an_attempt_that_was_lost_counts_for_every_later_failure() {
    for (first, maybe) in [
        (Step::Hang, true),
        (overloaded().into(), true),
        (broken("ECONNRESET").into(), true),
        (broken("ECONNREFUSED").into(), false),
        (rate_limited().into(), false),
    ] {
        // A status check follows if the deletion may have worked.
        let world = World::with([first, status(403).into(), status(403).into()]);
        let failure = failed(world.call(&with_key(), deletion_goal()));
        assert_eq!(facts(&failure), (Code::Permission, false, maybe));
        let reported = world.reported.borrow();
        let errors = reported
            .iter()
            .filter_map(|attempt| attempt.error.as_deref());
        assert_eq!(
            errors.map(|error| error.maybe_applied).collect::<Vec<_>>(),
            vec![maybe; world.calls().len()]
        );
    }
    // The function for the key fails at the second attempt.
    let world = World::with([overloaded()]);
    let fails = Failure::new(Code::MissingCredentials, "the store is down".into());
    *world.secrets.borrow_mut() = [Ok("k".to_owned()), Err(fails)].into();
    let given = with(CredentialOption::Function(Scheme::ApiKey));
    let failure = failed(world.call(&given, deletion_goal()));
    assert_eq!(facts(&failure), (Code::MissingCredentials, false, true));
}

#[test]
fn x_should_retry_decides_about_another_call_also() {
    for (code, value, retryable) in [(503, "false", false), (403, "true", true)] {
        let response = with_header(status(code), "x-should-retry", value);
        assert_eq!(facts_of(deletion_goal(), response).1, retryable, "{code}");
    }
}

#[test]
fn a_batch_that_is_still_processing_may_be_deleted_later_and_exists() {
    for state in ["in_progress", "canceling"] {
        let world = World::with([overloaded(), refused(), batch(state)]);
        let failure = failed(world.call(&with_key(), deletion_goal()));
        assert_eq!(facts(&failure), (Code::StillProcessing, true, false));
    }
    // The batch has ended since: the server may still perform the lost deletion.
    let world = World::with([overloaded(), refused(), batch("ended")]);
    let failure = failed(world.call(&with_key(), deletion_goal()));
    assert_eq!(facts(&failure), (Code::BadRequest, false, true));
}

#[test]
fn the_cancelation_before_a_deletion_is_a_change() {
    let world = World::with([refused(), batch("in_progress"), status(403)]);
    let failure = failed(world.delete(&with_key(), plan("cancel", "")));
    assert_eq!(facts(&failure), (Code::Permission, false, false));
    let steps = [
        refused(),
        batch("in_progress"),
        batch("canceling"),
        status(403),
    ];
    let world = World::with(steps);
    let failure = failed(world.delete(&with_key(), plan("cancel", "")));
    assert_eq!(facts(&failure), (Code::Permission, false, true));
}

#[test]
fn total_timeout_counts_the_request_that_it_cuts_off() {
    let within = RequestOptions {
        total_timeout: Some(700),
        ..with_key()
    };
    let facts_of = |goal, steps: Vec<Step>| facts(&failed(World::with(steps).call(&within, goal)));
    let timeout = |maybe| (Code::Timeout, true, maybe);
    assert_eq!(facts_of(deletion_goal(), vec![Step::Hang]), timeout(true));
    assert_eq!(
        facts_of(Goal::Retrieve(id()), vec![Step::Hang]),
        timeout(false)
    );
    // The limit ends a pause of a deletion that waits.
    let waits = World::with([refused(), batch("in_progress")]);
    assert_eq!(
        facts(&failed(waits.delete(&within, plan("wait", "")))),
        timeout(false)
    );
}

#[test]
fn a_failure_names_the_option_that_is_not_valid() {
    let header = ExtraHeaders::check([("x", Some("a\nb"))]);
    let everything = Purge::check(ListQuery::default(), false, false, wall(0.0));
    let created = Failure::wrong("apiKey (what the function returned)", "a string", "null");
    for (found, expected) in [
        (failure(BatchId::check("a/b")), "id"),
        (failure(BatchId::check_as("after", "a/b")), "after"),
        (failure(header), "headers"),
        (failure(Betas::check(["b", "a b"])), "betas"),
        (
            failure(BaseUrl::check("ANTHROPIC_BASE_URL", "x")),
            "ANTHROPIC_BASE_URL",
        ),
        (unknown_option("apikey", ["apiKey"].into_iter()), "options"),
        (failure(everything), "options"),
        (created, "apiKey"),
    ] {
        assert!(found.message.starts_with(expected), "{}", found.message);
        assert_eq!(found.option.as_deref(), Some(expected));
        assert_eq!(facts(&found), (Code::InvalidOption, false, false));
    }
    let world = World::with([status(404)]);
    assert_eq!(
        failed(world.call(&with_key(), deletion_goal())).option,
        None
    );
}

#[test]
fn a_relay_reports_whether_the_request_may_have_been_performed() {
    let reported = |method: &str, target: &str, event: VisitEvent<'_, String>, is_granted: bool| {
        let mut visit = visit();
        start(&mut visit, method, target, &[]);
        if is_granted {
            visit.handle(GRANTED);
        }
        match visit.handle(event) {
            VisitAction::Report(failure) => facts(&failure),
            other => panic!("not reported: {other:?}"),
        }
    };
    let lost = |code| VisitEvent::Io(lost(broken(code)));
    let (gone, late) = (Code::Connection, Code::Timeout);
    assert_eq!(
        reported("DELETE", BATCH, TIMED_OUT, true),
        (late, true, true)
    );
    assert_eq!(
        reported("DELETE", BATCH, lost("EPIPE"), true),
        (gone, true, true)
    );
    assert_eq!(
        reported("DELETE", BATCH, lost("ENOTFOUND"), true),
        (gone, true, false)
    );
    assert_eq!(reported("GET", LIST, TIMED_OUT, true), (late, true, false));
    // authorize has not decided.
    assert_eq!(
        reported("DELETE", BATCH, TIMED_OUT, false),
        (late, true, false)
    );
}
