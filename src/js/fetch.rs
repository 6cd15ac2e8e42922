//! Performs the actions of one call: calls for a credential, sends a request and reads the response,
//! or waits.

use crate::js::driver::{Incoming, Kind, next_turn};
use crate::js::functions::Functions;
use crate::js::names::Names;
use crate::js::response::{BODY_HEADERS, Body, begin, cause, read_facts};
use crate::js::{batched, options};
use policy::base::error::{Cause, Code, Failure};
use policy::base::strings::concat;
use policy::call::events::{Action, Event};
use policy::http::rate_limit::{LIMIT, REMAINING};
use policy::http::request::{Method, Request};
use policy::http::response::{BodyEnd, MAX_BODY, Response};
use policy::options::checks::{VISIBLE, check_visible};
use policy::options::credentials::Scheme;
use wasm_bindgen::prelude::JsValue;

/// The headers of a success that are used.
const WANTED: Names = &[&["request-id"], BODY_HEADERS];
/// The same in a job, which has a limiter.
const WANTED_IN_JOB: Names = &[&["request-id", LIMIT, REMAINING], BODY_HEADERS];

/// The event that an action waits for.
#[derive(Debug)]
enum Outstanding {
    Nothing,
    Credential(Scheme),
    Response,
    Body(Box<Response<Body>>),
    Sleep,
}

/// The actions of one call, one at a time.
#[derive(Debug)]
pub(crate) struct Io {
    task: u32,
    channel: u32,
    turn: u32,
    outstanding: Outstanding,
    exchange: JsValue,
    /// A signal that ends the request, too.
    pub(crate) other: JsValue,
    in_job: bool,
    /// Whether the request was sent by the runtime's own `fetch`.
    is_own_fetch: bool,
    /// The status whose body is handed on unread.
    pub(crate) unread: Option<u16>,
    /// The length of an unread body, in bytes, where the headers state it.
    pub(crate) length: Option<u64>,
}

impl Io {
    pub(crate) fn new(task: u32, channel: u32, in_job: bool) -> Self {
        Self {
            task,
            channel,
            turn: 0,
            outstanding: Outstanding::Nothing,
            exchange: JsValue::UNDEFINED,
            other: JsValue::UNDEFINED,
            in_job,
            is_own_fetch: true,
            unread: None,
            length: None,
        }
    }

    /// Begins an action. Returns the event of one that has ended already.
    pub(crate) fn perform(
        &mut self,
        functions: &Functions,
        action: &Action<Body>,
        limit_ms: Option<u32>,
    ) -> Option<Event<Body>> {
        // No time limit is longer than a timer takes, which fits.
        let ms = limit_ms.map_or(-1, |ms| i32::try_from(ms).unwrap_or(i32::MAX));
        self.turn = next_turn();
        let (task, channel, turn) = (self.task, self.channel, self.turn);
        let begun = match action {
            Action::Send(request) => {
                self.outstanding = Outstanding::Response;
                let fetch = functions.fetch.as_ref();
                self.is_own_fetch = fetch.is_none();
                let lines = lines(request);
                batched::send(fetch, &lines, &self.other, ms, task, channel, turn)
            }
            Action::CallForCredential(scheme) => {
                self.outstanding = Outstanding::Credential(*scheme);
                let Some(given) = &functions.credential else {
                    let message = concat(&["no ", scheme.option()]);
                    let failure = Failure::new(Code::MissingCredentials, message);
                    return self.ended(Event::Credential(Err(failure)));
                };
                match batched::credential(given, ms, task, channel, turn) {
                    Err(thrown) => {
                        let failed = Event::Credential(Err(no_credential(*scheme, &thrown)));
                        return self.ended(failed);
                    }
                    begun => begun,
                }
            }
            Action::Sleep { ms: own, .. } => {
                self.outstanding = Outstanding::Sleep;
                let own = i32::try_from(*own).unwrap_or(i32::MAX);
                batched::wait(if ms < 0 { own } else { ms }, task, channel, turn)
            }
            Action::AwaitPermit | Action::Done(_) | Action::Failed(_) => return None,
        };
        match begun {
            Ok(exchange) => {
                self.exchange = exchange;
                None
            }
            Err(thrown) => self.ended(Event::Lost(cause(&thrown))),
        }
    }

    /// Takes a message that JavaScript dispatches. Returns the event, where the action has ended with it.
    pub(crate) fn receive(&mut self, incoming: Incoming) -> Option<Event<Body>> {
        let Incoming {
            turn, kind, value, ..
        } = incoming;
        if turn != self.turn {
            return None;
        }
        match std::mem::replace(&mut self.outstanding, Outstanding::Nothing) {
            Outstanding::Nothing => None,
            Outstanding::Sleep => {
                let _ = batched::release(&self.exchange);
                self.ended(Event::Woke)
            }
            _ if kind == Kind::Timer => {
                self.cancel();
                self.ended(Event::TimedOut)
            }
            Outstanding::Credential(scheme) => {
                let _ = batched::release(&self.exchange);
                let credential = match kind {
                    Kind::Fulfilled => options::value(&value, |value| {
                        let name = concat(&[scheme.option(), " (what the function returned)"]);
                        match value.text() {
                            Some(text) => check_visible(&name, text).map(str::to_owned),
                            None => Err(Failure::wrong(&name, VISIBLE, &value.kind())),
                        }
                    }),
                    _ => Err(no_credential(scheme, &value)),
                };
                self.ended(Event::Credential(credential))
            }
            Outstanding::Response => match kind {
                Kind::Fulfilled => match self.begin_body(&value) {
                    Ok(response) => {
                        response.and_then(|response| self.ended(Event::Response(response)))
                    }
                    Err(cause) => self.lost(cause),
                },
                _ => self.lost(cause(&value)),
            },
            Outstanding::Body(mut response) => {
                match kind {
                    Kind::Fulfilled => read_facts(&self.exchange, &mut response),
                    Kind::Cut => response.end = BodyEnd::TooLarge,
                    _ => response.end = BodyEnd::Broken(cause(&value)),
                }
                if response.end != BodyEnd::Whole {
                    self.cancel();
                }
                self.ended(Event::Response(response))
            }
        }
    }

    /// Begins to read the body. Returns the response where there is nothing to read.
    fn begin_body(
        &mut self,
        response: &JsValue,
    ) -> std::result::Result<Option<Box<Response<Body>>>, Box<Cause>> {
        let wanted = if self.in_job { WANTED_IN_JOB } else { WANTED };
        let (mut response, length) = begin(response, &self.exchange, wanted, self.is_own_fetch)?;
        if self.unread == Some(response.status) {
            self.length = length;
            let _ = batched::release(&self.exchange);
            return Ok(Some(response));
        }
        if response.status < 200 || (300..400).contains(&response.status) {
            self.cancel();
            return Ok(Some(response));
        }
        let most = MAX_BODY as u64;
        if length.is_some_and(|length| length > most) {
            self.cancel();
            response.end = BodyEnd::TooLarge;
            return Ok(Some(response));
        }
        // The runtime's own reader is the fastest. It has no limit, so the length must be known.
        let most = match length {
            Some(_) => -1,
            None => i32::try_from(most).unwrap_or(i32::MAX),
        };
        let begun = batched::read(&self.exchange, most, self.task, self.channel, self.turn);
        match begun {
            Ok(()) => {
                self.outstanding = Outstanding::Body(response);
                Ok(None)
            }
            Err(thrown) => {
                self.cancel();
                response.end = BodyEnd::Broken(cause(&thrown));
                Ok(Some(response))
            }
        }
    }

    fn lost(&mut self, cause: Box<Cause>) -> Option<Event<Body>> {
        self.cancel();
        self.ended(Event::Lost(cause))
    }

    // An `Option`, because the callers return it.
    #[allow(clippy::unnecessary_wraps)]
    fn ended(&mut self, event: Event<Body>) -> Option<Event<Body>> {
        self.turn = 0;
        self.outstanding = Outstanding::Nothing;
        Some(event)
    }

    /// Ends the timer and the request, if there are any.
    pub(crate) fn cancel(&mut self) {
        if !self.exchange.is_undefined() {
            let _ = batched::cancel(&self.exchange);
        }
    }

    /// Ends whatever is outstanding.
    pub(crate) fn stop(&mut self) {
        if !matches!(self.outstanding, Outstanding::Nothing) {
            self.cancel();
        }
        self.turn = 0;
        self.outstanding = Outstanding::Nothing;
    }
}

fn no_credential(scheme: Scheme, thrown: &JsValue) -> Box<Failure> {
    let cause = cause(thrown);
    let message = concat(&[
        "the function ",
        scheme.option(),
        " failed: ",
        &cause.messages(),
    ]);
    Failure::new(Code::MissingCredentials, message).caused_by(cause)
}

/// The lines of a request, for JavaScript to split.
fn lines(request: &Request) -> String {
    concat(&[
        method(request.method).as_str(),
        "\n",
        &request.url,
        // Followed, a redirect would take the key to another origin. "error" is not known to every
        // runtime.
        "\nmanual\n",
        request.headers.lines(),
    ])
}

fn method(method: Method) -> gloo_net::http::Method {
    match method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Delete => gloo_net::http::Method::DELETE,
    }
}
