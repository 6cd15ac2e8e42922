//! Makes a relay's responses, or hands JavaScript the parts of one.

use crate::border::action;
use gloo_net::http::{Headers, ResponseBuilder};
use policy::relay::reply::{Draft, DraftBody};
use wasm_bindgen::prelude::JsValue;

/// Respond with `value`.
const RESPOND: u32 = 23;
/// Respond with the status `ms`, the body `value` and the lines of headers `more`.
const HAND_ON: u32 = 24;
/// The same with the body of the last exchange, in which the lines `value` are masked.
const HAND_ON_STREAMED: u32 = 25;

/// Makes a response of the relay's own. Its status and headers are checked, so that this can't fail.
pub(crate) fn respond(number: u32, draft: &Draft) -> JsValue {
    let headers = Headers::new();
    for (name, value) in draft.headers.iter() {
        headers.append(name, value);
    }
    let body = match &draft.body {
        DraftBody::Whole(text) => Some(text.as_str()),
        DraftBody::Empty | DraftBody::Streamed => None,
    };
    let builder = ResponseBuilder::new().status(draft.status).headers(headers);
    let made = builder.body(body).map(web_sys::Response::from);
    let made = made.map_or(JsValue::UNDEFINED, JsValue::from);
    action(number, RESPOND, -1, &made, &JsValue::UNDEFINED)
}

/// Has JavaScript hand the API's response on. `secrets` are masked in a body that streams, one a line.
pub(crate) fn hand_on(number: u32, draft: Draft, secrets: &str) -> JsValue {
    let (kind, body) = match draft.body {
        DraftBody::Empty => (HAND_ON, JsValue::NULL),
        DraftBody::Whole(text) => (HAND_ON, text.into()),
        DraftBody::Streamed => (HAND_ON_STREAMED, secrets.into()),
    };
    let lines = draft.headers.lines().into();
    action(number, kind, draft.status.into(), &body, &lines)
}
