//! The relay at work: reads a page's `Request`, asks `authorize`, then the API, and answers a
//! `Response`.

use crate::base::error::{Cause, Code, Failure, Result};
use crate::base::redact::redact;
use crate::base::strings::{find, text};
use crate::call::machine::{Clock, Transport};
use crate::call::race::race;
use crate::http::request::Request;
use crate::http::response::{Content, End};
use crate::js::abort::Signal;
use crate::js::clock::JsClock;
use crate::js::environment::get;
use crate::js::event_loop::{promise, settled};
use crate::js::fetch::{InFlight, Reply, ReplyHeaders, cause, read_answer};
use crate::js::options;
use crate::js::results;
use crate::js::words::word;
use crate::options::credentials::Credentials;
use crate::relay::policy::{Asked, Decision, Forward, Rules};
use crate::relay::refusal::{self, Refusal};
use js_sys::{Function, JsString, Object, Promise};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type Response;

    #[wasm_bindgen(constructor, catch)]
    fn new(body: &JsValue, init: &Object) -> std::result::Result<Response, JsValue>;
}

type Responded = std::result::Result<JsValue, JsValue>;
type Refused<T> = std::result::Result<T, &'static Refusal>;

/// What of the API's answer the page gets to see: headers that begin so.
const PASSED: &[&str] = &[
    "content-type",
    "request-id",
    "x-should-retry",
    "retry-after",
    "anthropic-ratelimit-",
];

/// On every answer of the relay's.
const ALWAYS: &[(&str, &str)] = &[
    ("vary", "origin"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    // Whatever a gateway answers, this origin must not run it.
    ("content-security-policy", "sandbox; default-src 'none'"),
];

/// On every answer to a page of an allowed origin that is not the relay's own.
const CROSS_ORIGIN: &[(&str, &str)] = &[
    ("access-control-allow-credentials", "true"),
    (
        "access-control-expose-headers",
        "request-id, x-should-retry, retry-after, retry-after-ms, \
         anthropic-ratelimit-requests-limit, anthropic-ratelimit-requests-remaining, \
         anthropic-ratelimit-requests-reset",
    ),
];

/// On the answer to a preflight.
const PREFLIGHT: &[(&str, &str)] = &[
    ("access-control-allow-methods", "GET, POST, DELETE"),
    ("access-control-max-age", "7200"),
];

/// A relay: its options, found valid.
struct Relay {
    rules: Rules,
    request: Box<options::Request>,
    authorize: Function,
    report: Function,
}

/// An answer to the page that is still to be made a `Response`.
struct Draft {
    status: u16,
    headers: Object,
    body: JsValue,
}

/// Makes the function that answers requests. `report` is told of what a page must not see.
pub(crate) fn create(options: &JsValue, report: Function) -> Result<JsValue> {
    let (request, rules, authorize) = options::read_relay(options)?;
    let relay = Rc::new(Relay {
        rules,
        request,
        authorize,
        report,
    });
    let handle = move |request: JsValue| {
        let relay = Rc::clone(&relay);
        promise(Box::pin(async move { relay.answer(&request).await }))
    };
    // Given to the caller for good: a relay lives as long as its server.
    Ok(Closure::<dyn Fn(JsValue) -> Promise>::new(handle).into_js_value())
}

impl Relay {
    async fn answer(&self, request: &JsValue) -> Responded {
        let page_headers: ReplyHeaders = get(request, "headers").unchecked_into();
        let header = |name: &str| page_headers.get(&word(name)).ok()?.as_string();
        let mut header_bytes = 0;
        page_headers.for_each(&mut |value, name| {
            header_bytes += length(&name) + length(&value);
        })?;
        let decision = self.rules.decide(&Asked {
            method: &get(request, "method").as_string().unwrap_or_default(),
            url: &get(request, "url").as_string().unwrap_or_default(),
            header_bytes,
            header: &header,
        });
        let outcome = match decision {
            Decision::Refuse(refusal) => Err(refusal),
            Decision::Preflight(wanted) => Ok(preflight(&wanted).into()),
            Decision::Forward(forward) => self.forward(request, forward).await,
        };
        let draft = match outcome {
            Ok(Outcome::Draft(draft)) => draft,
            Ok(Outcome::Authorize(response)) => return Ok(response),
            Err(refusal) => refused(refusal),
        };
        put(&draft.headers, ALWAYS);
        if let Some(origin) = header("origin").filter(|origin| self.rules.is_allowed(origin)) {
            put(&draft.headers, CROSS_ORIGIN);
            put(&draft.headers, &[("access-control-allow-origin", &origin)]);
        }
        let init = Object::new();
        results::set(&init, "status", &draft.status.into());
        results::set(&init, "headers", &draft.headers);
        Ok(Response::new(&draft.body, &init)?.into())
    }

    /// Asks whether the visitor may, then the API: once, because the page's client retries.
    async fn forward(&self, page: &JsValue, forward: Forward) -> Refused<Outcome> {
        let answer = settled(self.authorize.call1(&JsValue::UNDEFINED, page)).await;
        let answer = answer.map_err(|thrown| self.failed(&results::reason(&thrown)))?;
        match answer.as_bool() {
            Some(true) => {}
            Some(false) => return Err(&refusal::UNAUTHORIZED),
            None if is_response(&answer) => return Ok(Outcome::Authorize(answer)),
            None => {
                let kind = "a function that answers true, false or a Response";
                let failure = Failure::wrong("authorize", kind, &options::value(&answer));
                return Err(self.failed(&results::failure(&failure)));
            }
        }
        let mut secrets = self.request.settings.secrets.clone();
        let mut headers = self.request.settings.headers.clone();
        if let Credentials::Asked(scheme) = self.request.settings.credentials {
            let secret = self.request.transport.credential(scheme).await;
            let secret = secret.map_err(|failure| self.failed(&results::failure(&failure)))?;
            headers.push(scheme.header(&secret));
            secrets.push(secret);
        }
        headers.retain(|(name, _)| forward.headers.iter().all(|(given, _)| given != name));
        headers.extend(forward.headers);
        let request = Request {
            method: forward.action.method(),
            url: text(&[self.request.settings.base_url.as_str(), &forward.target]),
            headers,
        };
        let signal = Signal::from_value(&get(page, "signal"));
        let call = race(
            self.upstream(&request, signal.as_ref(), &secrets),
            JsClock.sleep(self.request.settings.timeout),
        );
        let (cause, code, refusal) = match call.await {
            Ok(Ok(outcome)) => return outcome,
            Ok(Err(_)) if signal.is_some_and(|signal| signal.is_aborted()) => {
                return Err(&refusal::GONE);
            }
            Ok(Err(cause)) => (cause, Code::Connection, &refusal::NOT_REACHED),
            Err(()) => (Box::default(), Code::Timeout, &refusal::TOO_LATE),
        };
        let words = text(&[refusal.message, ": ", &cause.words()]);
        let mut failure = Failure::new(code, words).caused_by(cause);
        failure.redact(&secrets);
        self.tell(&results::failure(&failure));
        Err(refusal)
    }

    /// One answer of the API's. One that is no success must not show the key, even if a gateway
    /// echoes it, so it is read before it is handed on.
    async fn upstream(
        &self,
        request: &Request,
        page: Option<&Signal>,
        secrets: &[String],
    ) -> std::result::Result<Refused<Outcome>, Box<Cause>> {
        // The page's signal ends the body, too: a runtime that cancels a stream waits for the next
        // bytes of one that stalls.
        let in_flight = InFlight::until(page).map_err(|thrown| cause(&thrown))?;
        let reply = self.request.transport.reply(request, &in_flight).await?;
        let js: &Reply = reply.unchecked_ref();
        let status = js.status().ok().and_then(|status| status.as_f64());
        let mut draft = Draft {
            status: 200,
            headers: Object::new(),
            body: JsValue::NULL,
        };
        // The one success that the API has. Others are read, and end as what they are.
        if status == Some(200.0) {
            // From here on, the runtime hands the body on, and its end to the other side.
            draft.body = js.body().unwrap_or(JsValue::NULL);
        } else {
            let answer = read_answer(&reply, &[]).await?;
            if let End::Broken(cause) = answer.end {
                return Err(cause);
            }
            if (300..400).contains(&answer.status) || answer.status == 0 {
                return Ok(Err(&refusal::REDIRECTED));
            }
            let mut words = answer.content.text();
            if !words.is_empty() {
                redact(&mut words, secrets, true);
                draft.body = words.into();
            }
            draft.status = answer.status;
        }
        let headers = js.headers().map_err(|thrown| cause(&thrown))?;
        let headers: &ReplyHeaders = headers.unchecked_ref();
        let pass = &mut |value: JsValue, name: JsValue| {
            if let (Some(name), Some(mut value)) = (name.as_string(), value.as_string())
                && PASSED.iter().any(|passed| name.starts_with(passed))
            {
                redact(&mut value, secrets, false);
                put(&draft.headers, &[(&name, &value)]);
            }
        };
        headers.for_each(pass).map_err(|thrown| cause(&thrown))?;
        in_flight.finish();
        Ok(Ok(draft.into()))
    }

    /// Tells the operator what went wrong, and the page only that something did.
    fn failed(&self, rejection: &JsValue) -> &'static Refusal {
        self.tell(rejection);
        &refusal::FAILED
    }

    fn tell(&self, rejection: &JsValue) {
        let _ = self.report.call1(&JsValue::UNDEFINED, rejection);
    }
}

enum Outcome {
    /// What `authorize` answered instead.
    Authorize(JsValue),
    /// The API's answer, or one to a preflight.
    Draft(Draft),
}

impl From<Draft> for Outcome {
    fn from(draft: Draft) -> Self {
        Self::Draft(draft)
    }
}

fn is_response(value: &JsValue) -> bool {
    let response: &Reply = value.unchecked_ref();
    value.is_object() && response.status().is_ok_and(|it| it.as_f64().is_some())
}

/// The page may send what it asked for: of the headers that arrive, few are looked at.
fn preflight(wanted: &str) -> Draft {
    let headers = Object::new();
    put(&headers, PREFLIGHT);
    let is_list = |byte: u8| byte.is_ascii_alphanumeric() || find("-_, ", byte).is_some();
    if wanted.bytes().all(is_list) {
        put(&headers, &[("access-control-allow-headers", wanted)]);
    }
    Draft {
        status: 204,
        headers,
        body: JsValue::NULL,
    }
}

fn refused(refusal: &Refusal) -> Draft {
    let headers = Object::new();
    put(&headers, &[("content-type", "application/json")]);
    if !refusal.again {
        put(&headers, &[("x-should-retry", "false")]);
    }
    Draft {
        status: refusal.status,
        headers,
        body: refusal.body().into(),
    }
}

fn put(headers: &Object, pairs: &[(&str, &str)]) {
    for (name, value) in pairs {
        results::set(headers, name, &(*value).into());
    }
}

fn length(text: &JsValue) -> usize {
    text.unchecked_ref::<JsString>().length() as usize
}
