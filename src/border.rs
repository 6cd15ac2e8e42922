//! The border: the numbers of events and actions, and the conversions between them and the policy's.
//!
//! The build writes all numbers of this folder to `pkg/wasm/numbers.js`, for the loops.
//!
//! **The invariant: one action is outstanding for each call, and exactly one event follows it.** The
//! comment of an action's number has the task of JavaScript; that of an event's number, its end.

use crate::environment;
use crate::options::request::request;
use crate::options::table::{Id, Options};
use crate::options::value::{Encoded, UNDEFINED};
use crate::report;
use crate::request::{Caller, send};
use crate::response::{Body, cause_of, read_response};
use policy::base::error::{Cause, Code, Failure, Result};
use policy::base::time::MonotonicTime;
use policy::call::events::{Action, Done, Event};
use policy::internal::checks::{VISIBLE, check_visible};
use policy::internal::fetch_error::was_sent;
use policy::internal::strings::concat;
use policy::options::Settings;
use policy::options::credentials::Scheme;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The number of an operation that was not opened: closing it has no effect.
pub(crate) const NOT_OPEN: u32 = u32::MAX;

/// The numbers of the functions of JavaScript.
pub(crate) const DELETE: u32 = 0;
pub(crate) const RETRIEVE: u32 = 1;
pub(crate) const CANCEL: u32 = 2;
#[cfg(feature = "jobs")]
pub(crate) const DELETE_MANY: u32 = 3;
#[cfg(feature = "jobs")]
pub(crate) const PURGE_LIST: u32 = 4;
#[cfg(feature = "jobs")]
pub(crate) const READ_LIST: u32 = 5;
#[cfg(feature = "relay")]
pub(crate) const CREATE_RELAY: u32 = 6;
#[cfg(feature = "jobs")]
pub(crate) const CANCEL_MANY: u32 = 7;

/// The first event of an operation: no action precedes it.
pub(crate) const OPEN: u32 = 0;
/// After [`SEND`]: a response. The detail is its description by `receive.js`.
const RESPONDED: u32 = 1;
/// After [`SEND`]: no response. The detail describes the thrown value.
const LOST: u32 = 2;
/// After [`SEND`] and [`CREATE_CREDENTIAL`]: the time is up. JavaScript has aborted the request.
const TIMED_OUT: u32 = 3;
/// After [`SLEEP`].
const WOKE: u32 = 4;
/// After [`CREATE_CREDENTIAL`]. The detail is the value that the caller's function has returned.
const CREDENTIAL: u32 = 5;
/// After [`CREATE_CREDENTIAL`]: the function failed. The detail describes the thrown value.
const NO_CREDENTIAL: u32 = 6;
/// After [`REPORT_ATTEMPT`] of a call, and a relay's `REPORT_ERROR`.
pub(crate) const REPORTED: u32 = 7;
/// After [`FILTER`]: the decision. The detail is empty if the filter leaves the batch out.
#[cfg(feature = "jobs")]
pub(crate) const FILTERED: u32 = 11;

/// Await the promise `value` for `ms`, and read the response. `more` is the `AbortController` of the
/// request: abort it unless the exchange is whole. If it is absent, `fetch` threw at once: hand the value on.
pub(crate) const SEND: u32 = 0;
/// Wait for `ms`.
const SLEEP: u32 = 1;
/// Call the caller's function with the name `value`, and await its result for `ms`.
const CREATE_CREDENTIAL: u32 = 2;
/// Call the caller's `onAttempt` with `value`. `more` is true if the call ends with this attempt.
pub(crate) const REPORT_ATTEMPT: u32 = 3;
/// Resolve with the document of the last exchange; `value` is the request's id.
const DONE: u32 = 4;
/// Resolve with `value`; `more` is the request's id.
const GONE: u32 = 5;
/// Reject with a `BatchError` of the data `value`.
const FAILED: u32 = 6;
/// Reject with the signal's reason.
pub(crate) const ABORTED: u32 = 7;
/// The job, or the relay, is open. `ms` is a job's `totalTimeout`, negative if it has none.
#[cfg(any(feature = "jobs", feature = "relay"))]
pub(crate) const OPENED: u32 = 8;
/// Call the caller's filter with the document that has the number `value`.
#[cfg(feature = "jobs")]
pub(crate) const FILTER: u32 = 10;
/// Keep the documents of the exchange `value`. In a list `CONTINUED` follows, in a job nothing.
#[cfg(feature = "jobs")]
pub(crate) const KEEP_PAGE: u32 = 11;

/// An event of an operation, as JavaScript passes it.
pub(crate) struct Given<'a> {
    /// The number of a job's call; 0 if the event is the operation's own.
    #[cfg(feature = "jobs")]
    pub(crate) of: u32,
    pub(crate) event: u32,
    pub(crate) detail: &'a str,
    pub(crate) exchange: JsValue,
    pub(crate) now: MonotonicTime,
    pub(crate) random: f64,
}

#[wasm_bindgen(module = "/src/imports.js")]
extern "C" {
    /// Makes an action: an array of the call's number, the kind, `ms`, `value` and `more`.
    pub(crate) fn action(call: u32, kind: u32, ms: i32, value: &JsValue, more: &JsValue)
    -> JsValue;

    /// Makes an action whose `value` is a string, in one crossing.
    #[wasm_bindgen(js_name = action)]
    fn action_of(call: u32, kind: u32, ms: i32, value: Option<&str>) -> JsValue;
}

/// Makes an action without a value.
pub(crate) fn plain(call: u32, kind: u32, ms: i32) -> JsValue {
    action_of(call, kind, ms, None)
}

/// Makes an action with a value, and without a time.
pub(crate) fn with_value(call: u32, kind: u32, value: &JsValue) -> JsValue {
    action(call, kind, -1, value, &JsValue::UNDEFINED)
}

/// Returns the milliseconds of a timer. Every time limit fits: none is longer than a timer takes.
pub(crate) fn timer(ms: u32) -> i32 {
    i32::try_from(ms).unwrap_or(i32::MAX)
}

/// Makes the action that rejects with a failure.
pub(crate) fn failed(call: u32, failure: &Failure) -> JsValue {
    with_value(call, FAILED, &report::failure(failure))
}

/// Checks the options that every call takes. `kept` has the functions among them, by name.
pub(crate) fn read_request(options: &Options<'_>, kept: &JsValue) -> Result<(Settings, Caller)> {
    let settings = request(options, &environment::host(), &environment::environment)?;
    let has_fetch = options.get(Id::Fetch).is_function();
    let caller = Caller {
        fetch: has_fetch.then(|| report::property(kept, "fetch").unchecked_into()),
        scheme: if options.get(Id::ApiKey).is_function() {
            Scheme::ApiKey
        } else {
            Scheme::AuthToken
        },
        reports_attempts: settings.reports_attempts(),
    };
    Ok((settings, caller))
}

/// Reads an event.
pub(crate) fn read_event(given: Given<'_>, caller: &Caller) -> Event<Body> {
    let Given {
        detail, exchange, ..
    } = given;
    match given.event {
        RESPONDED => match read_response(detail, exchange) {
            Ok(response) => Event::Response(response),
            Err(problem) => {
                // Its missing parts.
                let lack = if detail.starts_with(':') { detail } else { "" };
                let message = concat(&["fetch resolved with ", problem, lack]);
                Event::Lost {
                    sent: true,
                    cause: Cause::new("TypeError", message),
                }
            }
        },
        LOST => {
            let cause = cause_of(detail);
            let sent = was_sent(&cause);
            Event::Lost { sent, cause }
        }
        TIMED_OUT => Event::TimedOut,
        WOKE => Event::Woke,
        CREDENTIAL => Event::Credential(read_credential(detail, caller)),
        NO_CREDENTIAL => Event::Credential(Err(no_credential(detail, caller))),
        _ => Event::Start,
    }
}

fn read_credential(detail: &str, caller: &Caller) -> Result<String> {
    let name = concat(&[caller.scheme.option(), " (what the function returned)"]);
    let value = Encoded(detail).value().unwrap_or(UNDEFINED);
    match value.text() {
        Some(secret) => check_visible(&name, secret).map(str::to_owned),
        None => Err(Failure::wrong(&name, VISIBLE, &value.kind())),
    }
}

fn no_credential(detail: &str, caller: &Caller) -> Box<Failure> {
    let cause = cause_of(detail);
    let name = caller.scheme.option();
    let message = concat(&["the function ", name, " failed: ", &cause.messages()]);
    let mut failure = Failure::new(Code::MissingCredentials, message).caused_by(cause);
    // A store of secrets may be down for a while.
    failure.retryable = true;
    failure
}

/// Begins an action of a call, and hands it to JavaScript. `id` is that of the batch.
pub(crate) fn begin(
    call: u32,
    next: Action<Body>,
    limit_ms: Option<u32>,
    id: &str,
    caller: &Caller,
) -> JsValue {
    let ms = limit_ms.map_or(-1, timer);
    match next {
        Action::Send(request) => {
            let (promise, controller) = send(&request, caller, environment::takes_cache());
            action(call, SEND, ms, &promise, &controller)
        }
        Action::Sleep { .. } => plain(call, SLEEP, ms),
        Action::CallForCredential(scheme) => {
            action_of(call, CREATE_CREDENTIAL, ms, Some(scheme.option()))
        }
        Action::Done(Done::Responded(response)) => action_of(call, DONE, -1, response.request_id()),
        Action::Done(Done::Gone { request_id, .. }) => {
            let request_id = request_id.map_or(JsValue::UNDEFINED, Into::into);
            action(call, GONE, -1, &report::gone(id), &request_id)
        }
        Action::Failed(failure) => failed(call, &failure),
        // Only a job's calls need permits, and the job itself grants them.
        _ => plain(call, ABORTED, -1),
    }
}
