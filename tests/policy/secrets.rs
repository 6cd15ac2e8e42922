//! A key shows in no part of a failure.

use crate::support::responses::{
    deletion, error, overloaded, plain, refused, status, with_end, with_header,
};
use crate::support::values::{headers, with, with_key};
use crate::support::world::{Step, World, deletion_goal, failed};
use crate::support::{KEY, assert_hardly_slower, cases};
use policy::base::error::{Cause, Code, Failure, FailureBody};
use policy::base::headers::Headers;
use policy::http::response::{BodyEnd, Payload, Response};
use policy::internal::redact::redact;
use policy::options::RequestOptions;
use policy::options::credentials::{CredentialOption, Scheme};
use proptest::collection;
use proptest::prelude::*;

fn leaky_cause() -> Box<Cause> {
    let cause = |cause| {
        Box::new(Cause {
            name: format!("Error{KEY}"),
            message: format!("header x-api-key: {KEY}, twice {KEY}"),
            code: Some(format!("E_{KEY}")),
            cause,
        })
    };
    cause(Some(cause(Some(cause(None)))))
}

/// An error with the key in every part.
fn leaky_error(code: u16) -> Response<String> {
    let mut response = error(code, KEY, KEY);
    response.payload = response.payload.map(|payload| Payload {
        error_code: Some(KEY.into()),
        request_id: Some(KEY.into()),
        ..payload
    });
    let response = with_header(response, "x-echo", &format!("got {KEY}"));
    with_header(response, &format!("x-{KEY}"), "1")
}

/// Asserts that neither the failure nor the arguments of `onAttempt` hold the secret.
#[track_caller]
fn assert_silent(given: &RequestOptions<'_>, steps: Vec<Step>, secret: &str) -> Box<Failure> {
    let world = World::with(steps);
    let failure = failed(world.call(given, deletion_goal()));
    let shown = format!("{failure:?} {:?}", world.reported.borrow());
    assert!(!shown.contains(secret), "{shown}");
    assert!(
        shown.contains("[redacted]"),
        "the redaction is marked: {shown}"
    );
    failure
}

fn steps(response: &Response<String>) -> Vec<Step> {
    (0..3).map(|_| response.clone().into()).collect()
}

#[test]
fn in_no_field_of_an_error() {
    for code in [400, 401, 403, 404, 418, 429, 500] {
        let failure = assert_silent(&with_key(), steps(&leaky_error(code)), KEY);
        let redacted = Some("[redacted]");
        assert_eq!(failure.api_type.as_deref(), redacted);
        assert_eq!(failure.error_code.as_deref(), redacted);
        assert_eq!(failure.request_id.as_deref(), redacted);
        assert_eq!(
            failure.headers.unwrap().iter().next().unwrap().1,
            "got [redacted]"
        );
        assert!(failure.body.unwrap().text.contains("[redacted]"));
        assert!(failure.message.contains("[redacted]"));
    }
}

#[test]
fn in_no_other_kind_of_response() {
    let page = format!("<p>{KEY}</p>");
    let cut = with_end(plain(200, &page), BodyEnd::Broken(leaky_cause()));
    let redirect = with_header(status(302), "location", &format!("https://x/?k={KEY}"));
    for response in [
        plain(502, &page),
        plain(200, &page),
        with_end(plain(200, &page), BodyEnd::TooLarge),
        cut,
        redirect,
    ] {
        assert_silent(&with_key(), steps(&response), KEY);
    }
}

#[test]
fn in_no_cause_however_deep() {
    let steps = (0..3).map(|_| leaky_cause().into()).collect();
    let failure = assert_silent(&with_key(), steps, KEY);
    assert_eq!(failure.code, Code::Connection);
    assert!(failure.cause.unwrap().cause.unwrap().cause.is_some());
}

#[test]
fn a_token_neither_with_its_scheme_nor_without() {
    let token = with(CredentialOption::Fixed(Scheme::AuthToken, KEY));
    assert_silent(
        &token,
        steps(&plain(500, &format!("Bearer {KEY} or {KEY}"))),
        KEY,
    );
}

#[test]
fn a_secret_in_a_header_of_the_callers() {
    for (name, value) in [
        ("x-api-key", KEY.to_owned()),
        ("Authorization", format!("Basic {KEY}")),
        ("Proxy-Authorization", format!("Basic {KEY}")),
        ("Cookie", KEY.to_owned()),
    ] {
        let given = RequestOptions {
            headers: headers(&[(name, Some(&value))]),
            ..with(CredentialOption::Nothing)
        };
        assert_silent(&given, steps(&plain(500, &format!("you sent {KEY}"))), KEY);
    }
}

#[test]
fn near_misses_take_time_in_proportion_to_the_string() {
    let body = "a".repeat(80_000);
    assert_hardly_slower(2_000, |secret| assert_eq!(redacted(&body, secret), body));
}

#[test]
fn a_short_secret_is_removed_if_it_stands_alone() {
    for (body, expected) in [
        ("a key of k", "a key of [redacted]"),
        ("kick k-k k", "kick [redacted]-[redacted] [redacted]"),
        ("k", "[redacted]"),
        ("1k k_ \u{e4}k", "1k k_ \u{e4}k"),
    ] {
        assert_eq!(redacted(body, "k"), expected);
    }
    assert_eq!(redacted("x12345678y", "12345678"), "x[redacted]y");
}

fn failed_with(secrets: &[&str], steps: Vec<Step>) -> (Box<Failure>, String) {
    let world = World::with(steps);
    let responses = secrets.iter().map(|secret| Ok((*secret).to_owned()));
    world.secrets.borrow_mut().extend(responses);
    let given = with(CredentialOption::Function(Scheme::ApiKey));
    let failure = failed(world.call(&given, deletion_goal()));
    let shown = format!("{failure:?} {:?}", world.reported.borrow());
    (failure, shown)
}

#[test]
fn a_key_of_a_function() {
    let (_, shown) = failed_with(&[KEY; 3], steps(&leaky_error(500)));
    assert!(!shown.contains(KEY), "{shown}");
}

#[test]
fn a_key_of_an_earlier_attempt() {
    let late = vec![
        overloaded().into(),
        plain(401, "the key old-KEY was revoked").into(),
        plain(401, "the key old-KEY was revoked").into(),
    ];
    let (_, shown) = failed_with(&["old-KEY", "new-KEY", "new-KEY"], late);
    assert!(!shown.contains("old-KEY"), "{shown}");
}

#[test]
fn a_key_of_an_earlier_operation() {
    // The status check after the refusal.
    let late = vec![
        refused().into(),
        plain(401, "the key old-KEY was revoked").into(),
    ];
    let (_, shown) = failed_with(&["old-KEY", "new-KEY"], late);
    assert!(shown.contains("the key [redacted] was revoked"), "{shown}");
}

#[test]
fn in_no_request_id_of_a_success() {
    let mut in_body = deletion();
    in_body.payload.as_mut().unwrap().request_id = Some(KEY.into());
    for response in [with_header(deletion(), "request-id", KEY), in_body] {
        let world = World::with([response]);
        let done = world.response(&with_key(), deletion_goal()).unwrap();
        assert_eq!(done.request_id(), Some("[redacted]"));
        let reported = world.reported.borrow();
        assert_eq!(reported[0].request_id.as_deref(), Some("[redacted]"));
    }
}

fn redacted(body: &str, secret: &str) -> String {
    let mut failure = Failure::new(Code::Server, String::new());
    failure.body = Some(FailureBody {
        text: body.into(),
        json: true,
    });
    failure.redact(&[&[secret.to_owned()]]);
    failure.body.unwrap().text
}

#[test]
fn however_json_may_write_it() {
    // JSON.parse makes the secret of these.
    for (secret, written) in [
        (r#"a"b\c"#, r#"a\"b\\c"#),
        ("tok/en+x=", r"tok\/en+x="),
        ("tok/en+x=", r"tok/en\u002bx\u003d"),
        ("tok/en+x=", r"tok/en\u002Bx\u003D"),
        ("a&b<c>", r"a\u0026b\u003cc\u003e"),
        ("sk-test", r"\u0073\u006b\u002d\u0074\u0065\u0073\u0074"),
    ] {
        let shown = redacted(&format!(r#"{{"key":"{written}"}}"#), secret);
        assert_eq!(shown, r#"{"key":"[redacted]"}"#, "{written}");
    }
}

#[test]
fn an_excerpt_does_not_end_in_half_a_secret() {
    let key = format!("sk-ant-{}", "k".repeat(93));
    let given = with(CredentialOption::Fixed(Scheme::ApiKey, &key));
    for before in [901, 910, 950, 990] {
        let response = plain(502, &format!("{}{key}", ".".repeat(before)));
        let world = World::with(steps(&response));
        let failure = failed(world.call(&given, deletion_goal()));
        let shown = failure.body.unwrap().text;
        assert!(!shown.contains("sk-ant-k"), "{before}: {shown}");
    }
}

#[test]
fn a_secret_that_is_part_of_another_leaves_nothing() {
    let mut failure = Failure::new(Code::Server, "Bearer tok and tok".into());
    failure.redact(&[&["Bearer tok".into(), "tok".into(), String::new()]]);
    assert_eq!(failure.message, "[redacted] and [redacted]");
    // Also in the other order.
    let mut failure = Failure::new(Code::Server, "x sk-1-2 y".into());
    failure.redact(&[&["sk-1".into(), "sk-1-2".into()]]);
    assert!(!failure.message.contains("-2"), "{}", failure.message);
}

fn redacted_headers(parts: &[String], secrets: &[String]) -> String {
    let mut failure = Failure::new(Code::Server, String::new());
    failure.headers = Some(Headers::of_lines(lines(parts)));
    failure.redact(&[secrets]);
    failure.headers.unwrap().lines().to_owned()
}

fn lines(parts: &[String]) -> String {
    parts.iter().flat_map(|part| [part, "\n"]).collect()
}

#[test]
fn in_a_header_that_ends_with_a_backslash() {
    let parts = ["x-echo".to_owned(), r"\u002fkey\".to_owned()];
    let shown = redacted_headers(&parts, &[r"/key\".to_owned()]);
    assert_eq!(shown, "x-echo\n[redacted]\n");
}

#[test]
fn in_a_header_with_an_escaped_line_feed() {
    let parts = [
        "x-echo".to_owned(),
        r#"{"key":"hunter\u000a99"}"#.to_owned(),
    ];
    let shown = redacted_headers(&parts, &["hunter\n99".to_owned()]);
    assert_eq!(shown, "x-echo\n{\"key\":\"[redacted]\"}\n");
}

proptest! {
    #![proptest_config(cases(256))]

    /// No secret is found across two headers.
    #[test]
    fn in_headers_as_in_each_name_and_value(
        parts in collection::vec(r#"([ab/"=_ ]|\\|\\u0061|\\u002f|\\u000a){0,8}"#, 2..8),
        secrets in collection::vec(r#"([ab/"=_\n]|\\){1,6}"#, 1..3),
    ) {
        // A name and a value each.
        let parts = &parts[..parts.len() / 2 * 2];
        let each: Vec<_> = parts
            .iter()
            .map(|part| {
                let mut part = part.clone();
                redact(&mut part, &[&secrets], false);
                part
            })
            .collect();
        prop_assert_eq!(redacted_headers(parts, &secrets), lines(&each));
    }

    #[test]
    fn wherever_it_stands(secret in "[!-~]{8,40}", before in ".{0,20}", after in ".{0,20}") {
        let mut failure = Failure::new(Code::Server, format!("{before}{secret}{after}"));
        failure.redact(&[std::slice::from_ref(&secret)]);
        prop_assert!(!failure.message.contains(&secret));
    }
}
