//! Deletes Claude Message Batches through the fetch API, wherever JavaScript runs.
//!
//! This crate is compiled to WebAssembly and published as the npm package `delete-message-batch`:
//! it begins the actions of the state machines of [`policy`], whose ends the loops of `pkg/run/` await. A
//! Rust program has nothing to call here. It uses the crate [`delete-message-batch-policy`][policy] with
//! an HTTP client of its own.

mod border;
mod calls;
pub mod environment;
#[cfg(feature = "jobs")]
pub mod jobs;
#[cfg(feature = "jobs")]
mod lists;
#[cfg(feature = "relay")]
pub mod masking;
#[doc(hidden)]
pub mod options;
#[cfg(feature = "relay")]
mod relay;
mod report;
mod request;
pub mod response;
mod types;

use border::{ABORTED, CANCEL, DELETE, Given, NOT_OPEN, OPEN, RETRIEVE, failed, plain};
#[cfg(feature = "jobs")]
use border::{CANCEL_MANY, DELETE_MANY, PURGE_LIST, READ_LIST};
#[cfg(feature = "relay")]
use border::{CREATE_RELAY, OPENED};
use calls::Calling;
#[cfg(feature = "jobs")]
use jobs::Running;
#[cfg(feature = "jobs")]
use lists::Reading;
#[cfg(feature = "relay")]
use options::table::RELAY;
#[cfg(feature = "jobs")]
use options::table::{BULK, CANCELATION, LIST, PURGE};
use options::table::{CALL, DELETION, Options, Set, lines};
use options::value::{Encoded, UNDEFINED};
use policy::base::error::{Code, Failure, Result};
use policy::base::time::MonotonicTime;
use policy::internal::slots::Slots;
#[cfg(feature = "relay")]
use relay::{Opened, VISITED, Visiting};
use std::cell::RefCell;
#[cfg(feature = "relay")]
use std::sync::Arc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// An operation that has not ended. The loops of `pkg/run/` open one, pass it an event after each of its actions, and
/// close it.
enum Operation {
    Call(Box<Calling>),
    #[cfg(feature = "jobs")]
    Job(Box<Running>),
    #[cfg(feature = "jobs")]
    List(Box<Reading>),
    #[cfg(feature = "relay")]
    Relay(Arc<Opened>),
    #[cfg(feature = "relay")]
    Visit(Box<Visiting>),
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

/// Opens a call, a job, a list or a relay, and returns its first action, `FAILED` if an argument is not valid.
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
    let is_call = matches!(function, DELETE | RETRIEVE | CANCEL);
    let id = is_call.then(|| rest.value().unwrap_or(UNDEFINED).batch_id("id"));
    let id = id.transpose()?;
    let set = set(function);
    let options = Options::read(rest, set)?;
    let now = MonotonicTime::exactly(now);
    if let Some(id) = id {
        let calling = Calling::read(function, id, &options, kept, now)?;
        return Ok(Operation::Call(Box::new(calling)));
    }
    match function {
        #[cfg(feature = "jobs")]
        DELETE_MANY | CANCEL_MANY | PURGE_LIST => {
            let running = Running::read(&options, kept, set, length)?;
            Ok(Operation::Job(Box::new(running)))
        }
        #[cfg(feature = "jobs")]
        READ_LIST => {
            let reading = Reading::read(&options, kept, now)?;
            Ok(Operation::List(Box::new(reading)))
        }
        #[cfg(feature = "relay")]
        CREATE_RELAY => Ok(Operation::Relay(Arc::new(Opened::read(&options, kept)?))),
        _ => Err(Failure::new(Code::Internal, "no such function".into())),
    }
}

/// Gives an operation a number, and returns its first action.
fn begin(operation: Operation, detail: &str, now: f64, random: f64) -> JsValue {
    let number = OPERATIONS.with_borrow_mut(|all| all.insert(Some(operation)));
    step(number, 0, OPEN, detail, JsValue::UNDEFINED, now, random)
}

/// Passes an event, its `detail` and its `exchange` to an operation, or to the call `of` of a job. Returns the
/// next action; undefined if a job has to wait, and if the operation is not open.
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
        Operation::Relay(opened) => {
            // Back in its place: the first request of a visit may begin another.
            let opened = Arc::clone(opened);
            OPERATIONS.with_borrow_mut(|all| all.put_back(number, operation));
            if event != VISITED {
                return plain(number, OPENED, -1);
            }
            let visiting = Box::new(Visiting::new(opened));
            return begin(Operation::Visit(visiting), detail, now, random);
        }
        #[cfg(feature = "relay")]
        Operation::Visit(visiting) => visiting.step(number, given),
    };
    if matches!(&operation, Operation::Call(calling) if calling.has_ended) {
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

#[cfg(target_arch = "wasm32")]
mod allocator {
    use talc::base::binning::Binning;
    use talc::cell::TalcSyncCell;
    use talc::wasm::WasmGrowAndExtend;

    /// A list of free chunks for each power of two: less code than talc's finer lists need.
    struct PowersOfTwo;

    impl Binning for PowersOfTwo {
        type AvailabilityBitField = u32;

        fn size_to_bin(size: usize) -> u32 {
            (size | 1).ilog2()
        }
    }

    #[global_allocator]
    static ALLOCATOR: TalcSyncCell<WasmGrowAndExtend, PowersOfTwo> =
        TalcSyncCell::new_wasm(WasmGrowAndExtend::new());
}
