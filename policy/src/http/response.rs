//! Judges one HTTP response: success, or the failure that it means.

use crate::base::batch::Page;
use crate::base::error::{Cause, Code, Failure, FailureBody};
use crate::base::headers::Headers;
use crate::base::redact::{redact, redact_headers};
use crate::base::strings::{concat, is_blank, number, trimmed};
use crate::base::time::WallTime;
use crate::http::rate_limit::{LIMIT, REMAINING};
use crate::http::request::Operation;
use crate::options::batch_id::BatchId;

/// The header with the request's id.
#[doc(hidden)]
pub const REQUEST_ID: &str = "request-id";

/// The header with the time at which the server responded.
pub(crate) const DATE: &str = "date";

/// The headers of a success that are read in a job, whose limiter needs them, and in a list, whose ages count
/// from the last one. A call by itself needs the first one alone.
#[doc(hidden)]
pub const SUCCESS_HEADERS: &[&str] = &[REQUEST_ID, LIMIT, REMAINING, DATE];

/// The most bytes of a body that are read.
pub const MAX_BODY: usize = 1 << 20;

/// The most characters of a body that is not JSON in an error.
const EXCERPT: usize = 1_000;

/// A body, which the driver keeps: only an error reads its string.
pub trait Content {
    /// Returns the body as a string, or the part of it that was read.
    fn text(&self) -> String;
}

impl Content for String {
    fn text(&self) -> String {
        self.clone()
    }
}

/// One response, its body read to the end or to a limit.
#[derive(Clone, Debug)]
pub struct Response<C> {
    /// The HTTP status; 0 for a redirect that the runtime hides.
    pub status: u16,
    /// Names in lower case, and values. A success needs only the headers that [`Response::request_id`] and
    /// [`RateLimit`](crate::http::rate_limit::RateLimit) read.
    pub headers: Headers,
    /// The body.
    pub content: C,
    /// The fields of the body that decide, if it is a JSON object.
    pub payload: Option<Payload>,
    /// True if the body is a whole JSON document.
    pub json: bool,
    /// The end of the body.
    pub end: BodyEnd,
    /// The time of its arrival, for dates in its headers.
    pub received_at: WallTime,
}

/// The end of a body, as the driver read it.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyEnd {
    /// The whole body was read.
    Whole,
    /// The body has more than [`MAX_BODY`] bytes; the rest was not read.
    TooLarge,
    /// The body broke off.
    Broken(Box<Cause>),
}

/// The fields of a JSON body that decide.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    /// `id`
    pub id: Option<String>,
    /// `type`
    pub kind: Option<String>,
    /// `processing_status`
    pub processing_status: Option<String>,
    /// `error.type`
    pub error_type: Option<String>,
    /// `error.message`
    pub error_message: Option<String>,
    /// `error.details.error_code`
    pub error_code: Option<String>,
    /// `request_id`
    pub request_id: Option<String>,
    /// `data`, `has_more` and `last_id` of a list
    pub page: Option<Page>,
}

/// The meaning of a response.
#[derive(Debug)]
pub enum Verdict {
    /// The response to the call.
    Done,
    /// Any other response, as a failure, and its kind.
    Failed(Box<Failure>, FailureKind),
}

/// The kind of a failure, which decides about a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// Another attempt would end the same way.
    Final,
    /// The status and the headers decide about another attempt.
    Status,
    /// The response broke off.
    Broken,
}

impl<C: Content> Response<C> {
    /// Returns the request's id: the header, else the envelope's.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.headers
            .get(REQUEST_ID)
            .or_else(|| self.payload.as_ref()?.request_id.as_deref())
    }

    /// Removes secrets from the request's id: a server may echo a header in it.
    pub(crate) fn redact_request_id(&mut self, secrets: &[&[String]]) {
        redact_headers(&mut self.headers, secrets);
        let payload = self.payload.as_mut();
        if let Some(id) = payload.and_then(|payload| payload.request_id.as_mut()) {
            redact(id, secrets, false);
        }
    }

    /// Judges the response to an operation.
    #[must_use]
    pub fn judge(&self, operation: Operation<'_>) -> Verdict {
        // A 404 also depends on its body: only the API's own envelope says that the batch does not exist.
        if let (200..=299 | 404, BodyEnd::Broken(cause)) = (self.status, &self.end)
            && self.code(self.status) != Code::NotFound
        {
            let problem = concat(&["the response broke off: ", &cause.messages()]);
            let failure = self.failure(operation, Code::Connection, &problem);
            return Verdict::Failed(failure.caused_by(cause.clone()), FailureKind::Broken);
        }
        match self.status {
            0 | 300..=399 if self.status != 304 => Verdict::Failed(
                self.failure(
                    operation,
                    Code::Redirect,
                    "a redirect, which is not followed: it could hand the key to another server",
                ),
                FailureKind::Final,
            ),
            200..=299 => match &self.end {
                BodyEnd::TooLarge => {
                    let mut failure = self.invalid(operation, "a body larger than 1 MiB");
                    failure.too_large = true;
                    Verdict::Failed(failure, FailureKind::Final)
                }
                BodyEnd::Whole if self.is_response_to(operation) => Verdict::Done,
                BodyEnd::Whole if self.is_cut_off() => Verdict::Failed(
                    self.failure(
                        operation,
                        Code::Connection,
                        "the response broke off: its JSON is cut",
                    ),
                    FailureKind::Broken,
                ),
                BodyEnd::Whole | BodyEnd::Broken(_) => Verdict::Failed(
                    self.invalid(operation, self.content_found()),
                    FailureKind::Final,
                ),
            },
            100..=199 => Verdict::Failed(
                self.failure(
                    operation,
                    Code::Connection,
                    "an interim response, which no final one followed",
                ),
                FailureKind::Broken,
            ),
            status => Verdict::Failed(
                self.failure(operation, self.code(status), ""),
                FailureKind::Status,
            ),
        }
    }

    fn is_response_to(&self, operation: Operation<'_>) -> bool {
        let Some(payload) = &self.payload else {
            return false;
        };
        let is_of = |kind: &str, id: &BatchId| {
            payload.kind.as_deref() == Some(kind) && payload.id.as_deref() == Some(id.as_str())
        };
        match operation {
            Operation::List { .. } => payload.page.is_some(),
            Operation::Delete(id) => is_of("message_batch_deleted", id),
            Operation::Retrieve(id) | Operation::Cancel(id) => {
                is_of("message_batch", id) && payload.processing_status.is_some()
            }
        }
    }

    /// Returns whether the body begins as a JSON object and does not end as one. A proxy may end a response
    /// cleanly although its own connection broke.
    fn is_cut_off(&self) -> bool {
        if self.json {
            return false;
        }
        let content = self.content.text();
        let content = trimmed(&content);
        content.starts_with('{') && !content.ends_with('}')
    }

    fn content_found(&self) -> &'static str {
        match &self.payload {
            Some(payload) if payload.kind.as_deref() == Some("error") => "an error",
            Some(payload) if payload.id.is_some() && payload.kind.is_some() => {
                "something else, or of another batch"
            }
            Some(_) => "another JSON object",
            None if self.json => "JSON that is not an object",
            None if is_blank(&self.content.text()) => "an empty body",
            None => "a body that is not JSON",
        }
    }

    fn invalid(&self, operation: Operation<'_>, found: &str) -> Box<Failure> {
        let problem = concat(&["not the response to this call but ", found]);
        self.failure(operation, Code::InvalidResponse, &problem)
    }

    /// Returns the code of an error status. A 404 means a missing batch only in the API's own envelope: an
    /// ingress, a wrong path or a relay without that route also send a 404.
    fn code(&self, status: u16) -> Code {
        match status {
            400 => Code::BadRequest,
            401 => Code::Authentication,
            403 => Code::Permission,
            404 if self.is_error("not_found_error") => Code::NotFound,
            409 => Code::Conflict,
            429 => Code::RateLimit,
            500.. => Code::Server,
            _ => Code::Http,
        }
    }

    /// Returns whether the body is the API's error envelope with that `error.type`.
    fn is_error(&self, error_type: &str) -> bool {
        self.payload.as_ref().is_some_and(|payload| {
            payload.kind.as_deref() == Some("error")
                && payload.error_type.as_deref() == Some(error_type)
        })
    }

    fn failure(&self, operation: Operation<'_>, code: Code, problem: &str) -> Box<Failure> {
        let payload = self.payload.as_ref();
        let error_type = payload.and_then(|payload| payload.error_type.as_deref());
        let error_message = payload.and_then(|payload| payload.error_message.as_deref());
        let request_id = self.request_id().map(str::to_owned);
        let mut message = concat(&[operation.method().as_str(), " ", &operation.path(), ":"]);
        if self.status > 0 {
            message.extend([" ", &number(self.status.into())]);
        }
        let parts = match (problem, error_type, error_message) {
            ("", Some(kind), Some(given)) => [" ", kind, ": ", given],
            ("", Some(given), None) | ("", None, Some(given)) => [" ", given, "", ""],
            ("", None, None) => [" without the API's error envelope", "", "", ""],
            (problem, _, None) => [" ", problem, "", ""],
            (problem, _, Some(given)) => [" ", problem, ": ", given],
        };
        message.extend(parts);
        if let Some(id) = &request_id {
            message.extend([" (request id: ", id, ")"]);
        }
        let text = self.content.text();
        let mut failure = Failure::new(code, message);
        failure.status = Some(self.status).filter(|status| *status > 0);
        failure.api_type = error_type.map(str::to_owned);
        failure.api_message = error_message.map(str::to_owned);
        failure.error_code = payload.and_then(|payload| payload.error_code.clone());
        failure.request_id = request_id;
        failure.headers = Some(self.headers.clone());
        failure.body = (!text.is_empty()).then(|| FailureBody {
            text: if self.json {
                text
            } else {
                text.chars().take(EXCERPT).collect()
            },
            json: self.json,
        });
        failure
    }
}

/// Returns the failure of an attempt without a response.
#[must_use]
pub fn lost_attempt(operation: Operation<'_>, code: Code, problem: &str) -> Box<Failure> {
    Failure::new(
        code,
        concat(&[
            operation.method().as_str(),
            " ",
            &operation.path(),
            ": ",
            problem,
        ]),
    )
}
