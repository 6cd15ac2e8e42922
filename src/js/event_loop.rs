//! Runs futures on JavaScript's event loop, and waits there for promises and timers.
//!
//! wasm-bindgen-futures does the same with two new closures for each promise, each of which is
//! registered for finalization, and with a microtask between a promise and who waits for it. Here
//! two functions, made once, serve all: the numbers that they are called with say who waits.

use crate::js::batched;
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};

/// A future whose type nobody has to know.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
/// How a promise ends.
pub(crate) type Ended = Result<JsValue, JsValue>;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Function)]
    type Handler;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Handler, ms: u32, index: u32, serial: u32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// Where something is in [`Places`]. The serial tells it from what was there before.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    index: u32,
    serial: u32,
}

/// Nobody's.
const NOBODY: Key = Key {
    index: u32::MAX,
    serial: 0,
};

/// Things that JavaScript refers to by number. Places are used again.
struct Places<T> {
    all: Vec<(u32, Option<Rc<T>>)>,
    free: Vec<u32>,
    last_serial: u32,
}

impl<T> Places<T> {
    const fn new() -> Self {
        Self {
            all: Vec::new(),
            free: Vec::new(),
            last_serial: 0,
        }
    }

    /// Where the next thing goes.
    fn key(&mut self) -> Key {
        self.last_serial = self.last_serial.wrapping_add(1);
        let serial = self.last_serial;
        let index = self.free.pop().unwrap_or_else(|| {
            self.all.push((serial, None));
            u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX)
        });
        Key { index, serial }
    }

    fn put(&mut self, key: Key, thing: Rc<T>) {
        if let Some(place) = self.all.get_mut(key.index as usize) {
            *place = (key.serial, Some(thing));
        }
    }

    fn get(&self, key: Key) -> Option<Rc<T>> {
        let (serial, thing) = self.all.get(key.index as usize)?;
        thing.clone().filter(|_| *serial == key.serial)
    }

    fn take(&mut self, key: Key) -> Option<Rc<T>> {
        let (serial, thing) = self.all.get_mut(key.index as usize)?;
        if *serial != key.serial {
            return None;
        }
        let taken = thing.take()?;
        self.free.push(key.index);
        Some(taken)
    }
}

/// A call that runs, and the functions that settle its promise.
struct Task {
    work: RefCell<Boxed<'static, Ended>>,
    waker: Waker,
    is_queued: Cell<bool>,
    resolve: Function,
    reject: Function,
}

/// A promise or a timer that is waited for.
#[derive(Default)]
struct Wait {
    ended: RefCell<Option<Ended>>,
    waker: RefCell<Option<Waker>>,
}

struct Loop {
    tasks: RefCell<Places<Task>>,
    waits: RefCell<Places<Wait>>,
    queue: RefCell<VecDeque<Key>>,
    is_running: Cell<bool>,
    fulfilled: Handler,
    rejected: Handler,
}

thread_local! {
    static LOOP: Loop = Loop {
        tasks: RefCell::new(Places::new()),
        waits: RefCell::new(Places::new()),
        queue: RefCell::new(VecDeque::new()),
        is_running: Cell::new(false),
        fulfilled: function(|key, value| settle(key, Ok(value))),
        rejected: function(|key, value| settle(key, Err(value))),
    };
}

/// A function that JavaScript calls with a key and a value.
fn function(handle: fn(Key, JsValue)) -> Handler {
    let closure: Closure<dyn Fn(u32, u32, JsValue)> =
        Closure::new(move |index, serial, value| handle(Key { index, serial }, value));
    closure.into_js_value().unchecked_into()
}

fn settle(key: Key, ended: Ended) {
    LOOP.with(|all| {
        // It was called by the event loop itself. A task that trapped has left this behind.
        all.is_running.set(true);
        let wait = all.waits.borrow().get(key);
        if let Some(wait) = wait {
            wait.ended.replace(Some(ended));
            if let Some(waker) = wait.waker.take() {
                waker.wake();
            }
        }
        all.run();
    });
}

impl Loop {
    /// Polls what is to be polled, until nothing is.
    fn run(&self) {
        self.is_running.set(true);
        loop {
            let next = self.queue.borrow_mut().pop_front();
            let Some(key) = next else { break };
            let task = self.tasks.borrow().get(key);
            if let Some(task) = task {
                task.is_queued.set(false);
                let polled = task
                    .work
                    .borrow_mut()
                    .as_mut()
                    .poll(&mut Context::from_waker(&task.waker));
                if let Poll::Ready(ended) = polled {
                    self.tasks.borrow_mut().take(key);
                    let (settle, value) = match ended {
                        Ok(value) => (&task.resolve, value),
                        Err(value) => (&task.reject, value),
                    };
                    // The function of a promise can't fail.
                    let _ = settle.call1(&JsValue::UNDEFINED, &value);
                }
            }
        }
        self.is_running.set(false);
    }

    fn enqueue(&self, key: Key) {
        let task = self.tasks.borrow().get(key);
        if task.is_some_and(|task| !task.is_queued.replace(true)) {
            self.queue.borrow_mut().push_back(key);
        }
    }

    /// Lets the event loop run the queue: who woke a task may still hold what the task needs.
    fn run_later(&self) {
        self.then(&JsValue::UNDEFINED, NOBODY);
    }

    fn then(&self, value: &JsValue, Key { index, serial }: Key) {
        batched::settle(value, &self.fulfilled, &self.rejected, index, serial);
    }
}

struct TaskWaker(Key);

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        LOOP.with(|all| {
            all.enqueue(self.0);
            if !all.is_running.get() {
                all.run_later();
            }
        });
    }
}

/// Runs the work, the beginning at once, and returns a promise of its end.
pub(crate) fn promise(work: Boxed<'static, Ended>) -> Promise {
    let mut functions = None;
    let promise = Promise::new(&mut |resolve, reject| functions = Some((resolve, reject)));
    let Some((resolve, reject)) = functions else {
        return promise;
    };
    LOOP.with(|all| {
        let key = all.tasks.borrow_mut().key();
        let task = Task {
            work: RefCell::new(work),
            waker: Arc::new(TaskWaker(key)).into(),
            is_queued: Cell::new(false),
            resolve,
            reject,
        };
        all.tasks.borrow_mut().put(key, Rc::new(task));
        all.enqueue(key);
        // Called by something that a task has called, it has to wait for that task.
        if all.is_running.get() {
            all.run_later();
        } else {
            all.run();
        }
    });
    promise
}

/// Waits for what a function returned, whether it is a promise or not.
pub(crate) fn settled(returned: Ended) -> Settled {
    let settled = Settled::new();
    match returned {
        Ok(value) => LOOP.with(|all| all.then(&value, settled.key)),
        Err(thrown) => {
            settled.wait.ended.replace(Some(Err(thrown)));
        }
    }
    settled
}

/// However it ends, nobody needs to know.
pub(crate) fn ignore(returned: &JsValue) {
    LOOP.with(|all| all.then(returned, NOBODY));
}

/// Ends as a promise does.
pub(crate) struct Settled {
    key: Key,
    wait: Rc<Wait>,
}

impl Settled {
    fn new() -> Self {
        let wait = Rc::new(Wait::default());
        let key = LOOP.with(|all| {
            let mut waits = all.waits.borrow_mut();
            let key = waits.key();
            waits.put(key, Rc::clone(&wait));
            key
        });
        Self { key, wait }
    }
}

impl Future for Settled {
    type Output = Ended;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ended> {
        if let Some(ended) = self.wait.ended.take() {
            return Poll::Ready(ended);
        }
        self.wait.waker.replace(Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        LOOP.with(|all| all.waits.borrow_mut().take(self.key));
    }
}

/// A timer that ends with its future: one that outlived its call would keep Node alive.
pub(crate) struct Timer {
    rung: Settled,
    id: JsValue,
}

impl Timer {
    pub(crate) fn start(ms: u32) -> Self {
        let rung = Settled::new();
        let Key { index, serial } = rung.key;
        let id = LOOP.with(|all| set_timeout(&all.fulfilled, ms, index, serial));
        Self { rung, id }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.rung).poll(context).map(|_| ())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}
