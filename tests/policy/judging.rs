//! The meaning of one response: the table of responses, without the loop around it.

use crate::support::ID;
use crate::support::responses::{
    batch, broken, deletion, error, headers, json, not_found, object, plain, status, with_end,
    with_header,
};
use crate::support::values::id;
use policy::base::error::{Cause, Code, Failure};
use policy::http::request::Operation;
use policy::http::response::{BodyEnd, FailureKind, Payload, Response, Verdict};

fn judge(response: &Response<String>) -> (Box<Failure>, FailureKind) {
    match response.judge(Operation::Delete(&id())) {
        Verdict::Done => panic!("judged a success: {response:?}"),
        Verdict::Failed(failure, kind) => (failure, kind),
    }
}

#[test]
fn the_requested_deletion_is_a_success() {
    let is_done = |response: Response<String>| {
        matches!(response.judge(Operation::Delete(&id())), Verdict::Done)
    };
    assert!(is_done(deletion()));
    // With any success status, and with fields that are new.
    assert!(is_done(Response {
        status: 202,
        ..deletion()
    }));
    assert!(is_done(object(ID, "message_batch_deleted", Some("ended"))));
}

#[test]
fn batches_are_the_response_to_the_other_operations() {
    let id = id();
    for operation in [Operation::Retrieve(&id), Operation::Cancel(&id)] {
        let is_done =
            |response: Response<String>| matches!(response.judge(operation), Verdict::Done);
        for state in ["in_progress", "canceling", "ended", "a new state"] {
            assert!(is_done(batch(state)));
        }
        for other in [
            deletion(),
            object("msgbatch_other", "message_batch", Some("ended")),
            object(ID, "message", Some("ended")),
            object(ID, "message_batch", None),
        ] {
            assert!(!is_done(other));
        }
    }
}

#[test]
fn a_success_status_with_anything_else_is_invalid() {
    let no_object = Response {
        json: true,
        ..plain(200, "null")
    };
    let envelope = Response {
        status: 200,
        ..error(500, "api_error", "not really")
    };
    for (response, part) in [
        (status(200), "an empty body"),
        (status(204), "an empty body"),
        (plain(200, " \n"), "an empty body"),
        (plain(200, "<html>Log in</html>"), "a body that is not JSON"),
        (plain(200, "{id: 1}"), "a body that is not JSON"),
        (no_object, "JSON that is not an object"),
        (json(200, "{}", Payload::default()), "another JSON object"),
        (object(ID, "message_batch", Some("ended")), "something else"),
        (
            object("msgbatch_other", "message_batch_deleted", None),
            "of another batch",
        ),
        (
            object(&ID.to_lowercase(), "message_batch_deleted", None),
            "of another batch",
        ),
        (envelope, "an error"),
        (
            with_end(plain(200, "x"), BodyEnd::TooLarge),
            "larger than 1 MiB",
        ),
        (with_end(deletion(), BodyEnd::TooLarge), "larger than 1 MiB"),
    ] {
        let (failure, kind) = judge(&response);
        assert_eq!(
            (failure.code, kind),
            (Code::InvalidResponse, FailureKind::Final),
            "{response:?}"
        );
        assert_eq!(failure.status, Some(response.status));
        let expected = format!(
            "DELETE /v1/messages/batches/{ID}: {} not the response",
            response.status
        );
        assert!(
            failure.message.starts_with(&expected),
            "{}",
            failure.message
        );
        assert!(
            failure.message.contains(part),
            "{part}: {}",
            failure.message
        );
    }
    // A part of the confirmation is not a confirmation.
    for payload in [
        Payload {
            id: Some(ID.into()),
            ..Payload::default()
        },
        Payload {
            kind: Some("message_batch_deleted".into()),
            ..Payload::default()
        },
    ] {
        let (failure, _) = judge(&json(200, "{}", payload));
        assert_eq!(failure.code, Code::InvalidResponse);
        assert!(
            failure.message.ends_with("but another JSON object"),
            "{}",
            failure.message
        );
    }
}

#[test]
fn a_success_or_a_404_that_broke_off_is_a_lost_response() {
    for response in [
        deletion(),
        plain(200, ""),
        plain(206, "{"),
        plain(404, "{\"t"),
    ] {
        let (failure, kind) = judge(&with_end(response, BodyEnd::Broken(broken("ECONNRESET"))));
        assert_eq!(
            (failure.code, kind),
            (Code::Connection, FailureKind::Broken)
        );
        assert!(
            failure
                .message
                .contains("broke off: fetch failed: socket: ECONNRESET")
        );
        assert_eq!(failure.cause, Some(broken("ECONNRESET")));
    }
}

#[test]
fn json_that_is_cut_is_a_lost_response_and_other_content_is_not() {
    for (body, code, kind) in [
        ("{\"id\": \"msgba", Code::Connection, FailureKind::Broken),
        (" {\n", Code::Connection, FailureKind::Broken),
        ("{id: 1}", Code::InvalidResponse, FailureKind::Final),
        ("<html>", Code::InvalidResponse, FailureKind::Final),
        ("", Code::InvalidResponse, FailureKind::Final),
    ] {
        let (failure, found) = judge(&plain(200, body));
        assert_eq!((failure.code, found), (code, kind), "{body:?}");
    }
}

#[test]
fn a_cause_with_line_breaks_is_one_line() {
    let cause = Cause::new("Error", "first\r\nsecond".into());
    assert_eq!(cause.messages(), "first  second");
}

#[test]
fn every_status_has_its_code() {
    for status in (0..=0).chain(300..=999_u16) {
        let expected = match status {
            400 => Code::BadRequest,
            401 => Code::Authentication,
            403 => Code::Permission,
            409 => Code::Conflict,
            429 => Code::RateLimit,
            304 => Code::Http,
            0 | 300..=399 => Code::Redirect,
            500.. => Code::Server,
            _ => Code::Http,
        };
        let (failure, kind) = judge(&self::status(status));
        assert_eq!(failure.code, expected, "{status}");
        // A redirect stays one; of others the status and the headers decide.
        assert_eq!(
            kind == FailureKind::Final,
            expected == Code::Redirect,
            "{status}"
        );
        assert_eq!(failure.status, Some(status).filter(|status| *status > 0));
    }
}

#[test]
fn the_status_outweighs_a_body_that_broke_off_or_is_too_large() {
    for end in [BodyEnd::TooLarge, BodyEnd::Broken(broken("ECONNRESET"))] {
        for (response, code) in [
            (not_found(), Code::NotFound),
            (plain(502, "<p>"), Code::Server),
        ] {
            let (failure, kind) = judge(&with_end(response, end.clone()));
            assert_eq!((failure.code, kind), (code, FailureKind::Status));
        }
    }
    let deleted = Response {
        status: 404,
        ..deletion()
    };
    assert_eq!(judge(&deleted).0.code, Code::Http);
}

#[test]
fn a_404_means_missing_only_in_the_apis_own_envelope() {
    assert_eq!(judge(&not_found()).0.code, Code::NotFound);
    let mut bare = error(404, "not_found_error", "no such batch");
    if let Some(payload) = &mut bare.payload {
        payload.kind = None;
    }
    for foreign in [
        status(404),
        plain(404, "default backend - 404"),
        error(404, "route_error", "relay: no such route"),
        bare,
    ] {
        let (failure, _) = judge(&foreign);
        assert_eq!((failure.code, failure.status), (Code::Http, Some(404)));
    }
}

#[test]
fn an_interim_status_is_a_lost_response() {
    for interim in [100, 103, 199] {
        let (failure, kind) = judge(&status(interim));
        assert_eq!(
            (failure.code, kind),
            (Code::Connection, FailureKind::Broken)
        );
    }
}

#[test]
fn a_redirect_says_why_it_is_not_followed() {
    let (failure, _) = judge(&with_header(
        status(307),
        "location",
        "https://evil.example",
    ));
    assert!(
        failure
            .message
            .contains("307 a redirect, which is not followed")
    );
    let (hidden, _) = judge(&status(0));
    assert!(
        hidden.message.contains(": a redirect"),
        "{}",
        hidden.message
    );
    assert!(!hidden.message.contains(" 0"), "{}", hidden.message);
}

#[test]
fn the_envelope_has_type_code_message_and_request_id() {
    let mut response = error(403, "permission_error", "not yours");
    if let Some(payload) = &mut response.payload {
        payload.error_code = Some("workspace_mismatch".into());
        payload.request_id = Some("req_body".into());
    }
    let (failure, _) = judge(&response);
    assert_eq!(failure.api_type.as_deref(), Some("permission_error"));
    assert_eq!(failure.error_code.as_deref(), Some("workspace_mismatch"));
    assert_eq!(failure.request_id.as_deref(), Some("req_body"));
    assert_eq!(
        failure.message,
        format!(
            "DELETE /v1/messages/batches/{ID}: 403 permission_error: not yours \
             (request id: req_body)"
        )
    );
    // The header is nearer to the truth.
    let (failure, _) = judge(&with_header(response, "request-id", "req_header"));
    assert_eq!(failure.request_id.as_deref(), Some("req_header"));
    assert_eq!(
        failure.headers.unwrap(),
        headers(&[("request-id", "req_header")])
    );
}

#[test]
fn an_error_without_a_whole_envelope_has_the_parts_of_it_in_its_message() {
    let message = |payload| {
        let (failure, _) = judge(&json(418, "{}", payload));
        failure.message.split_once(": ").unwrap().1.to_owned()
    };
    let some = |text: &str| Some(text.to_owned());
    let empty = Payload::default();
    assert_eq!(
        message(empty.clone()),
        "418 without the API's error envelope"
    );
    assert_eq!(
        message(Payload {
            error_type: some("teapot"),
            ..empty.clone()
        }),
        "418 teapot"
    );
    assert_eq!(
        message(Payload {
            error_message: some("short"),
            ..empty
        }),
        "418 short"
    );
}

#[test]
fn a_body_is_kept_whole_if_it_is_json_else_in_part() {
    let (failure, _) = judge(&plain(502, "<h1>Bad Gateway</h1>"));
    let body = failure.body.unwrap();
    assert_eq!(
        (body.text.as_str(), body.json),
        ("<h1>Bad Gateway</h1>", false)
    );
    let html = "\u{e4}".repeat(5_000);
    let excerpt = judge(&plain(502, &html)).0.body.unwrap().text;
    assert_eq!(excerpt.chars().count(), 1_000);
    let long = format!(r#"{{"x":"{}"}}"#, "y".repeat(5_000));
    let body = judge(&json(500, &long, Payload::default())).0.body.unwrap();
    assert_eq!((body.text, body.json), (long, true));
    assert_eq!(judge(&status(500)).0.body, None);
}
