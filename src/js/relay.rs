//! The relay at work: reads a page's `Request`, runs `authorize`, sends the request on to the API,
//! and responds.

use crate::js::abort::Signal;
use crate::js::driver::{self, Incoming, Kind, Task, next_turn};
use crate::js::environment::get;
use crate::js::fetch::Io;
use crate::js::functions::Promised;
use crate::js::open_relay::{Relay, opened};
use crate::js::relay_response::{Draft, decorate, preflight, refused};
use crate::js::response::{Body, all_headers};
use crate::js::{batched, options, relay_parts, results};
use crate::options::value::{Encoded, Value};
use js_sys::Function;
use policy::base::error::{Cause, Code, Failure};
use policy::base::headers::Headers;
use policy::base::redact::redact;
use policy::base::strings::concat;
use policy::call::events::{Action, Event};
use policy::http::request::{Method, Request};
use policy::http::response::{BodyEnd, Content, Response};
use policy::options::credentials::Credentials;
use policy::relay::refusal::{self, Refusal};
use policy::relay::rules::{Decision, Forward, PageRequest};
use std::rc::Rc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The headers of the API's response that the page gets to see: those that begin so.
const PASSED: &[&str] = &[
    "content-type",
    "request-id",
    "x-should-retry",
    "retry-after",
    "anthropic-ratelimit-",
];

/// Resolves with the relay's `Response` to a page's `Request`.
#[wasm_bindgen(skip_typescript)]
pub fn relay(resolve: Function, reject: Function, number: u32, request: JsValue) {
    let promised = Promised::new(resolve, reject);
    let Some(relay) = opened(number) else {
        return promised.fail(&Failure::new(Code::Internal, "no such relay".into()));
    };
    driver::start(Box::new(RelayTask {
        relay,
        page: request,
        origin: None,
        forward: None,
        explanation: String::new(),
        secrets: Vec::new(),
        signal: None,
        io: Io::new(0, UPSTREAM, false),
        turn: 0,
        timer: JsValue::UNDEFINED,
        number: 0,
        promised,
    }));
}

const AUTHORIZE: u32 = 0;
const UPSTREAM: u32 = 1;

struct RelayTask {
    relay: Rc<Relay>,
    page: JsValue,
    /// The page's origin, where it is allowed and not the relay's own.
    origin: Option<String>,
    forward: Option<Forward>,
    /// Why the origin of the page is foreign.
    explanation: String,
    /// The secrets that no response may show.
    secrets: Vec<String>,
    /// The page's signal.
    signal: Option<Signal>,
    io: Io,
    /// The turn of the promise of `authorize`, and of its timer.
    turn: u32,
    timer: JsValue,
    number: u32,
    promised: Promised,
}

impl Task for RelayTask {
    fn start(&mut self, number: u32) -> bool {
        self.number = number;
        self.io = Io::new(number, UPSTREAM, false);
        let decision = match self.decide() {
            Ok(decision) => decision,
            Err(thrown) => {
                self.promised.reject(&results::reason(&thrown));
                return false;
            }
        };
        match decision {
            Decision::Refuse(refusal) if *refusal == refusal::FOREIGN => self.refuse_foreign(),
            Decision::Refuse(refusal) => self.refuse(refusal),
            Decision::Preflight(wanted) => self.respond(preflight(&wanted)),
            Decision::Forward(forward) => {
                self.forward = Some(forward);
                self.signal = Signal::from_value(&get(&self.page, "signal"));
                if let Some(signal) = &mut self.signal {
                    if signal.is_aborted() {
                        return self.refuse(&refusal::GONE);
                    }
                    signal.watch(number);
                }
                self.authorize()
            }
        }
    }

    fn handle(&mut self, incoming: Incoming) -> bool {
        if incoming.kind == Kind::Aborted {
            self.io.stop();
            self.release();
            return self.refuse(&refusal::GONE);
        }
        if incoming.channel == AUTHORIZE {
            if incoming.turn != self.turn || self.turn == 0 {
                return true;
            }
            self.turn = 0;
            self.release();
            return match incoming.kind {
                Kind::Fulfilled => self.authorized(&incoming.value),
                Kind::Timer => {
                    let message = "relay: authorize did not settle within timeout".into();
                    self.report(&results::failure(&Failure::new(Code::Timeout, message)));
                    self.refuse(&refusal::NOT_DECIDED)
                }
                _ => self.threw(&incoming.value),
            };
        }
        match self.io.receive(incoming) {
            Some(event) => self.go_on(event),
            None => true,
        }
    }
}

impl RelayTask {
    fn decide(&mut self) -> std::result::Result<Decision, JsValue> {
        let request = relay_parts::visit(&self.page)?;
        let mut request = Encoded(&request);
        let header_bytes = request.number().unwrap_or(u32::MAX) as usize;
        let method = request.text().unwrap_or_default();
        let long;
        let url = match request.value() {
            // Longer than any URL that is of use.
            Some(value) if value.letter == b'L' => {
                long = " ".repeat(4_096);
                &long
            }
            value => value.and_then(Value::text).unwrap_or_default(),
        };
        let headers = Headers::of_lines(request.0.to_owned());
        let header = |name: &str| headers.get(name).map(str::to_owned);
        let rules = &self.relay.rules;
        self.origin = header("origin").filter(|origin| rules.is_allowed(origin));
        let request = PageRequest {
            method: &method,
            url,
            header_bytes,
            header: &header,
        };
        let decision = rules.decide(&request);
        if decision == Decision::Refuse(&refusal::FOREIGN) {
            self.explanation = rules.explain_foreign(&request);
        }
        Ok(decision)
    }

    fn refuse_foreign(&self) -> bool {
        let failure = Failure::new(Code::Permission, concat(&["relay: ", &self.explanation]));
        self.report(&results::failure(&failure));
        self.respond(refused(&refusal::FOREIGN, Some(&self.explanation)))
    }

    fn authorize(&mut self) -> bool {
        let returned = self.relay.authorize.call1(&JsValue::UNDEFINED, &self.page);
        let returned = match returned {
            Ok(returned) => returned,
            Err(thrown) => return self.threw(&thrown),
        };
        self.turn = next_turn();
        let (number, turn) = (self.number, self.turn);
        let ms = i32::try_from(self.relay.settings.timeout).unwrap_or(i32::MAX);
        let begun = batched::wait(ms, number, AUTHORIZE, turn).and_then(|timer| {
            self.timer = timer;
            batched::settle(&returned, number, AUTHORIZE, turn)
        });
        match begun {
            Ok(()) => true,
            Err(thrown) => self.threw(&thrown),
        }
    }

    /// Ends the timer of `authorize`.
    fn release(&mut self) {
        if !self.timer.is_undefined() {
            let _ = batched::release(&self.timer);
            self.timer = JsValue::UNDEFINED;
        }
    }

    fn threw(&self, thrown: &JsValue) -> bool {
        self.failed(&results::reason(thrown))
    }

    fn authorized(&mut self, decision: &JsValue) -> bool {
        match decision.as_bool() {
            Some(true) => {}
            Some(false) => return self.refuse(&refusal::UNAUTHORIZED),
            None if is_response(decision) => {
                return match decorate(decision, self.origin.as_deref(), self.promised.resolver()) {
                    Ok(()) => false,
                    Err(thrown) => self.threw(&thrown),
                };
            }
            None => {
                let kind = "a function that returns true, false or a Response";
                let failure = options::value(decision, |found| {
                    Failure::wrong("authorize", kind, &found.kind())
                });
                return self.failed(&results::failure(&failure));
            }
        }
        match self.relay.settings.credentials {
            Credentials::Function(scheme) => self.perform(&Action::CallForCredential(scheme)),
            _ => self.send(None),
        }
    }

    /// Sends the request on: once, because the page's client retries.
    fn send(&mut self, credential: Option<&str>) -> bool {
        let Some(forward) = self.forward.take() else {
            return self.refuse(&refusal::FAILED);
        };
        let settings = &self.relay.settings;
        let mut headers = Headers::new();
        for (name, value) in settings.headers.iter() {
            if forward.headers.get(name).is_none() {
                headers.push(name, value);
            }
        }
        if let (Credentials::Function(scheme), Some(secret)) = (&settings.credentials, credential) {
            scheme.add(secret, &mut headers);
        }
        for (name, value) in forward.headers.iter() {
            headers.push(name, value);
        }
        let request = Request {
            method: forward.endpoint.method(),
            url: concat(&[settings.base_url.as_str(), &forward.target]),
            headers,
        };
        // The page's signal ends the body, too: a runtime that cancels a stream waits for the next
        // bytes of one that stalls.
        if let Some(signal) = &self.signal {
            self.io.other = signal.as_js().clone();
        }
        // workerd ends a stream of no stated length that fails as if it were whole. The page must know
        // that the response to a deletion was lost: it sends another.
        let is_read_whole = forward.endpoint.method() != Method::Get;
        self.io.unread = (!is_read_whole).then_some(200);
        self.perform(&Action::Send(Box::new(request)))
    }

    fn perform(&mut self, action: &Action<Body>) -> bool {
        let limit = Some(self.relay.settings.timeout);
        match self.io.perform(&self.relay.functions, action, limit) {
            Some(event) => self.go_on(event),
            None => true,
        }
    }

    fn go_on(&mut self, event: Event<Body>) -> bool {
        match event {
            Event::Credential(Ok(secret)) => {
                self.secrets.push(secret.clone());
                self.send(Some(&secret))
            }
            Event::Credential(Err(failure)) => self.failed(&results::failure(&failure)),
            Event::Response(response) => self.responded(&response),
            Event::TimedOut => self.not_reached(Box::default(), Code::Timeout, &refusal::TOO_LATE),
            Event::Lost(cause) => self.lost(cause),
            _ => self.refuse(&refusal::FAILED),
        }
    }

    fn lost(&self, cause: Box<Cause>) -> bool {
        if self.signal.as_ref().is_some_and(Signal::is_aborted) {
            return self.refuse(&refusal::GONE);
        }
        self.not_reached(cause, Code::Connection, &refusal::NOT_REACHED)
    }

    fn not_reached(&self, cause: Box<Cause>, code: Code, refusal: &'static Refusal) -> bool {
        let message = concat(&[refusal.message, ": ", &cause.messages()]);
        let mut failure = Failure::new(code, message).caused_by(cause);
        failure.redact(&self.all_secrets());
        self.report(&results::failure(&failure));
        self.refuse(refusal)
    }

    fn all_secrets(&self) -> [&[String]; 2] {
        [&self.relay.settings.secrets, &self.secrets]
    }

    /// Hands the API's response on. It must not show the key, even if a gateway echoes it: a success
    /// is searched while it streams, and anything else was read before.
    fn responded(&self, response: &Response<Body>) -> bool {
        if let BodyEnd::Broken(cause) = &response.end {
            return self.lost(cause.clone());
        }
        if (300..400).contains(&response.status) || response.status < 200 {
            return self.refuse(&refusal::REDIRECTED);
        }
        let exchange = &response.content.0;
        let handed_on = get(exchange, "response");
        let mut body = JsValue::NULL;
        let mut secrets = String::new();
        // The one success that the API has.
        if self.io.unread == Some(response.status) {
            let stream = get(&handed_on, "body");
            if stream.is_object() {
                body = stream;
                for secret in self.all_secrets().into_iter().flatten() {
                    secrets.extend([secret, "\n"]);
                }
            }
        } else {
            let mut content = response.content.text();
            if !content.is_empty() {
                redact(&mut content, &self.all_secrets(), true);
                body = content.into();
            }
        }
        let Some(found) = all_headers(&handed_on) else {
            return self.lost(Cause::new("TypeError", "the headers can't be read".into()));
        };
        let mut headers = String::new();
        for (name, value) in found.iter() {
            if PASSED.iter().any(|passed| name.starts_with(passed)) {
                let mut value = value.to_owned();
                redact(&mut value, &self.all_secrets(), false);
                headers.extend([name, "\n", &value, "\n"]);
            }
        }
        self.respond(Draft {
            status: response.status,
            headers,
            body,
            secrets,
            length: self.io.length,
        })
    }

    fn refuse(&self, refusal: &Refusal) -> bool {
        self.respond(refused(refusal, None))
    }

    fn respond(&self, draft: Draft) -> bool {
        let made = draft.send(self.origin.as_deref(), self.promised.resolver());
        if let Err(thrown) = made {
            self.promised.reject(&results::reason(&thrown));
        }
        false
    }

    /// Reports a failure to the operator; the page sees no more than that there was one.
    fn failed(&self, rejection: &JsValue) -> bool {
        self.report(rejection);
        self.refuse(&refusal::FAILED)
    }

    fn report(&self, rejection: &JsValue) {
        let _ = self.relay.report.call1(&JsValue::UNDEFINED, rejection);
    }
}

fn is_response(value: &JsValue) -> bool {
    value.is_object() && get(value, "status").as_f64().is_some()
}
