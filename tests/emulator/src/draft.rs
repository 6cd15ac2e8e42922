//! A response before it is sent, and the API's error envelope.

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::json;

/// The header that every response carries.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Status, headers and body of a response.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Draft {
    /// A response with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        // The documents of the emulator have string keys and finite numbers, so this can't fail.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::with(status, "application/json", body)
    }

    /// A response with a body of that type.
    #[must_use]
    pub fn with(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut draft = Self::empty(status);
        let content_type = HeaderValue::from_static(content_type);
        draft.headers.insert(CONTENT_TYPE, content_type);
        draft.body = body.into();
        draft
    }

    /// A response without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: HeaderMap::with_capacity(8),
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

    /// Adds a header of the emulator's own making, or replaces that of the same name.
    pub fn set(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
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
