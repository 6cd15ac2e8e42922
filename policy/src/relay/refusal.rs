//! The relay's own errors.

use crate::base::strings::concat;

/// An error of the relay's own. Its strings are fixed, except the origin of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The `error.type`.
    pub kind: &'static str,
    /// The `error.message`.
    pub message: &'static str,
    /// True if the same request may work at another time.
    pub again: bool,
}

impl Refusal {
    /// Returns the body with a message, in the API's envelope. The strings hold nothing that JSON escapes.
    #[must_use]
    pub fn body_saying(&self, message: &str) -> String {
        concat(&[
            r#"{"type":"error","error":{"type":""#,
            self.kind,
            r#"","message":"relay: "#,
            message,
            r#""}}"#,
        ])
    }
}

/// Every refusal, in a table: code that points at one is smaller than code that makes one.
macro_rules! refusals {
    ($($name:ident = $status:literal $kind:ident $again:ident: $message:literal;)+) => {
        $(
            #[doc = $message]
            pub static $name: Refusal = Refusal {
                status: $status,
                kind: stringify!($kind),
                message: $message,
                again: refusals!($again),
            };
        )+
    };
    (final) => { false };
    (again) => { true };
}

refusals! {
    LONG_URL = 414 invalid_request_error final: "the URL is too long";
    LARGE_HEADERS = 431 invalid_request_error final: "the headers are too large";
    FOREIGN = 403 permission_error final: "the origin of this request is not allowed";
    NO_ROUTE = 404 route_error final: "no such route";
    NO_METHOD = 405 invalid_request_error final: "not a method of this route";
    NOT_ALLOWED = 403 permission_error final: "this call is not allowed here";
    OVERRIDDEN = 400 invalid_request_error final: "a method can't be overridden";
    HAS_BODY = 400 invalid_request_error final: "this request must not have a body";
    BAD_QUERY = 400 invalid_request_error final: "a parameter is not valid";
    BAD_BETAS = 400 invalid_request_error final: "anthropic-beta is not valid";
    BAD_WORKSPACE = 403 permission_error final: "this workspace is not allowed here";
    UNAUTHORIZED = 403 permission_error final: "you are not allowed to do this";
    NOT_DECIDED = 504 timeout_error again: "it was not decided in time who may do this";
    GONE = 499 api_error final: "the page gave up";
    FAILED = 500 api_error again: "it failed";
    NOT_SET_UP = 500 api_error final: "it is not set up";
    NOT_REACHED = 502 api_error again: "the API can't be reached";
    REDIRECTED = 502 api_error final: "the API responded with a redirect";
    TOO_LATE = 504 timeout_error again: "the API did not respond in time";
}
