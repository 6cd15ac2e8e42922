//! Sends one request through fetch and reads its answer.

use crate::base::error::{Cause, Code, Failure, Result};
use crate::base::strings::{text, whole};
use crate::call::machine::{Attempt, Sent, Transport};
use crate::http::request::Request;
use crate::http::response::{Answer, End};
use crate::js::abort::Signal;
use crate::js::batched;
use crate::js::body::{JsBody, read_body};
use crate::js::environment::get;
use crate::js::event_loop::{ignore, settled};
use crate::js::options::{self, Functions};
use crate::js::results;
use crate::js::words::word;
use crate::options::credentials::Scheme;
use crate::options::headers::{Headers, check_visible};
use js_sys::Array;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use web_sys::AbortController;

#[wasm_bindgen]
extern "C" {
    /// What fetch resolved with: a `Response` of this realm or of another, or what looks like one.
    pub(crate) type Reply;

    #[wasm_bindgen(method, getter, structural, catch)]
    pub(crate) fn status(this: &Reply) -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, structural, catch)]
    pub(crate) fn headers(this: &Reply) -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, structural, catch)]
    pub(crate) fn body(this: &Reply) -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch)]
    pub(crate) fn text(this: &Reply) -> std::result::Result<JsValue, JsValue>;

    /// The headers of a reply.
    pub(crate) type ReplyHeaders;

    #[wasm_bindgen(method, structural, catch)]
    pub(crate) fn get(this: &ReplyHeaders, name: &JsValue)
    -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = forEach)]
    pub(crate) fn for_each(
        this: &ReplyHeaders,
        visit: &mut dyn FnMut(JsValue, JsValue),
    ) -> std::result::Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = any)]
    fn any_signal(signals: &Array) -> std::result::Result<JsValue, JsValue>;

}

/// The fetch of the runtime, or the caller's.
pub(crate) struct FetchTransport {
    pub(crate) functions: Functions,
}

impl Transport for FetchTransport {
    type Content = JsBody;

    async fn send(&self, request: &Request, wanted: &[&str]) -> Sent<JsBody> {
        let in_flight = InFlight::new().map_err(|thrown| cause(&thrown))?;
        let reply = self.reply(request, &in_flight).await?;
        let answer = read_answer(&reply, wanted).await?;
        if answer.end == End::Whole && answer.status >= 200 && !(300..400).contains(&answer.status)
        {
            in_flight.finish();
        }
        Ok(answer)
    }

    async fn credential(&self, scheme: Scheme) -> Result<String> {
        let option = scheme.option();
        let Some(ask) = &self.functions.credential else {
            return Err(Failure::new(
                Code::MissingCredentials,
                text(&["no ", option]),
            ));
        };
        let answer = settled(ask.call0(&JsValue::UNDEFINED))
            .await
            .map_err(|thrown| {
                let cause = cause(&thrown);
                let words = text(&["the function ", option, " failed: ", &cause.words()]);
                Failure::new(Code::MissingCredentials, words).caused_by(cause)
            })?;
        check_visible(
            &text(&[option, " (what the function answered)"]),
            &options::value(&answer),
        )
    }

    fn is_watched(&self) -> bool {
        self.functions.on_attempt.is_some()
    }

    fn attempted(&self, attempt: &Attempt) {
        let Some(tell) = &self.functions.on_attempt else {
            return;
        };
        // What the hook throws, now or later, changes nothing.
        let Ok(answer) = tell.call1(&JsValue::UNDEFINED, &results::attempt(attempt)) else {
            return;
        };
        if answer.is_object() {
            ignore(&answer);
        }
    }
}

impl FetchTransport {
    /// Sends the request, and waits until an answer begins.
    pub(crate) async fn reply(
        &self,
        request: &Request,
        in_flight: &InFlight,
    ) -> std::result::Result<JsValue, Box<Cause>> {
        let promise = batched::send(
            self.functions.fetch.as_ref(),
            &request.url,
            &word(request.method.as_str()),
            &results::record(&request.headers),
            // Followed, a redirect would take the key to another origin. "error" is not known to
            // every runtime.
            &word("manual"),
            &in_flight.signal(),
        );
        settled(promise).await.map_err(|thrown| cause(&thrown))
    }
}

/// A request on its way: given up, it is aborted.
pub(crate) struct InFlight {
    controller: AbortController,
    joined: Option<JsValue>,
    finished: std::cell::Cell<bool>,
}

impl InFlight {
    pub(crate) fn new() -> std::result::Result<Self, JsValue> {
        Ok(Self {
            controller: AbortController::new()?,
            joined: None,
            finished: false.into(),
        })
    }

    /// One that ends with another signal, too, however long it goes on.
    pub(crate) fn until(other: Option<&Signal>) -> std::result::Result<Self, JsValue> {
        let mut in_flight = Self::new()?;
        if let Some(other) = other {
            // One of another realm can't be joined; then the runtime's own cancelling must do.
            let both = Array::of2(&in_flight.controller.signal(), other);
            in_flight.joined = any_signal(&both).ok();
        }
        Ok(in_flight)
    }

    fn signal(&self) -> JsValue {
        match &self.joined {
            Some(signal) => signal.clone(),
            None => self.controller.signal().into(),
        }
    }

    pub(crate) fn finish(&self) {
        self.finished.set(true);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.finished.get() {
            self.controller.abort();
        }
    }
}

pub(crate) async fn read_answer(reply: &JsValue, wanted: &[&str]) -> Sent<JsBody> {
    let (mut answer, length) = begin_answer(reply, wanted)?;
    if answer.status >= 200 && !(300..400).contains(&answer.status) {
        read_body(reply.unchecked_ref(), length, &mut answer).await;
    }
    Ok(answer)
}

/// An answer without its body, and the body's length, where it is told.
type Begun = (Box<Answer<JsBody>>, Option<usize>);

fn begin_answer(reply: &JsValue, wanted: &[&str]) -> std::result::Result<Begun, Box<Cause>> {
    let refuse = |what: &str| {
        let message = text(&["fetch resolved with ", what]);
        Cause::new("TypeError", message)
    };
    let not_a_response = || refuse("something that is not a Response");
    let names = names(wanted);
    let head = batched::head(reply, &names).map_err(|_| not_a_response())?;
    let mut lines = head.split('\n');
    let status = lines.next().and_then(whole);
    let Some(status) = status.filter(|status| *status < 1_000) else {
        return Err(not_a_response());
    };
    let status = u16::try_from(status).unwrap_or(0);
    let mut found: Vec<_> = lines.map(|found| found.strip_prefix('=')).collect();
    // Of a look-alike whose headers have several lines.
    if found.len() != wanted.len() + BODY_HEADERS.len() {
        return Err(not_a_response());
    }
    let of_body = found.split_off(wanted.len());
    let reply: &Reply = reply.unchecked_ref();
    let is_hidden_redirect = || {
        let kind = get(reply, "type").as_string();
        kind.as_deref() == Some("opaqueredirect")
    };
    if status == 0 && !is_hidden_redirect() {
        return Err(refuse("an error response"));
    }
    let is_success = (200..300).contains(&status);
    let listed = if is_success {
        let pairs = wanted.iter().zip(found);
        Ok(pairs
            .filter_map(|(name, value)| Some(((*name).to_owned(), value?.to_owned())))
            .collect())
    } else {
        all(reply)
    };
    let answer = Box::new(Answer {
        status,
        headers: listed.map_err(|_| not_a_response())?,
        content: JsBody::default(),
        payload: None,
        json: false,
        end: End::Whole,
    });
    Ok((answer, content_length(&of_body)))
}

/// The headers that tell how a body comes.
const BODY_HEADERS: [&str; 2] = ["content-encoding", "content-length"];

/// The length of a body that comes as it is, where the answer tells it.
fn content_length(of_body: &[Option<&str>]) -> Option<usize> {
    match of_body {
        [None, Some(length)] => usize::try_from(whole(length)?).ok(),
        _ => None,
    }
}

thread_local! {
    static NAMES: RefCell<Vec<(usize, Array)>> = const { RefCell::new(Vec::new()) };
}

/// The wanted names and [`BODY_HEADERS`] as JavaScript has them, made once: there are few lists,
/// each of its own length.
fn names(wanted: &[&str]) -> Array {
    NAMES.with_borrow_mut(|made| {
        if let Some((_, names)) = made.iter().find(|(length, _)| *length == wanted.len()) {
            return names.clone();
        }
        let names: Array = wanted
            .iter()
            .chain(&BODY_HEADERS)
            .map(|name| JsValue::from_str(name))
            .collect();
        made.push((wanted.len(), names.clone()));
        names
    })
}

fn all(reply: &Reply) -> std::result::Result<Headers, JsValue> {
    let mut listed = Headers::new();
    let headers: ReplyHeaders = reply.headers()?.unchecked_into();
    headers.for_each(&mut |value, name| {
        if let (Some(name), Some(value)) = (name.as_string(), value.as_string()) {
            listed.push((name.to_ascii_lowercase(), value));
        }
    })?;
    Ok(listed)
}

/// A copy of what was thrown, to a depth that no runtime's errors exceed.
pub(crate) fn cause(thrown: &JsValue) -> Box<Cause> {
    nested_cause(thrown, 5)
}

fn nested_cause(thrown: &JsValue, depth: u32) -> Box<Cause> {
    if !thrown.is_object() {
        let message = match thrown.as_string() {
            Some(text) => text,
            None => options::value(thrown).kind(),
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
