//! An answer before it is sent, and the API's error envelope.

use bytes::Bytes;
use serde_json::{Value, json};

/// Status, headers and body of an answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names and values, in the order in which they are sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: Bytes::from(body.to_string()),
        }
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// The API's error envelope.
    #[must_use]
    pub fn error(status: u16, request_id: &str, message: &str) -> Self {
        Self::json(
            status,
            &json!({
                "type": "error",
                "error": { "type": error_type(status), "message": message },
                "request_id": request_id,
            }),
        )
    }

    /// Adds a header, or replaces that of the same name; `None` removes it.
    pub fn set(&mut self, name: &str, value: Option<String>) {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers
            .extend(value.map(|value| (name.to_owned(), value)));
    }
}

/// The `error.type` of a status, as the API's reference lists them.
#[must_use]
pub fn error_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}
