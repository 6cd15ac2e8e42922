//! Watches a caller's `AbortSignal`.

use crate::js::environment::get;
use crate::js::options;
use js_sys::Map;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// An `AbortSignal`, or what looks like one: of another realm, or a polyfill's.
    #[derive(Clone)]
    pub(crate) type Signal;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn aborted(this: &Signal) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = addEventListener)]
    fn listen(this: &Signal, event: &str, handler: &Closure<dyn FnMut()>) -> Result<(), JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = removeEventListener)]
    fn unlisten(this: &Signal, event: &str, handler: &Closure<dyn FnMut()>) -> Result<(), JsValue>;
}

impl Signal {
    /// The value as a signal, if it can be watched as one.
    pub(crate) fn from_value(value: &JsValue) -> Option<Self> {
        let signal: &Self = value.is_object().then(|| value.unchecked_ref())?;
        let aborted = signal.aborted().ok()?;
        let can_listen = get(signal, "addEventListener").is_function();
        (aborted.as_bool().is_some() && can_listen).then(|| signal.clone())
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted().is_ok_and(|aborted| aborted.is_truthy())
    }
}

/// Every signal that is watched, with one listener each, however many calls share it: Node warns
/// of a leak at the eleventh.
#[derive(Default)]
struct Watches {
    /// From a signal to the number of its watch.
    numbers: Map,
    list: RefCell<Vec<Watch>>,
    last_number: Cell<u32>,
}

/// One signal, and the calls that wait for it.
struct Watch {
    number: u32,
    signal: Signal,
    handler: Closure<dyn FnMut()>,
    waiting: Vec<(u32, Waker)>,
}

thread_local! {
    static WATCHES: Watches = Watches::default();
}

impl Watches {
    fn next_number(&self) -> u32 {
        self.last_number.set(self.last_number.get().wrapping_add(1));
        self.last_number.get()
    }

    /// The number of the signal's watch, which begins now if there is none.
    fn number(&self, signal: &Signal) -> u32 {
        if let Some(number) = options::value(&self.numbers.get(signal)).whole(0, u32::MAX) {
            return number;
        }
        let number = self.next_number();
        let handler = Closure::new(move || WATCHES.with(|watches| watches.wake(number)));
        // Of a signal that can't be listened to, the abort is seen when the call goes on.
        let _ = signal.listen("abort", &handler);
        self.numbers.set(signal, &number.into());
        let watch = Watch {
            number,
            signal: signal.clone(),
            handler,
            waiting: Vec::new(),
        };
        self.list.borrow_mut().push(watch);
        number
    }

    fn wait(&self, number: u32, call: u32, waker: &Waker) {
        let mut watches = self.list.borrow_mut();
        if let Some(watch) = watches.iter_mut().find(|watch| watch.number == number) {
            watch.waiting.retain(|(known, _)| *known != call);
            watch.waiting.push((call, waker.clone()));
        }
    }

    fn wake(&self, number: u32) {
        let watches = self.list.borrow();
        for watch in watches.iter().filter(|watch| watch.number == number) {
            for (_, waker) in &watch.waiting {
                waker.wake_by_ref();
            }
        }
    }

    /// A call waits no more. With the last one goes the listener.
    fn leave(&self, number: u32, call: u32) {
        let mut watches = self.list.borrow_mut();
        let Some(index) = watches.iter().position(|watch| watch.number == number) else {
            return;
        };
        if let Some(watch) = watches.get_mut(index) {
            watch.waiting.retain(|(known, _)| *known != call);
            if !watch.waiting.is_empty() {
                return;
            }
        }
        let Watch {
            signal, handler, ..
        } = watches.swap_remove(index);
        drop(watches);
        self.numbers.delete(&signal);
        let _ = signal.unlisten("abort", &handler);
    }
}

/// Ends with the signal's reason once it is aborted. Leaves no listener behind.
pub(crate) struct Aborted {
    signal: Signal,
    /// The numbers of the watch and of this call.
    place: Option<(u32, u32)>,
}

impl Aborted {
    pub(crate) fn watch(signal: Signal) -> Self {
        Self {
            signal,
            place: None,
        }
    }
}

impl Future for Aborted {
    type Output = JsValue;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<JsValue> {
        if self.signal.is_aborted() {
            return Poll::Ready(get(&self.signal, "reason"));
        }
        WATCHES.with(|watches| {
            let signal = &self.signal;
            let arrive = || (watches.number(signal), watches.next_number());
            let (number, call) = self.place.unwrap_or_else(arrive);
            self.place = Some((number, call));
            watches.wait(number, call, context.waker());
        });
        Poll::Pending
    }
}

impl Drop for Aborted {
    fn drop(&mut self) {
        if let Some((number, call)) = self.place {
            WATCHES.with(|watches| watches.leave(number, call));
        }
    }
}
