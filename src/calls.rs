//! The exports for one call: `deleteBatch`, `retrieveBatch`, `cancelBatch`. `pkg/run/call.js` is their loop.

use crate::border::{
    ABORTED, NOT_OPEN, REPORT_ATTEMPT, REPORTED, action, begin, failed, plain, read_event,
    read_request,
};
use crate::options::deletion::deletion;
#[cfg(feature = "relay")]
use crate::options::table::RELAY;
#[cfg(feature = "jobs")]
use crate::options::table::{BULK, CANCELATION, LIST, PURGE};
use crate::options::table::{CALL, DELETION, Options, Set, lines};
use crate::options::value::{Encoded, UNDEFINED};
use crate::report;
use crate::request::Caller;
use crate::response::Body;
use policy::base::error::{Code, Failure, Result};
use policy::base::time::MonotonicTime;
use policy::call::deletion_options::IfMissing;
use policy::call::events::{Action, Event, Goal};
use policy::call::machine::Call;
use policy::internal::slots::Slots;
use policy::options::batch_id::BatchId;
use std::cell::RefCell;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The numbers of the functions of JavaScript.
const DELETE: u32 = 0;
const RETRIEVE: u32 = 1;
const CANCEL: u32 = 2;
#[cfg(feature = "jobs")]
const DELETE_MANY: u32 = 3;
#[cfg(feature = "jobs")]
const PURGE_LIST: u32 = 4;
#[cfg(feature = "jobs")]
const READ_LIST: u32 = 5;
#[cfg(feature = "relay")]
const CREATE_RELAY: u32 = 6;
#[cfg(feature = "jobs")]
const CANCEL_MANY: u32 = 7;

/// A call that has not ended.
#[derive(Debug)]
struct Operation {
    call: Call,
    caller: Caller,
    /// The action that follows the report of an attempt, and its limit.
    held: Option<(Action<Body>, Option<u32>)>,
}

thread_local! {
    /// Empty while its call takes a step: the caller's `fetch` may open other calls.
    static CALLS: RefCell<Slots<Option<Operation>>> = const { RefCell::new(Slots::new()) };
}

/// Returns the options of a function of JavaScript: see [`lines`].
#[wasm_bindgen(js_name = optionsOf, skip_typescript)]
#[must_use]
pub fn options_of(goal: u32) -> JsValue {
    lines(set(goal)).into()
}

fn set(function: u32) -> Set {
    match function {
        DELETE => DELETION,
        #[cfg(feature = "jobs")]
        DELETE_MANY => BULK,
        #[cfg(feature = "jobs")]
        CANCEL_MANY => CANCELATION,
        #[cfg(feature = "jobs")]
        PURGE_LIST => PURGE,
        #[cfg(feature = "jobs")]
        READ_LIST => LIST,
        #[cfg(feature = "relay")]
        CREATE_RELAY => RELAY,
        _ => CALL,
    }
}

/// Opens a call, and returns its first action, `FAILED` if an argument is not valid.
/// `arguments` describes the id and the options; `kept` has the functions and objects among them.
/// `now` is in milliseconds of a clock that never goes back, `random` is from 0 to 1.
///
/// JavaScript must perform each action, and pass its end to [`step`].
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn open(
    goal: u32,
    arguments: &str,
    kept: &JsValue,
    is_aborted: bool,
    now: f64,
    random: f64,
) -> JsValue {
    let operation = match read(goal, arguments, kept, now) {
        Err(failure) => return failed(NOT_OPEN, &failure),
        Ok(_) if is_aborted => return plain(NOT_OPEN, ABORTED, -1),
        Ok(operation) => operation,
    };
    let number = CALLS.with_borrow_mut(|calls| calls.insert(None));
    advance(number, operation, Event::Start, now, random)
}

fn read(goal: u32, arguments: &str, kept: &JsValue, now: f64) -> Result<Operation> {
    let mut rest = Encoded(arguments);
    let id = rest.value().unwrap_or(UNDEFINED).batch_id("id")?;
    let options = Options::read(rest, set(goal))?;
    let (settings, caller) = read_request(&options, kept)?;
    id.unless_secret("id", settings.secrets())?;
    let goal = match goal {
        DELETE => Goal::Delete(id, deletion(&options, IfMissing::Reject)),
        RETRIEVE => Goal::Retrieve(id),
        CANCEL => Goal::Cancel(id),
        _ => return Err(Failure::new(Code::Internal, "no such function".into())),
    };
    Ok(Operation {
        call: Call::new(settings.into(), goal, MonotonicTime::exactly(now)),
        caller,
        held: None,
    })
}

/// Passes an event, its `detail` and its `exchange` to a call, and returns the next action.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn step(
    number: u32,
    event: u32,
    detail: &str,
    exchange: JsValue,
    now: f64,
    random: f64,
) -> JsValue {
    let operation = CALLS.with_borrow_mut(|calls| calls.take(number));
    let Some(mut operation) = operation else {
        return plain(number, ABORTED, -1);
    };
    if event == REPORTED
        && let Some((next, limit_ms)) = operation.held.take()
    {
        return perform(number, operation, next, limit_ms);
    }
    let event = read_event(event, detail, exchange, &operation.caller);
    advance(number, operation, event, now, random)
}

fn advance(
    number: u32,
    mut operation: Operation,
    event: Event<Body>,
    now: f64,
    random: f64,
) -> JsValue {
    let output = operation
        .call
        .handle(event, MonotonicTime::exactly(now), random);
    let Some(attempt) = output.attempt.filter(|_| operation.caller.reports_attempts) else {
        return perform(number, operation, output.action, output.limit_ms);
    };
    let is_last = is_final(&output.action);
    operation.held = Some((output.action, output.limit_ms));
    keep(number, operation);
    let attempt = report::attempt(&attempt);
    action(number, REPORT_ATTEMPT, -1, &attempt, &is_last.into())
}

fn perform(
    number: u32,
    operation: Operation,
    next: Action<Body>,
    limit_ms: Option<u32>,
) -> JsValue {
    let is_last = is_final(&next);
    let id = operation.call.batch_id().map_or("", BatchId::as_str);
    let begun = begin(number, next, limit_ms, id, &operation.caller);
    if is_last {
        close(number);
    } else {
        keep(number, operation);
    }
    begun
}

fn is_final<C>(action: &Action<C>) -> bool {
    matches!(action, Action::Done(_) | Action::Failed(_))
}

fn keep(number: u32, operation: Operation) {
    CALLS.with_borrow_mut(|calls| calls.put_back(number, operation));
}

/// Forgets a call that was aborted. JavaScript has aborted its request.
#[wasm_bindgen(skip_typescript)]
pub fn close(number: u32) {
    let _ = CALLS.with_borrow_mut(|calls| calls.remove(number));
}
