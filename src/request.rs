//! From what is asked for to one HTTP request.

use crate::batch_id::BatchId;
use crate::headers::Headers;
use crate::options::Settings;
use crate::text::text;
use gloo_net::http::Method;

/// The calls on one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation<'a> {
    /// `GET /v1/messages/batches/{id}`
    Retrieve(&'a BatchId),
    /// `POST /v1/messages/batches/{id}/cancel`
    Cancel(&'a BatchId),
    /// `DELETE /v1/messages/batches/{id}`
    Delete(&'a BatchId),
}

impl Operation<'_> {
    /// The batch.
    #[must_use]
    pub fn id(&self) -> &BatchId {
        match self {
            Self::Retrieve(id) | Self::Cancel(id) | Self::Delete(id) => id,
        }
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> Method {
        match self {
            Self::Retrieve(_) => Method::GET,
            Self::Cancel(_) => Method::POST,
            Self::Delete(_) => Method::DELETE,
        }
    }

    /// The path below the base URL.
    #[must_use]
    pub fn path(&self) -> String {
        let action = match self {
            Self::Cancel(_) => "/cancel",
            Self::Retrieve(_) | Self::Delete(_) => "",
        };
        text(&["/v1/messages/batches/", self.id().as_str(), action])
    }

    /// The `type` of the answer's body.
    #[must_use]
    pub fn answer_type(&self) -> &'static str {
        match self {
            Self::Delete(_) => "message_batch_deleted",
            Self::Retrieve(_) | Self::Cancel(_) => "message_batch",
        }
    }
}

/// What is handed to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Headers,
}

impl Request {
    /// Builds the request; `credential` is the header of a credential asked for just now.
    #[must_use]
    pub fn build(
        settings: &Settings,
        operation: Operation<'_>,
        credential: Option<(String, String)>,
    ) -> Self {
        let query = if settings.beta { "?beta=true" } else { "" };
        let mut headers = settings.headers.clone();
        headers.extend(credential);
        Self {
            method: operation.method(),
            url: text(&[settings.base_url.as_str(), &operation.path(), query]),
            headers,
        }
    }
}
