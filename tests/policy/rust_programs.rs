//! The items that only a Rust program uses: typed options, responses of bytes, errors, and machines that move
//! between threads. No key shows in any `Debug`.

use crate::support::values::{at, wall};
use crate::support::{ID, KEY};
use policy::base::batch::State;
use policy::http::request::Operation;
use policy::http::response::Verdict;
use policy::jobs::job::Job;
use policy::{
    Action, BatchId, BodyEnd, Call, Cause, Code, CredentialOption, DeletionOptions, Event,
    ExtraHeaders, Failure, Goal, MAX_BODY, RequestOptions, Response, Scheme, Settings,
};
use std::error::Error;
use std::sync::Arc;

fn read(status: u16, body: &str) -> Response<String> {
    Response::read(status, [], body.as_bytes(), wall(0.0))
}

fn judged(response: &Response<String>, operation: Operation<'_>) -> Option<Code> {
    match response.judge(operation) {
        Verdict::Done => None,
        Verdict::Failed(failure, _) => Some(failure.code),
    }
}

fn settings(given: &RequestOptions<'_>) -> Settings {
    Settings::check(given.clone(), &|_| None).unwrap()
}

#[test]
fn an_id_is_parsed_by_the_same_check() {
    let id: BatchId = ID.parse().unwrap();
    assert_eq!(id.to_string(), ID);
    let failure = "a/b".parse::<BatchId>().unwrap_err();
    assert_eq!(failure, BatchId::check("a/b").unwrap_err());
}

#[test]
fn a_response_is_read_and_judged() {
    let id: BatchId = ID.parse().unwrap();
    let delete = Operation::Delete(&id);
    let deleted = format!(r#"{{"id":"{ID}","type":"message_batch_deleted"}}"#);
    let missing = r#"{"type":"error","error":{"type":"not_found_error","message":"no"}}"#;
    let cases = [
        (200, deleted.as_str(), None),
        (200, &format!("\u{feff}{deleted}"), None),
        (
            200,
            r#"{"id":"b","type":"message_batch_deleted"}"#,
            Some(Code::InvalidResponse),
        ),
        (
            200,
            r#"{"id":1,"type":"message_batch_deleted"}"#,
            Some(Code::InvalidResponse),
        ),
        (200, "[]", Some(Code::InvalidResponse)),
        (200, "", Some(Code::InvalidResponse)),
        (404, missing, Some(Code::NotFound)),
        (404, "not here", Some(Code::Http)),
        (302, "", Some(Code::Redirect)),
        (529, "{", Some(Code::Server)),
    ];
    for (status, body, code) in cases {
        assert_eq!(judged(&read(status, body), delete), code, "{status} {body}");
    }
}

#[test]
fn the_fields_of_an_error_are_read() {
    let body = r#"{"type":"error","request_id":"req_2","error":{"type":"rate_limit_error",
        "message":"slow","details":{"error_code":"spend"}}}"#;
    let response = read(429, body);
    assert!(response.json);
    assert_eq!(response.request_id(), Some("req_2"));
    let payload = response.payload.unwrap();
    assert_eq!(payload.error_type.as_deref(), Some("rate_limit_error"));
    assert_eq!(payload.error_message.as_deref(), Some("slow"));
    assert_eq!(payload.error_code.as_deref(), Some("spend"));
    // In a success, these fields are not the API's error.
    let success = read(200, &body.replace(r#""type":"error","#, "")).payload;
    assert_eq!(success.unwrap().error_type, None);
}

#[test]
fn a_page_is_read_and_an_entry_that_is_not_a_batch_has_no_id() {
    let page = |data: &str| {
        let body = format!(r#"{{"data":{data},"has_more":true,"last_id":"b"}}"#);
        read(200, &body).payload.unwrap().page
    };
    let found = page(
        r#"[{"id":"a","processing_status":"ended","created_at":"1970-01-01T00:00:01Z","ended_at":null}]"#,
    )
    .unwrap();
    assert!(found.has_more);
    assert_eq!(found.last_id.as_deref(), Some("b"));
    let batch = &found.batches[0];
    assert_eq!((batch.id.as_str(), batch.state), ("a", State::Ended));
    assert_eq!((batch.created_at, batch.ended_at), (Some(1_000.0), None));
    let odd = page(r#"[{"id":"a"},7,null,[],{"id":7}]"#).unwrap().batches;
    let ids: Vec<_> = odd.iter().map(|batch| batch.id.as_str()).collect();
    assert_eq!(ids, ["a", "", "", "", ""]);
    assert!(page("{}").is_none());
    assert!(read(200, r#"{"data":[]}"#).payload.unwrap().page.is_none());
}

#[test]
fn headers_are_in_lower_case_and_joined() {
    let headers = [
        ("Retry-After", "2"),
        ("retry-after", "3"),
        ("X-A", "1"),
        ("x-b", "1\nx-c"),
    ];
    let response = Response::read(429, headers, b"", wall(0.0));
    assert_eq!(response.headers.lines(), "retry-after\n2, 3\nx-a\n1\n");
}

#[test]
fn a_body_is_read_up_to_the_limit() {
    let whole = format!("{}{{}}", " ".repeat(MAX_BODY - 2));
    assert_eq!(read(200, &whole).end, BodyEnd::Whole);
    assert!(read(200, &whole).json);
    let larger = read(200, &format!(" {whole}"));
    assert_eq!(larger.end, BodyEnd::TooLarge);
    assert!(!larger.json && larger.payload.is_none());
    assert_eq!(larger.content.len(), MAX_BODY);
}

#[test]
fn an_error_has_its_message_and_its_source() {
    let mut cause = Cause::new("Error", "outer".into());
    cause.cause = Some(Cause::new("reset", String::new()));
    let failure = Failure::new(Code::Connection, "it broke".into()).caused_by(cause);
    assert_eq!(failure.to_string(), "it broke");
    assert_eq!(failure.code.to_string(), "connection");
    let outer = failure.source().unwrap();
    assert_eq!(outer.to_string(), "outer");
    let inner = outer.source().unwrap();
    assert_eq!(inner.to_string(), "reset");
    assert!(inner.downcast_ref::<Cause>().unwrap().cause.is_none());
}

#[test]
fn no_key_shows_in_the_debug_of_anything() {
    let given = RequestOptions {
        credential: CredentialOption::Fixed(Scheme::AuthToken, KEY),
        headers: ExtraHeaders::check([("cookie", Some(KEY)), ("x-trace", Some("seen"))]).unwrap(),
        ..RequestOptions::default()
    };
    let settings = settings(&given);
    let id: BatchId = ID.parse().unwrap();
    let goal = Goal::Delete(id, DeletionOptions::default());
    let mut call = Call::new(Arc::new(settings.clone()), goal, at(0.0));
    let output = call.handle::<String>(Event::Start, at(0.0), 0.5);
    let shown = format!("{settings:?} {call:?} {output:?}");
    assert!(shown.contains("seen"), "{shown}");
    assert!(!shown.contains(KEY), "{shown}");
    let Action::Send(request) = output.action else {
        panic!("{shown}")
    };
    assert_eq!(request.headers.get("cookie"), Some(KEY));

    let given = RequestOptions {
        credential: CredentialOption::Function(Scheme::ApiKey),
        ..RequestOptions::default()
    };
    let goal = Goal::Retrieve(ID.parse().unwrap());
    let mut call = Call::new(Arc::new(self::settings(&given)), goal, at(0.0));
    let output = call.handle::<String>(Event::Start, at(0.0), 0.5);
    assert!(matches!(
        output.action,
        Action::CallForCredential(Scheme::ApiKey)
    ));
    let event = Event::<String>::Credential(Ok(KEY.into()));
    let shown = format!("{event:?}");
    let output = call.handle(event, at(0.0), 0.5);
    assert!(matches!(output.action, Action::Send(_)));
    let shown = format!("{shown} {call:?} {output:?}");
    assert!(!shown.contains(KEY), "{shown}");
}

#[test]
fn a_call_and_a_job_move_between_threads() {
    fn moves<T: Send>() {}
    moves::<Call>();
    moves::<Job<String>>();
    moves::<Event<String>>();
    moves::<Settings>();
}
