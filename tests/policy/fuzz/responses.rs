//! Random responses: only the response to the call is a success, and only the API's 404 is `not_found`.

use crate::support::cases;
use crate::support::responses::headers;
use crate::support::values::id;
use crate::support::values::wall;
use policy::base::batch::Page;
use policy::base::error::{Cause, Code};
use policy::http::request::Operation;
use policy::http::response::{BodyEnd, FailureKind, Payload, Response, Verdict};
use policy::http::retry::{Advice, is_retryable};
use policy::options::batch_id::BatchId;
use proptest::prelude::*;

fn field() -> impl Strategy<Value = Option<String>> {
    let known = "(message_batch|message_batch_deleted|error|not_found_error|msgbatch_013Zva2CMHLNnXjNJJKqJ2EF|other|ended)";
    prop::option::of(prop_oneof![4 => known.prop_map(|name: String| name), 1 => any::<String>()])
}

fn payload() -> impl Strategy<Value = Payload> {
    let fields = (
        field(),
        field(),
        field(),
        field(),
        field(),
        field(),
        field(),
    );
    (fields, any::<bool>()).prop_map(|(fields, page)| Payload {
        id: fields.0,
        kind: fields.1,
        processing_status: fields.2,
        error_type: fields.3,
        error_message: fields.4,
        error_code: fields.5,
        request_id: fields.6,
        page: page.then(Page::default),
    })
}

fn end() -> impl Strategy<Value = BodyEnd> {
    prop_oneof![
        4 => Just(BodyEnd::Whole),
        1 => Just(BodyEnd::TooLarge),
        1 => any::<String>().prop_map(|message| BodyEnd::Broken(Cause::new("Error", message))),
    ]
}

fn response() -> impl Strategy<Value = Response<String>> {
    let status = prop_oneof![Just(200_u16), Just(404), 0_u16..1_000, any::<u16>()];
    let body = prop_oneof![
        any::<String>(),
        (0_usize..2_000).prop_map(|length| "a".repeat(length))
    ];
    let header = ("(request-id|retry-after|x-should-retry|x)", "[^\n]{0,30}");
    (
        status,
        prop::option::of(payload()),
        body,
        any::<bool>(),
        end(),
        prop::collection::vec(header, 0..4),
    )
        .prop_map(|(status, payload, content, json, end, pairs)| Response {
            status,
            headers: headers(
                &pairs
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect::<Vec<_>>(),
            ),
            content,
            json: json || payload.is_some(),
            payload,
            end,
            received_at: wall(0.0),
        })
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn a_success_is_the_response_to_the_call(response in response(), which in 0_usize..4, after in any::<bool>()) {
        let id: BatchId = id();
        let name = id.as_str();
        let operation = [
            Operation::List { limit: 5, after: after.then_some(&id) },
            Operation::Retrieve(&id), Operation::Cancel(&id), Operation::Delete(&id),
        ][which];
        let document = response.payload.clone().unwrap_or_default();
        let is = |found: &Option<String>, expected: &str| found.as_deref() == Some(expected);
        let is_document = match which {
            0 => document.page.is_some(),
            3 => is(&document.kind, "message_batch_deleted") && is(&document.id, name),
            _ => is(&document.kind, "message_batch") && is(&document.id, name) && document.processing_status.is_some(),
        };
        let is_success = (200..300).contains(&response.status) && response.end == BodyEnd::Whole;
        let (failure, kind) = match response.judge(operation) {
            Verdict::Done => {
                prop_assert!(is_success && is_document, "{response:?}");
                return Ok(());
            }
            Verdict::Failed(failure, kind) => (failure, kind),
        };
        prop_assert!(!(is_success && is_document));
        let call = format!("{} {}:", operation.method().as_str(), operation.path());
        prop_assert!(failure.message.starts_with(&call), "{}", failure.message);
        prop_assert_eq!(failure.status.unwrap_or(0), response.status);
        let is_missing = response.status == 404 && is(&document.kind, "error") && is(&document.error_type, "not_found_error");
        prop_assert_eq!(failure.code == Code::NotFound, is_missing);
        let content = response.content.trim();
        let is_cut = !response.json && content.starts_with('{') && !content.ends_with('}');
        let expected = match response.status {
            200..=299 if response.end == BodyEnd::Whole && is_cut => (Code::Connection, FailureKind::Broken),
            200..=299 if response.end == BodyEnd::Whole || failure.too_large => (Code::InvalidResponse, FailureKind::Final),
            100..=299 => (Code::Connection, FailureKind::Broken),
            0 | 300..=303 | 305..=399 => (Code::Redirect, FailureKind::Final),
            400 => (Code::BadRequest, FailureKind::Status),
            401 => (Code::Authentication, FailureKind::Status),
            403 => (Code::Permission, FailureKind::Status),
            404 if is_missing => (Code::NotFound, FailureKind::Status),
            404 if matches!(response.end, BodyEnd::Broken(_)) => (Code::Connection, FailureKind::Broken),
            409 => (Code::Conflict, FailureKind::Status),
            429 => (Code::RateLimit, FailureKind::Status),
            500.. => (Code::Server, FailureKind::Status),
            _ => (Code::Http, FailureKind::Status),
        };
        prop_assert_eq!((failure.code, kind), expected, "{}", response.status);
        if let Some(body) = &failure.body {
            let length = body.text.chars().count();
            prop_assert!(body.json || length <= 1_000);
            prop_assert!(response.content.starts_with(&body.text));
        }
        let header = response.headers.get("request-id");
        prop_assert_eq!(failure.request_id, header.map(str::to_owned).or(document.request_id));
    }

    #[test]
    fn another_attempt_follows_the_header_or_the_status(status in any::<u16>(), value in "(true|false|TRUE| true |yes|)") {
        let advice = Advice::read(&headers(&[("x-should-retry", &value)]), 0.0);
        let known = status == 408 || status == 409 || status == 429 || status >= 500;
        let expected = match value.trim() { "true" => true, "false" => false, _ => known };
        prop_assert_eq!(is_retryable(status, advice), expected);
    }

    #[test]
    fn an_id_is_refused_without_showing_more_than_a_character(given in "[a-zA-Z]{30}[^a-zA-Z0-9]") {
        if let Err(failure) = BatchId::check(&given) {
            prop_assert!(!failure.message.contains(&given[..30]), "{}", failure.message);
        }
    }
}
