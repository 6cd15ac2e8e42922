//! From the value that fetch resolves with to a response that the machines judge.

use crate::js::batched;
use crate::js::environment::get;
use crate::js::names::{self, Names};
use crate::js::options;
use crate::options::value::Encoded;
use policy::base::error::Cause;
use policy::base::headers::Headers;
use policy::base::strings::{concat, parts, whole};
use policy::http::response::{BodyEnd, Content, Payload, Response};
use wasm_bindgen::prelude::JsValue;

/// A body, kept in the exchange that has read it.
#[derive(Clone, Debug)]
pub(crate) struct Body(pub(crate) JsValue);

impl Content for Body {
    fn text(&self) -> String {
        batched::text(&self.0)
    }
}

/// A response without its body, and the body's length, where it is stated.
pub(crate) type Begun = (Box<Response<Body>>, Option<u64>);

/// The headers that say how a body comes.
pub(crate) const BODY_HEADERS: &[&str] = &["content-encoding", "content-length"];

/// Reads the status and the headers; of a success, only the first list of the `wanted` ones, which
/// [`BODY_HEADERS`] follow.
pub(crate) fn begin(
    response: &JsValue,
    exchange: &JsValue,
    wanted: Names,
    is_own_fetch: bool,
) -> Result<Begun, Box<Cause>> {
    let refuse = |found: &str| {
        let message = concat(&["fetch resolved with ", found]);
        Cause::new("TypeError", message)
    };
    let not_a_response = || refuse("something that is not a Response");
    let head =
        batched::head(response, &names::array(wanted), exchange).map_err(|_| not_a_response())?;
    let mut lines = parts(&head, b'\n');
    let status = lines.next().unwrap_or_default();
    let is_sent = status.strip_suffix('u');
    let status = is_sent.unwrap_or(status);
    let is_cors = status.strip_suffix('c');
    let status = whole(is_cors.unwrap_or(status)).filter(|status| *status < 1_000);
    let Some(status) = status.and_then(|status| u16::try_from(status).ok()) else {
        return Err(not_a_response());
    };
    if status == 0 && get(response, "type").as_string().as_deref() != Some("opaqueredirect") {
        return Err(refuse("an error response"));
    }
    let mut headers = Headers::new();
    let mut value = || Some(lines.next()?.strip_prefix('='));
    for name in wanted.first().copied().unwrap_or_default() {
        if let Some(value) = value().ok_or_else(not_a_response)? {
            headers.push(name, value);
        }
    }
    let encoding = value().ok_or_else(not_a_response)?;
    let length = value().ok_or_else(not_a_response)?;
    // Of a look-alike whose headers have several lines.
    if value().is_some() {
        return Err(not_a_response());
    }
    if !(200..300).contains(&status) {
        headers = all_headers(response).ok_or_else(not_a_response)?;
    }
    // Across origins a content-encoding may be hidden, and a response that a function of the caller's
    // has made may lack it (one of the network has a URL). Then the length is not that of the body.
    let is_length = encoding.is_none() && (is_own_fetch || is_sent.is_some()) && is_cors.is_none();
    let length = length.filter(|_| is_length).and_then(whole);
    let response = Box::new(Response {
        status,
        headers,
        content: Body(exchange.clone()),
        payload: None,
        json: false,
        end: BodyEnd::Whole,
        received_at: js_sys::Date::now(),
    });
    Ok((response, length))
}

/// All headers of an object that has some, names in lower case.
pub(crate) fn all_headers(object: &JsValue) -> Option<Headers> {
    batched::headers(object).ok().map(Headers::of_lines)
}

/// Reads the fields of the body that matter: of a success those that identify it, else the error's.
pub(crate) fn read_facts(exchange: &JsValue, response: &mut Response<Body>) {
    let Some(facts) = batched::facts(exchange) else {
        return;
    };
    response.json = true;
    if facts.is_empty() {
        return;
    }
    let mut facts = Encoded(&facts);
    let mut payload = Payload::default();
    if facts.skip(b'[') {
        #[cfg(feature = "jobs")]
        {}
    }
    payload.id = facts.text();
    payload.kind = facts.text();
    payload.processing_status = facts.text();
    let is_success = (200..300).contains(&response.status);
    if !is_success || payload.kind.as_deref() == Some("error") {
        payload.request_id = facts.text();
        payload.error_type = facts.text();
        payload.error_message = facts.text();
        payload.error_code = facts.text();
    }
    response.payload = Some(payload);
}

/// A copy of a thrown value, to a depth that no runtime's errors exceed.
pub(crate) fn cause(thrown: &JsValue) -> Box<Cause> {
    nested_cause(thrown, 5)
}

fn nested_cause(thrown: &JsValue, depth: u32) -> Box<Cause> {
    if !thrown.is_object() {
        let message = match thrown.as_string() {
            Some(text) => text,
            None => options::kind(thrown),
        };
        return Cause::new("Error", message);
    }
    let string = |name| get(thrown, name).as_string();
    let inner = get(thrown, "cause");
    Box::new(Cause {
        name: string("name").unwrap_or_else(|| "Error".into()),
        message: string("message").unwrap_or_default(),
        code: string("code"),
        cause: (inner.is_object() && depth > 0).then(|| nested_cause(&inner, depth - 1)),
    })
}
