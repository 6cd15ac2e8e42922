//! Reads a response from the bytes of its body, by `serde_json`.

use crate::base::batch::{BatchSummary, Page, State};
use crate::base::headers::Headers;
use crate::base::time::WallTime;
use crate::base::timestamp::rfc3339;
use crate::http::response::{BodyEnd, MAX_BODY, Payload, Response};
use serde_json::{Map, Value};

impl Response<String> {
    /// Reads a response whose body has ended or has reached the limit: read at most one byte more than
    /// [`MAX_BODY`], so that a larger body is seen as such.
    ///
    /// If the body broke off, set [`Response::end`] to [`BodyEnd::Broken`] afterwards. Do not follow a
    /// redirect: pass it as a response.
    ///
    /// ```
    /// use delete_message_batch_policy::{Response, WallTime};
    ///
    /// let headers = [("Request-Id", "req_1"), ("content-type", "application/json")];
    /// let body = br#"{"id":"msgbatch_1","type":"message_batch_deleted"}"#;
    /// let response = Response::read(200, headers, body, WallTime::default());
    /// assert_eq!(response.request_id(), Some("req_1"));
    /// ```
    #[must_use]
    pub fn read<'a>(
        status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: &[u8],
        received_at: WallTime,
    ) -> Self {
        let is_too_large = body.len() > MAX_BODY;
        let read = body.get(..MAX_BODY).unwrap_or(body);
        let content = String::from_utf8_lossy(read);
        let content = content.strip_prefix('\u{feff}').unwrap_or(&content);
        let document = (!is_too_large).then(|| serde_json::from_str::<Value>(content));
        let document = document.and_then(Result::ok);
        let is_success = (200..300).contains(&status);
        Self {
            status,
            headers: joined(headers),
            content: content.to_owned(),
            json: document.is_some(),
            payload: match document {
                Some(Value::Object(object)) => Some(payload(&object, is_success)),
                _ => None,
            },
            end: if is_too_large {
                BodyEnd::TooLarge
            } else {
                BodyEnd::Whole
            },
            received_at,
        }
    }
}

/// Returns the headers, names in lower case. The values of a repeated name are joined, as fetch joins them.
fn joined<'a>(given: impl IntoIterator<Item = (&'a str, &'a str)>) -> Headers {
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, value) in given {
        // HTTP allows no line feed in either.
        if name.contains('\n') || value.contains('\n') {
            continue;
        }
        let name = name.to_ascii_lowercase();
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, before)) => before.extend([", ", value]),
            None => all.push((name, value.to_owned())),
        }
    }
    let mut headers = Headers::new();
    for (name, value) in all {
        headers.push(&name, &value);
    }
    headers
}

/// Returns the fields that decide: the identity of a success, or the error.
fn payload(object: &Map<String, Value>, is_success: bool) -> Payload {
    let mut payload = Payload {
        id: string(object, "id"),
        kind: string(object, "type"),
        processing_status: string(object, "processing_status"),
        page: page(object),
        ..Payload::default()
    };
    if !is_success || payload.kind.as_deref() == Some("error") {
        let error = object.get("error").and_then(Value::as_object);
        let details = error.and_then(|error| error.get("details")?.as_object());
        payload.request_id = string(object, "request_id");
        payload.error_type = error.and_then(|error| string(error, "type"));
        payload.error_message = error.and_then(|error| string(error, "message"));
        payload.error_code = details.and_then(|details| string(details, "error_code"));
    }
    payload
}

/// Reads a list. An entry that is not a batch has an empty id.
fn page(object: &Map<String, Value>) -> Option<Page> {
    let summary = |batch: &Value| {
        let string = |name: &str| batch.get(name)?.as_str();
        let time = |name| string(name).and_then(rfc3339);
        BatchSummary {
            id: string("id").unwrap_or_default().to_owned(),
            state: State::read(string("processing_status")),
            created_at: time("created_at"),
            ended_at: time("ended_at"),
        }
    };
    let batches = object.get("data")?.as_array()?;
    Some(Page {
        has_more: object.get("has_more")?.as_bool()?,
        last_id: string(object, "last_id"),
        batches: batches.iter().map(summary).collect(),
    })
}

fn string(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}
