//! The responses of a relay.

use crate::js::{batched::Caught, relay_parts};
use js_sys::Function;
use policy::base::strings::find;
use policy::relay::refusal::Refusal;
use wasm_bindgen::prelude::JsValue;

/// On every response of the relay.
const ALWAYS: &str = "vary\norigin\ncache-control\nno-store\nx-content-type-options\nnosniff\n";
/// On the responses of the caller's `authorize`, beside `vary`.
const NO_STORE: &str = "cache-control\nno-store\n";
/// Whatever a gateway responds, this origin must not run it.
const SANDBOX: &str = "content-security-policy\nsandbox; default-src 'none'\n";

/// On every response to a page of an allowed origin that is not the relay's own.
const CROSS_ORIGIN: &str = "access-control-allow-credentials\ntrue\n\
                            access-control-expose-headers\n\
                            request-id, x-should-retry, retry-after, retry-after-ms, \
                            anthropic-ratelimit-requests-limit, \
                            anthropic-ratelimit-requests-remaining, \
                            anthropic-ratelimit-requests-reset\n\
                            access-control-allow-origin\n";

/// On the response to a preflight.
const PREFLIGHT: &str = "access-control-allow-methods\nGET, POST, DELETE\n\
                         access-control-max-age\n7200\n";

/// A response that is still to be made.
pub(crate) struct Draft {
    pub(crate) status: u16,
    /// Lines of names and values in turn.
    pub(crate) headers: String,
    pub(crate) body: JsValue,
    /// The secrets that the body must not show, one a line, where it is a stream.
    pub(crate) secrets: String,
    /// The bytes of that stream, where they are known.
    pub(crate) length: Option<u64>,
}

impl Draft {
    /// Resolves with the response. `origin` is the page's, where it is allowed and not the relay's.
    pub(crate) fn send(self, origin: Option<&str>, resolve: &Function) -> Caught<()> {
        let mut headers = self.headers;
        headers.extend([ALWAYS, SANDBOX]);
        if let Some(origin) = origin {
            headers.extend([CROSS_ORIGIN, origin, "\n"]);
        }
        // Of a body that fits into a number.
        #[allow(clippy::cast_precision_loss)]
        let length = self.length.map(|length| length as f64);
        relay_parts::respond(
            &self.body,
            self.status,
            &headers,
            &self.secrets,
            length,
            resolve,
        )
    }
}

/// The response of the caller's `authorize`, with the headers that every response of the relay has.
pub(crate) fn decorate(response: &JsValue, origin: Option<&str>, resolve: &Function) -> Caught<()> {
    let mut headers = String::from(NO_STORE);
    if let Some(origin) = origin {
        headers.extend([CROSS_ORIGIN, origin, "\n"]);
    }
    relay_parts::decorate(response, &headers, resolve)
}

/// The response that a refusal is, with its own message or another one.
pub(crate) fn refused(refusal: &Refusal, message: Option<&str>) -> Draft {
    let mut headers = String::from("content-type\napplication/json\n");
    if !refusal.again {
        headers.push_str("x-should-retry\nfalse\n");
    }
    Draft {
        status: refusal.status,
        headers,
        body: refusal
            .body_saying(message.unwrap_or(refusal.message))
            .into(),
        secrets: String::new(),
        length: None,
    }
}

/// The page may send any header: the relay reads few of them.
pub(crate) fn preflight(wanted: &str) -> Draft {
    let mut headers = String::from(PREFLIGHT);
    let is_list = |byte: u8| byte.is_ascii_alphanumeric() || find("-_, ", byte).is_some();
    if wanted.bytes().all(is_list) {
        headers.extend(["access-control-allow-headers\n", wanted, "\n"]);
    }
    Draft {
        status: 204,
        headers,
        body: JsValue::NULL,
        secrets: String::new(),
        length: None,
    }
}
