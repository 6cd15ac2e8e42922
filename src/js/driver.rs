//! The driver: hands every promise, timer and abort to the task that waits for it.
//!
//! One exported function serves them all. It is called with numbers: the task, one of the task's
//! channels, and the turn of the action that has ended there. An event whose turn is over comes too
//! late, and is dropped. Whatever JavaScript calls while a task runs waits until the task has
//! returned, so no task ever runs within another.

use crate::js::batched;
use policy::base::slots::Slots;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The promise was fulfilled.
    Fulfilled,
    /// The promise was rejected.
    Rejected,
    /// The time is up.
    Timer,
    /// The signal was aborted.
    Aborted,
    /// The body was longer than its limit.
    Cut,
}

/// A message that JavaScript dispatches.
#[derive(Debug)]
pub(crate) struct Incoming {
    #[cfg_attr(not(feature = "jobs"), allow(dead_code))]
    pub(crate) channel: u32,
    pub(crate) turn: u32,
    pub(crate) kind: Kind,
    pub(crate) value: JsValue,
}

/// Something that runs until it has settled its promise.
pub(crate) trait Task {
    /// Begins; the task gets its number. Returns whether it goes on.
    fn start(&mut self, number: u32) -> bool;

    /// Handles an event. Returns whether the task goes on.
    fn handle(&mut self, incoming: Incoming) -> bool;
}

enum Message {
    Start(Box<dyn Task>),
    Event(u32, Incoming),
}

struct Driver {
    tasks: RefCell<Slots<Option<Box<dyn Task>>>>,
    /// The messages that came while a task was running.
    waiting: RefCell<Vec<Message>>,
    is_running: Cell<bool>,
    last_turn: Cell<u32>,
}

thread_local! {
    static DRIVER: Driver = const {
        Driver {
            tasks: RefCell::new(Slots::new()),
            waiting: RefCell::new(Vec::new()),
            is_running: Cell::new(false),
            last_turn: Cell::new(0),
        }
    };
}

/// Runs a task: at once, unless another one is running.
pub(crate) fn start(task: Box<dyn Task>) {
    DRIVER.with(|driver| driver.post(Message::Start(task)));
}

/// The number of the next action; 0 is none.
pub(crate) fn next_turn() -> u32 {
    DRIVER.with(|driver| {
        let turn = driver.last_turn.get().wrapping_add(1).max(1);
        driver.last_turn.set(turn);
        turn
    })
}

/// Takes an event from JavaScript.
#[wasm_bindgen(skip_typescript)]
pub fn dispatch(task: u32, channel: u32, turn: u32, kind: u32, value: JsValue) {
    let kind = match kind {
        0 => Kind::Fulfilled,
        1 => Kind::Rejected,
        2 => Kind::Timer,
        3 => Kind::Aborted,
        _ => Kind::Cut,
    };
    let incoming = Incoming {
        channel,
        turn,
        kind,
        value,
    };
    DRIVER.with(|driver| driver.post(Message::Event(task, incoming)));
}

impl Driver {
    fn post(&self, message: Message) {
        if self.is_running.replace(true) {
            self.waiting.borrow_mut().push(message);
            return;
        }
        self.run(message);
        loop {
            let waiting = self.waiting.take();
            if waiting.is_empty() {
                break;
            }
            for message in waiting {
                self.run(message);
            }
        }
        self.is_running.set(false);
    }

    fn run(&self, message: Message) {
        let (number, task, goes_on) = match message {
            Message::Start(mut task) => {
                let number = self.tasks.borrow_mut().insert(None);
                let goes_on = task.start(number);
                (number, task, goes_on)
            }
            Message::Event(number, incoming) => {
                let task = self
                    .tasks
                    .borrow_mut()
                    .get_mut(number)
                    .and_then(Option::take);
                let Some(mut task) = task else { return };
                let goes_on = task.handle(incoming);
                (number, task, goes_on)
            }
        };
        let mut tasks = self.tasks.borrow_mut();
        if !goes_on {
            tasks.remove(number);
        } else if let Some(slot) = tasks.get_mut(number) {
            *slot = Some(task);
        }
    }
}

/// The time and chance that a machine needs with each event.
pub(crate) fn moment() -> (f64, f64) {
    (batched::now().unwrap_or_default(), js_sys::Math::random())
}
