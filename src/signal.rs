//! Watches a caller's `AbortSignal`.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
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

    #[wasm_bindgen(method, getter, structural, catch)]
    fn reason(this: &Signal) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, structural, catch, js_name = addEventListener)]
    fn add_event_listener(this: &Signal) -> Result<JsValue, JsValue>;

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
        let can_listen = signal
            .add_event_listener()
            .is_ok_and(|method| method.is_function());
        (aborted.as_bool().is_some() && can_listen).then(|| signal.clone())
    }
}

/// Ends with the signal's reason once it is aborted. Leaves no listener behind.
pub(crate) struct Aborted {
    signal: Signal,
    waker: Rc<RefCell<Option<Waker>>>,
    handler: Option<Closure<dyn FnMut()>>,
}

impl Aborted {
    pub(crate) fn watch(signal: Signal) -> Self {
        Self {
            signal,
            waker: Rc::default(),
            handler: None,
        }
    }

    fn is_aborted(&self) -> bool {
        self.signal
            .aborted()
            .is_ok_and(|aborted| aborted.is_truthy())
    }

    fn listen(&mut self) {
        let waker = Rc::clone(&self.waker);
        let handler = Closure::new(move || {
            if let Some(waker) = waker.take() {
                waker.wake();
            }
        });
        if self.signal.listen("abort", &handler).is_ok() {
            self.handler = Some(handler);
        }
    }
}

impl Future for Aborted {
    type Output = JsValue;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<JsValue> {
        if self.is_aborted() {
            return Poll::Ready(self.signal.reason().unwrap_or(JsValue::UNDEFINED));
        }
        self.waker.replace(Some(context.waker().clone()));
        if self.handler.is_none() {
            self.listen();
        }
        Poll::Pending
    }
}

impl Drop for Aborted {
    fn drop(&mut self) {
        if let Some(handler) = &self.handler {
            let _ = self.signal.unlisten("abort", handler);
        }
    }
}
