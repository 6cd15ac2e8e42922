//! `createRelay`. `pkg/run/relay.js` is its loop.

use crate::border::{
    Given, OPEN, REPORTED, SEND, action, begin, plain, read_event, read_request, timer, with_value,
};
use crate::environment;
use crate::options::relay::rules;
use crate::options::table::Options;
use crate::options::value::{Encoded, UNDEFINED};
use crate::report;
use crate::request::{Caller, send};
use crate::response::Body;
use gloo_net::http::{Headers as PageHeaders, ResponseBuilder};
use policy::base::error::Result;
use policy::base::headers::Headers;
use policy::call::events::Action;
use policy::internal::strings::split;
use policy::relay::reply::{Decoration, Draft, DraftBody};
use policy::relay::rules::PageRequest;
use policy::relay::visit::{Relay, Visit, VisitAction, VisitEvent};
use std::sync::Arc;
use wasm_bindgen::prelude::JsValue;

/// An event of a relay: a page's request, which the lines of [`Visiting::start`] describe. The first action of its visit
/// is returned, which is an operation of its own.
pub(crate) const VISITED: u32 = 22;
/// After [`AUTHORIZE`]. The detail is the value that the caller's function has returned, and its `status`.
const AUTHORIZED: u32 = 15;
/// After [`AUTHORIZE`]: the function has thrown. After [`DECORATE`]: its response can't be used.
const THREW: u32 = 16;
/// The page no longer waits. JavaScript has aborted the request.
const LEFT: u32 = 17;

/// Call the caller's `authorize`, and await its result for `ms`.
const AUTHORIZE: u32 = 20;
/// As [`SEND`], but a success has its body unread.
const STREAM: u32 = 21;
/// Report an error of the data `value` to the operator; without a value, the one that was thrown.
const REPORT_ERROR: u32 = 22;
/// Respond with `value`.
const RESPOND: u32 = 23;
/// Respond with the status `ms`, the body `value` and the lines of headers `more`.
const HAND_ON: u32 = 24;
/// The same with the body of the last exchange, in which the lines `value` are masked.
const HAND_ON_STREAMED: u32 = 25;
/// Respond with the response of `authorize`. Set the lines of headers `value`, and add the lines `more`.
const DECORATE: u32 = 26;

/// A relay and its caller's functions. A visit outlives its relay.
pub(crate) struct Opened {
    relay: Arc<Relay>,
    caller: Caller,
}

/// A visit that has not ended.
pub(crate) struct Visiting {
    visit: Visit,
    opened: Arc<Opened>,
}

impl Opened {
    pub(crate) fn read(options: &Options<'_>, kept: &JsValue) -> Result<Self> {
        let rules = rules(options)?;
        let (settings, caller) = read_request(options, kept)?;
        let relay = Arc::new(Relay { rules, settings });
        Ok(Self { relay, caller })
    }
}

impl Visiting {
    pub(crate) fn new(opened: Arc<Opened>) -> Self {
        let visit = Visit::new(Arc::clone(&opened.relay));
        Self { visit, opened }
    }

    pub(crate) fn step(&mut self, number: u32, given: Given<'_>) -> JsValue {
        let event: VisitEvent<'_, Body> = match given.event {
            OPEN => return self.start(number, given.detail),
            AUTHORIZED => read_decision(given.detail),
            THREW => VisitEvent::Threw,
            LEFT => VisitEvent::Left,
            REPORTED => VisitEvent::Reported,
            _ => VisitEvent::Io(read_event(given, &self.opened.caller)),
        };
        self.advance(number, event)
    }

    /// `request` has lines: the method, the URL, then names and values of headers.
    fn start(&mut self, number: u32, request: &str) -> JsValue {
        let (method, rest) = split(request, b'\n').unwrap_or_default();
        let (url, lines) = split(rest, b'\n').unwrap_or_default();
        let headers = Headers::of_lines(lines.to_owned());
        let header_bytes = headers.iter().map(|(name, value)| name.len() + value.len());
        let request = PageRequest {
            method,
            url,
            header_bytes: header_bytes.sum(),
            header: &|name| headers.get(name).map(str::to_owned),
        };
        self.advance(number, VisitEvent::Started(&request))
    }

    fn advance(&mut self, number: u32, event: VisitEvent<'_, Body>) -> JsValue {
        let next = self.visit.handle(event);
        perform(number, self, next)
    }
}

fn read_decision(detail: &str) -> VisitEvent<'_, Body> {
    let mut rest = Encoded(detail);
    let returned = rest.value().unwrap_or(UNDEFINED);
    let status = rest.value().unwrap_or(UNDEFINED);
    match returned.letter {
        b't' | b'f' => VisitEvent::Authorized(returned.is_true()),
        b'O' if status.letter == b'#' => VisitEvent::Responded,
        _ => VisitEvent::NotDecided(returned.kind()),
    }
}

fn perform(number: u32, visiting: &Visiting, next: VisitAction) -> JsValue {
    let Opened { relay, caller } = &*visiting.opened;
    let timeout = relay.settings.timeout();
    let ms = timer(timeout);
    match next {
        VisitAction::Authorize => plain(number, AUTHORIZE, ms),
        VisitAction::CallForCredential(scheme) => {
            let call = Action::CallForCredential(scheme);
            begin(number, call, Some(timeout), "", caller)
        }
        VisitAction::Send { request, streams } => {
            let (promise, controller) = send(&request, caller, environment::takes_cache());
            let kind = if streams { STREAM } else { SEND };
            action(number, kind, ms, &promise, &controller)
        }
        VisitAction::Report(failure) => {
            with_value(number, REPORT_ERROR, &report::failure(&failure))
        }
        VisitAction::ReportThrown => plain(number, REPORT_ERROR, -1),
        VisitAction::Respond(draft) => respond(number, &draft),
        VisitAction::HandOn(draft) => hand_on(number, draft, &visiting.visit.secrets()),
        VisitAction::Decorate(Decoration { replaced, added }) => {
            let (replaced, added) = (replaced.lines().into(), added.lines().into());
            action(number, DECORATE, -1, &replaced, &added)
        }
    }
}

/// Makes a response of the relay's own. Its status and headers are checked, so that this can't fail.
fn respond(number: u32, draft: &Draft) -> JsValue {
    let headers = PageHeaders::new();
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
    with_value(number, RESPOND, &made)
}

/// Has JavaScript hand the API's response on. `secrets` are masked in a body that streams, one a line.
fn hand_on(number: u32, draft: Draft, secrets: &str) -> JsValue {
    let (kind, body) = match draft.body {
        DraftBody::Empty => (HAND_ON, JsValue::NULL),
        DraftBody::Whole(text) => (HAND_ON, text.into()),
        DraftBody::Streamed => (HAND_ON_STREAMED, secrets.into()),
    };
    let lines = draft.headers.lines().into();
    action(number, kind, draft.status.into(), &body, &lines)
}
