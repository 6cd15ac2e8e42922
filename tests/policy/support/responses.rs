//! Responses as the transport passes them: with the body and its fields read.

use super::ID;
use crate::support::values::wall;
use policy::base::batch::{BatchSummary, Page};
use policy::base::error::Cause;
use policy::base::headers::Headers;
use policy::call::events::Event;
use policy::http::response::{BodyEnd, Payload, Response};
use policy::internal::fetch_error::was_sent;

/// Headers of names and values.
pub(crate) fn headers(pairs: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in pairs {
        headers.push(name, value);
    }
    headers
}

/// A response without a body.
pub(crate) fn status(status: u16) -> Response<String> {
    Response {
        status,
        headers: Headers::new(),
        content: String::new(),
        payload: None,
        json: false,
        end: BodyEnd::Whole,
        received_at: wall(0.0),
    }
}

/// A body that is not JSON.
pub(crate) fn plain(code: u16, body: &str) -> Response<String> {
    Response {
        content: body.to_owned(),
        ..status(code)
    }
}

/// A body that is a JSON object, with the fields of it that matter.
pub(crate) fn json(code: u16, body: &str, payload: Payload) -> Response<String> {
    Response {
        payload: Some(payload),
        json: true,
        ..plain(code, body)
    }
}

/// The deletion of the batch that the tests delete.
pub(crate) fn deletion() -> Response<String> {
    object(ID, "message_batch_deleted", None)
}

/// The batch that the tests delete, in a state.
pub(crate) fn batch(state: &str) -> Response<String> {
    object(ID, "message_batch", Some(state))
}

/// A success whose body has these fields.
pub(crate) fn object(id: &str, kind: &str, state: Option<&str>) -> Response<String> {
    let body = format!(r#"{{"id":"{id}","type":"{kind}"}}"#);
    let payload = Payload {
        id: Some(id.to_owned()),
        kind: Some(kind.to_owned()),
        processing_status: state.map(str::to_owned),
        ..Payload::default()
    };
    json(200, &body, payload)
}

/// The last page of a list.
pub(crate) fn last_page(batches: &[BatchSummary]) -> Response<String> {
    let payload = Payload {
        page: Some(Page {
            has_more: false,
            last_id: None,
            batches: batches.to_vec(),
        }),
        ..Payload::default()
    };
    json(200, "{}", payload)
}

/// The API's error envelope.
pub(crate) fn error(code: u16, kind: &str, message: &str) -> Response<String> {
    let body = format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{message}"}}}}"#);
    let payload = Payload {
        kind: Some("error".to_owned()),
        error_type: Some(kind.to_owned()),
        error_message: Some(message.to_owned()),
        ..Payload::default()
    };
    json(code, &body, payload)
}

pub(crate) fn not_found() -> Response<String> {
    error(404, "not_found_error", "no such batch")
}

/// The refusal to delete a batch that has not ended.
pub(crate) fn refused() -> Response<String> {
    error(400, "invalid_request_error", "not yet")
}

pub(crate) fn rate_limited() -> Response<String> {
    error(429, "rate_limit_error", "slower, please")
}

pub(crate) fn overloaded() -> Response<String> {
    error(529, "overloaded_error", "busy")
}

pub(crate) fn with_header(
    mut response: Response<String>,
    name: &str,
    value: &str,
) -> Response<String> {
    response.headers.push(name, value);
    response
}

pub(crate) fn with_end(response: Response<String>, end: BodyEnd) -> Response<String> {
    Response { end, ..response }
}

/// The errors of fetch when a connection breaks, and when it is never made.
pub(crate) fn broken(code: &str) -> Box<Cause> {
    Box::new(Cause {
        name: "TypeError".to_owned(),
        message: "fetch failed".to_owned(),
        code: None,
        cause: Some(Box::new(Cause {
            name: "Error".to_owned(),
            message: format!("socket: {code}"),
            code: Some(code.to_owned()),
            cause: None,
        })),
    })
}

/// No response, for a reason that JavaScript's `fetch` gives.
pub(crate) fn lost<C>(cause: Box<Cause>) -> Event<C> {
    let sent = was_sent(&cause);
    Event::Lost { sent, cause }
}
