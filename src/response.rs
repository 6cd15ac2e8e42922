//! From the string that `receive.js` makes of an exchange to a response that the machines judge.

use crate::options::value::{Encoded, UNDEFINED, Value};
#[cfg(feature = "jobs")]
use js_sys::Date;
#[cfg(feature = "jobs")]
use policy::base::batch::{BatchSummary, Page, State};
use policy::base::error::Cause;
use policy::base::headers::Headers;
use policy::base::time::WallTime;
#[cfg(feature = "jobs")]
use policy::base::timestamp::rfc3339;
use policy::http::response::{
    BodyEnd, Content, MAX_BODY, Payload, REQUEST_ID, Response, SUCCESS_HEADERS,
};
use policy::internal::strings::{concat, find, number};
#[cfg(feature = "relay")]
use policy::relay::reply::STREAMED;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// The parts of an exchange that stay in JavaScript: `newExchange` of `receive.js`.
    #[derive(Clone, Debug)]
    type Exchange;

    /// The body as it was read.
    #[wasm_bindgen(method, getter)]
    fn text(this: &Exchange) -> String;
}

/// A body, which its exchange keeps.
#[derive(Clone, Debug)]
pub(crate) struct Body(JsValue);

#[cfg(feature = "jobs")]
impl Body {
    /// Returns the exchange that keeps the body.
    pub(crate) fn exchange(&self) -> &JsValue {
        &self.0
    }
}

impl Content for Body {
    fn text(&self) -> String {
        self.0.unchecked_ref::<Exchange>().text()
    }
}

/// The limits that hold for every response: the header that states the length of a body, if nothing decodes the
/// body on its way; the header that says that it was encoded, so that its stated length is another one; the `type`
/// of a response whose headers may be hidden; the hundreds of the statuses without a body that is worth reading:
/// redirects, which `fetch` may show as status 0, and interim responses.
const LIMITS: &str = "content-length\ncontent-encoding\ncors\n0 1 3\n";

/// The kinds of [`limits`].
const IN_CALL: u32 = 0;
const IN_JOB: u32 = 1;
const OF_RELAY: u32 = 2;
#[cfg(feature = "relay")]
const OF_STREAM: u32 = 3;

/// Returns the limits by which `receive.js` reads a response, in lines: [`LIMITS`], the most bytes of a body, the
/// status whose body stays unread, the names of the wanted headers. Without a name, all headers are read.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn limits(kind: u32) -> JsValue {
    let wanted = match kind {
        IN_CALL => &[REQUEST_ID][..],
        IN_JOB => SUCCESS_HEADERS,
        OF_RELAY.. => &[],
    };
    #[cfg(feature = "relay")]
    let streamed = (kind == OF_STREAM).then(|| number(STREAMED.into()));
    #[cfg(not(feature = "relay"))]
    let streamed = None::<String>;
    let streamed = streamed.as_deref().unwrap_or("none");
    let mut lines = concat(&[LIMITS, &number(MAX_BODY as u64), "\n", streamed]);
    for name in wanted {
        lines.extend(["\n", name]);
    }
    lines.into()
}

const NO_RESPONSE: &str = "something that is not a Response";

/// Reads a response; the error describes another value that `fetch` has resolved with.
pub(crate) fn read_response(
    detail: &str,
    exchange: JsValue,
) -> Result<Box<Response<Body>>, &'static str> {
    let mut rest = Encoded(detail);
    let status = rest
        .value()
        .and_then(Value::number)
        .filter(|it| *it < 1_000);
    let status = check_status(status, rest.text().as_deref())?;
    let mut response = Box::new(Response {
        status,
        headers: Headers::new(),
        content: Body(exchange),
        payload: None,
        json: false,
        end: BodyEnd::Whole,
        received_at: WallTime::default(),
    });
    read_headers(&mut rest, &mut response).ok_or(NO_RESPONSE)?;
    if rest.skip(b'C') {
        response.end = BodyEnd::TooLarge;
    } else if rest.skip(b'X') {
        response.end = BodyEnd::Broken(cause_of(rest.0));
    } else if rest.skip(b'J') {
        response.json = true;
        response.payload = read_payload(&mut rest, status);
        #[cfg(feature = "jobs")]
        if response
            .payload
            .as_ref()
            .is_some_and(|payload| payload.page.is_some())
        {
            response.received_at = WallTime::exactly(Date::now());
        }
    }
    Ok(response)
}

/// Checks the status and the `type` of the value that `fetch` has resolved with, as JavaScript has them. The error
/// describes a value that is not a response.
fn check_status(status: Option<u32>, kind: Option<&str>) -> Result<u16, &'static str> {
    let status = status.and_then(|status| u16::try_from(status).ok());
    match status.filter(|status| *status < 1_000) {
        None => Err(NO_RESPONSE),
        // A redirect that the runtime hides has status 0; so has an error, which `fetch` never resolves with.
        Some(0) if kind != Some("opaqueredirect") => Err("an error response"),
        Some(status) => Ok(status),
    }
}

fn read_headers(rest: &mut Encoded<'_>, response: &mut Response<Body>) -> Option<()> {
    if rest.skip(b'H') {
        response.received_at = WallTime::exactly(rest.value()?.ms()?);
        for _ in 0..rest.number()? / 2 {
            let (name, value) = (line(rest)?, line(rest)?);
            if let (Some(name), Some(value)) = (name, value) {
                response.headers.push(name, value);
            }
        }
        return Some(());
    }
    let count = rest.number()?;
    for name in SUCCESS_HEADERS.iter().take(count as usize) {
        if let Some(value) = line(rest)? {
            response.headers.push(name, value);
        }
    }
    Some(())
}

/// Reads a string of one line; `None` for another value. A header of an imitated `Response` may have several lines.
#[allow(clippy::option_option)]
fn line<'a>(rest: &mut Encoded<'a>) -> Option<Option<&'a str>> {
    let text = rest.value()?.text();
    let has_lines = text.is_some_and(|text| find(text, b'\n').is_some());
    (!has_lines).then_some(text)
}

/// Reads the fields of a JSON object: the fields that identify a success, then the error's.
fn read_payload(rest: &mut Encoded<'_>, status: u16) -> Option<Payload> {
    if rest.0.is_empty() {
        return None;
    }
    let mut payload = Payload {
        id: rest.text(),
        kind: rest.text(),
        processing_status: rest.text(),
        request_id: rest.text(),
        ..Payload::default()
    };
    if rest.skip(b'E') {
        payload.error_type = rest.text();
        payload.error_message = rest.text();
        payload.error_code = rest.text();
    }
    #[cfg(feature = "jobs")]
    if rest.skip(b'P') {
        payload.page = read_page(rest);
    }
    if (200..300).contains(&status) && payload.kind.as_deref() != Some("error") {
        payload.request_id = None;
    }
    Some(payload)
}

#[cfg(feature = "jobs")]
fn read_page(rest: &mut Encoded<'_>) -> Option<Page> {
    let count = rest.number()?;
    let has_more = rest.value();
    let last_id = rest.text();
    let mut batches = Vec::new();
    for _ in 0..count {
        batches.push(BatchSummary {
            id: rest.text().unwrap_or_default(),
            state: State::read(rest.text().as_deref()),
            created_at: rest.text().as_deref().and_then(rfc3339),
            ended_at: rest.text().as_deref().and_then(rfc3339),
        });
    }
    let is_boolean = has_more.is_some_and(|value| matches!(value.letter, b't' | b'f'));
    is_boolean.then(|| Page {
        has_more: has_more.is_some_and(Value::is_true),
        last_id,
        batches,
    })
}

/// Reads the description of a thrown value: `encodeCauses` of `values.js`.
pub(crate) fn cause_of(detail: &str) -> Box<Cause> {
    let mut rest = Encoded(detail);
    if rest.skip(b'E') {
        return read_cause(&mut rest);
    }
    let thrown = rest.value().unwrap_or(UNDEFINED);
    let message = thrown.text().map_or_else(|| thrown.kind(), str::to_owned);
    Cause::new("Error", message)
}

fn read_cause(rest: &mut Encoded<'_>) -> Box<Cause> {
    Box::new(Cause {
        name: rest.text().unwrap_or_else(|| "Error".into()),
        message: rest.text().unwrap_or_default(),
        code: rest.text(),
        cause: rest.skip(b'E').then(|| read_cause(rest)),
    })
}
