//! The operations that have not ended: calls, jobs, lists and visits of a relay. The loops of `pkg/run/` open one, pass it
//! an event after each of its actions, and close it.

use crate::border::{ABORTED, NOT_OPEN, failed, plain};
use crate::calls::Calling;
#[cfg(feature = "jobs")]
use crate::jobs::Running;
#[cfg(feature = "jobs")]
use crate::lists::Reading;
#[cfg(feature = "relay")]
use crate::options::table::RELAY;
#[cfg(feature = "jobs")]
use crate::options::table::{BULK, CANCELATION, LIST, PURGE};
use crate::options::table::{CALL, DELETION, Options, Set, lines};
use crate::options::value::{Encoded, UNDEFINED};
#[cfg(feature = "relay")]
use crate::relay::Visiting;
use policy::base::error::Result;
use policy::base::time::MonotonicTime;
use policy::internal::slots::Slots;
use std::cell::RefCell;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The numbers of the functions of JavaScript.
pub(crate) const DELETE: u32 = 0;
pub(crate) const RETRIEVE: u32 = 1;
pub(crate) const CANCEL: u32 = 2;
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

/// The first event of each operation: no action precedes it.
pub(crate) const OPEN: u32 = 0;

pub(crate) enum Operation {
    Call(Box<Calling>),
    #[cfg(feature = "jobs")]
    Job(Box<Running>),
    #[cfg(feature = "jobs")]
    List(Box<Reading>),
    #[cfg(feature = "relay")]
    Visit(Box<Visiting>),
}

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

thread_local! {
    /// Empty while its operation takes a step: the caller's `fetch` may open others.
    static OPERATIONS: RefCell<Slots<Option<Operation>>> = const { RefCell::new(Slots::new()) };
}

/// Returns the options of a function of JavaScript: see [`lines`].
#[wasm_bindgen(js_name = optionsOf, skip_typescript)]
#[must_use]
pub fn options_of(function: u32) -> JsValue {
    lines(set(function)).into()
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

/// Opens a call, a job or a list, and returns its first action, `FAILED` if an argument is not valid.
/// `arguments` describes the id and the options; `kept` has the functions and objects among them; `length` is
/// the number of a job's ids, negative if it is unknown. `now` is in milliseconds of a clock that never goes
/// back, `random` is from 0 to 1.
///
/// JavaScript must perform each action, and pass its end to [`step`].
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn open(
    function: u32,
    arguments: &str,
    kept: &JsValue,
    is_aborted: bool,
    length: f64,
    now: f64,
    random: f64,
) -> JsValue {
    match read(function, arguments, kept, length, now) {
        Err(failure) => failed(NOT_OPEN, &failure),
        Ok(_) if is_aborted => plain(NOT_OPEN, ABORTED, -1),
        Ok(operation) => begin(operation, "", now, random),
    }
}

#[cfg_attr(not(feature = "jobs"), allow(unused_variables))]
fn read(
    function: u32,
    arguments: &str,
    kept: &JsValue,
    length: f64,
    now: f64,
) -> Result<Operation> {
    let mut rest = Encoded(arguments);
    let set = set(function);
    #[cfg(feature = "jobs")]
    match function {
        DELETE_MANY | CANCEL_MANY | PURGE_LIST => {
            let options = Options::read(rest, set)?;
            let running = Running::read(&options, kept, set, length)?;
            return Ok(Operation::Job(Box::new(running)));
        }
        READ_LIST => {
            let options = Options::read(rest, set)?;
            let reading = Reading::read(&options, kept, MonotonicTime::exactly(now))?;
            return Ok(Operation::List(Box::new(reading)));
        }
        _ => {}
    }
    let id = rest.value().unwrap_or(UNDEFINED).batch_id("id")?;
    let options = Options::read(rest, set)?;
    let calling = Calling::read(function, id, &options, kept, MonotonicTime::exactly(now))?;
    Ok(Operation::Call(Box::new(calling)))
}

/// Gives an operation a number, and returns its first action.
pub(crate) fn begin(operation: Operation, detail: &str, now: f64, random: f64) -> JsValue {
    let number = OPERATIONS.with_borrow_mut(|all| all.insert(Some(operation)));
    step(number, 0, OPEN, detail, JsValue::UNDEFINED, now, random)
}

/// Passes an event, its `detail` and its `exchange` to an operation, or to the call `of` of a job. Returns the
/// next action; undefined if a job has to wait.
#[wasm_bindgen(skip_typescript)]
#[must_use]
#[cfg_attr(not(feature = "jobs"), allow(unused_variables))]
pub fn step(
    number: u32,
    of: u32,
    event: u32,
    detail: &str,
    exchange: JsValue,
    now: f64,
    random: f64,
) -> JsValue {
    let taken = OPERATIONS.with_borrow_mut(|all| all.take(number));
    let Some(mut operation) = taken else {
        return JsValue::UNDEFINED;
    };
    let given = Given {
        #[cfg(feature = "jobs")]
        of,
        event,
        detail,
        exchange,
        now: MonotonicTime::exactly(now),
        random,
    };
    let next = match &mut operation {
        Operation::Call(calling) => calling.step(number, given),
        #[cfg(feature = "jobs")]
        Operation::Job(running) => running.step(number, given),
        #[cfg(feature = "jobs")]
        Operation::List(reading) => reading.step(number, given),
        #[cfg(feature = "relay")]
        Operation::Visit(visiting) => visiting.step(number, given),
    };
    if matches!(&operation, Operation::Call(calling) if calling.has_ended()) {
        close(number);
    } else {
        OPERATIONS.with_borrow_mut(|all| all.put_back(number, operation));
    }
    next
}

/// Forgets an operation. JavaScript has aborted its requests.
#[wasm_bindgen(skip_typescript)]
pub fn close(number: u32) {
    let _ = OPERATIONS.with_borrow_mut(|all| all.remove(number));
}
