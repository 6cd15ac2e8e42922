//! The relay's responses to a page: the status, the headers and the body of each.

use crate::base::headers::Headers;
use crate::base::redact::redact;
use crate::base::strings::{concat, find};
use crate::http::response::{Content, Response};
use crate::relay::refusal::Refusal;

/// The status of the API's success. The body of one that is a list or a batch is handed on while it arrives.
pub const STREAMED: u16 = 200;

/// The prefixes of the API's headers that a page gets, because a client acts on them.
const PASSED: &[&str] = &[
    "content-type",
    "request-id",
    "x-should-retry",
    "retry-after",
    "anthropic-ratelimit-",
];

/// The headers of every response of the relay. This origin must not run a gateway's response.
const ALWAYS: &str = "vary\norigin\ncache-control\nno-store\nx-content-type-options\nnosniff\n\
                      content-security-policy\nsandbox; default-src 'none'\n";

/// On a response of the caller's `authorize`: added to its values of the header, and instead of them.
const ADDED: &str = "vary\norigin\n";
const REPLACED: &str = "cache-control\nno-store\n";

/// On every response to a page of an allowed origin that is not the relay's own.
const CROSS_ORIGIN: &str = "access-control-allow-credentials\ntrue\n\
                            access-control-expose-headers\n\
                            request-id, x-should-retry, retry-after, retry-after-ms, \
                            anthropic-ratelimit-requests-limit, \
                            anthropic-ratelimit-requests-remaining, \
                            anthropic-ratelimit-requests-reset\n\
                            access-control-allow-origin\n";

/// On the response to a preflight. Browsers repeat a preflight after at most two hours.
const PREFLIGHT: &str = "access-control-allow-methods\nGET, POST, DELETE\n\
                         access-control-max-age\n7200\n";

/// On a refusal.
const JSON: &str = "content-type\napplication/json\n";
const FINAL: &str = "x-should-retry\nfalse\n";

/// A response that the driver makes.
#[derive(Debug, PartialEq, Eq)]
pub struct Draft {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: DraftBody,
}

/// The body of a [`Draft`].
#[derive(Debug, PartialEq, Eq)]
pub enum DraftBody {
    /// None.
    Empty,
    /// This string.
    Whole(String),
    /// The body of the API's response, masked by [`mask_part`](crate::relay::masking::mask_part) while it
    /// arrives.
    Streamed,
}

/// The headers that the caller's own response gets.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoration {
    /// Set.
    pub replaced: Headers,
    /// Added to the values that the header has.
    pub added: Headers,
}

fn finish(mut lines: String, origin: Option<&str>) -> Headers {
    if let Some(origin) = origin {
        lines.extend([CROSS_ORIGIN, origin, "\n"]);
    }
    Headers::of_lines(lines)
}

fn draft(status: u16, lines: &str, body: DraftBody, origin: Option<&str>) -> Draft {
    Draft {
        status,
        headers: finish(concat(&[lines, ALWAYS]), origin),
        body,
    }
}

/// Drafts a refusal, with its own message or another one. `origin` is the page's, if it is allowed and not
/// the relay's own.
#[must_use]
pub fn refusal(refusal: &Refusal, message: Option<&str>, origin: Option<&str>) -> Draft {
    let lines = concat(&[JSON, if refusal.again { "" } else { FINAL }]);
    let body = refusal.body_saying(message.unwrap_or(refusal.message));
    draft(refusal.status, &lines, DraftBody::Whole(body), origin)
}

/// Drafts the response to a preflight. The page may send any header: the relay reads few of them.
#[must_use]
pub fn preflight(wanted: &str, origin: Option<&str>) -> Draft {
    let is_list = |byte: u8| byte.is_ascii_alphanumeric() || find("-_, ", byte).is_some();
    let mut lines = String::from(PREFLIGHT);
    if wanted.bytes().all(is_list) {
        lines.extend(["access-control-allow-headers\n", wanted, "\n"]);
    }
    draft(204, &lines, DraftBody::Empty, origin)
}

/// Drafts the API's response for the page, without the secrets that a gateway may echo. `streams`: the body
/// of a success is unread.
#[must_use]
pub fn from_api<C: Content>(
    response: &Response<C>,
    streams: bool,
    secrets: &[&[String]],
    origin: Option<&str>,
) -> Draft {
    let body = if streams && response.status == STREAMED {
        DraftBody::Streamed
    } else {
        let mut text = response.content.text();
        redact(&mut text, secrets, true);
        if text.is_empty() {
            DraftBody::Empty
        } else {
            DraftBody::Whole(text)
        }
    };
    let mut lines = String::new();
    for (name, value) in response.headers.iter() {
        if PASSED.iter().any(|passed| name.starts_with(passed)) {
            let mut value = value.to_owned();
            redact(&mut value, secrets, false);
            lines.extend([name, "\n", &value, "\n"]);
        }
    }
    draft(response.status, &lines, body, origin)
}

/// Returns the headers that the response of the caller's `authorize` gets.
#[must_use]
pub fn decoration(origin: Option<&str>) -> Decoration {
    Decoration {
        replaced: finish(REPLACED.into(), origin),
        added: Headers::of_lines(ADDED.into()),
    }
}
