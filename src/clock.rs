//! The runtime's timers, date and random numbers.

use crate::call::Clock;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Closure<dyn FnMut()>, ms: u32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// The clock of the JavaScript runtime.
pub(crate) struct JsClock;

impl Clock for JsClock {
    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        Timer::start(ms)
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }
}

/// A timer that ends with its future: one that outlived its call would keep Node alive.
struct Timer {
    id: JsValue,
    state: Rc<Ring>,
    _handler: Closure<dyn FnMut()>,
}

#[derive(Default)]
struct Ring {
    rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Timer {
    fn start(ms: u32) -> Self {
        let state = Rc::new(Ring::default());
        let ring = Rc::clone(&state);
        let handler = Closure::new(move || {
            ring.rung.set(true);
            if let Some(waker) = ring.waker.take() {
                waker.wake();
            }
        });
        Self {
            id: set_timeout(&handler, ms),
            state,
            _handler: handler,
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.state.rung.get() {
            return Poll::Ready(());
        }
        self.state.waker.replace(Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if !self.state.rung.get() {
            clear_timeout(&self.id);
        }
    }
}
