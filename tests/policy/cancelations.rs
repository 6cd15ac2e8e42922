//! The cancelation of many: the same job, another goal.

use crate::support::api::Api;
use crate::support::job::{Run, id_of, names, run};
use crate::support::responses::{error, not_found, object, overloaded, refused};
use crate::support::values::{settings, with_key};
use policy::base::error::Code;
use policy::call::deletion_options::IfMissing;
use policy::http::response::Response;
use policy::jobs::actions::JobGoal;

/// Cancels batches at an API that responds by method and id.
fn cancel(
    ids: &[String],
    if_missing: IfMissing,
    respond: impl Fn(&str, &str) -> Response<String>,
) -> (Run, Vec<String>) {
    let api = Api::new(|call: &str, _| {
        let (method, _) = call.split_once(' ').unwrap();
        (5, Ok(respond(method, id_of(call))))
    });
    let goal = JobGoal::Cancel(if_missing);
    let run = run(&api, &settings(&with_key()), ids, 4, goal);
    (run, api.calls())
}

fn batch(id: &str, state: &str) -> Response<String> {
    object(id, "message_batch", Some(state))
}

#[test]
fn each_end_has_its_count() {
    let (run, calls) = cancel(&names(5), IfMissing::Ignore, |method, id| {
        match (method, id) {
            ("POST", "id-0") => batch(id, "canceling"),
            // The batch has ended: the API refuses, and a status check shows the reason.
            ("POST", "id-1" | "id-2") => refused(),
            ("GET", "id-1") => batch(id, "ended"),
            ("GET", _) => batch(id, "in_progress"),
            ("POST", "id-3") => not_found(),
            _ => error(403, "permission_error", "no"),
        }
    });
    let counts = run.report().ends;
    assert_eq!((counts.canceled, counts.ended), (1, 1));
    assert_eq!((counts.missing, counts.deleted), (1, 0));
    let failed = run.report().failed.iter();
    let codes: Vec<_> = failed.map(|it| (it.index, it.failure.code)).collect();
    assert!(codes.contains(&(2, Code::BadRequest)), "{codes:?}");
    assert!(codes.contains(&(4, Code::Permission)), "{codes:?}");
    assert_eq!((codes.len(), run.report().done()), (2, 5));
    assert!(
        calls.iter().all(|call| !call.starts_with("DELETE")),
        "{calls:?}"
    );
    assert!(calls.contains(&"POST id-0/cancel".to_owned()), "{calls:?}");
}

#[test]
fn a_batch_that_is_not_there_may_be_a_failure() {
    let (run, _) = cancel(&names(1), IfMissing::Reject, |_, _| not_found());
    assert_eq!(
        run.outcomes,
        [("id-0".into(), "failed", Some(Code::NotFound))]
    );
}

#[test]
fn a_refusal_stands_if_the_status_check_fails() {
    for check in [not_found(), error(403, "permission_error", "no")] {
        let (run, calls) = cancel(&names(1), IfMissing::Ignore, |method, _| match method {
            "GET" => check.clone(),
            _ => refused(),
        });
        assert_eq!(
            run.outcomes,
            [("id-0".into(), "failed", Some(Code::BadRequest))]
        );
        assert_eq!(calls.len(), 2);
    }
}

#[test]
fn a_cancelation_is_tried_again_and_repeated_ids_are_canceled_once() {
    let is_busy = std::cell::Cell::new(true);
    let ids = ["a", "a", "b"].map(str::to_owned);
    let (run, calls) = cancel(&ids, IfMissing::Ignore, |_, id| {
        if is_busy.replace(false) {
            overloaded()
        } else {
            batch(id, "canceling")
        }
    });
    assert_eq!(run.report().ends.canceled, 2);
    assert_eq!(calls.len(), 3, "{calls:?}");
}

#[test]
fn a_refused_key_stops_the_job() {
    let (run, calls) = cancel(&names(300), IfMissing::Ignore, |_, _| {
        error(401, "authentication_error", "no")
    });
    assert_eq!(
        run.report().stopped.as_ref().unwrap().code,
        Code::Authentication
    );
    assert!(calls.len() <= 20, "{} requests", calls.len());
}
