//! A caller's `AbortSignal`.

use crate::js::batched;
use crate::js::environment::get;
use wasm_bindgen::prelude::JsValue;

/// An `AbortSignal`, or an object like one: of another realm, or a polyfill's.
#[derive(Debug)]
pub(crate) struct Signal {
    signal: JsValue,
    /// The task that waits for the abort.
    task: Option<u32>,
}

impl Signal {
    /// The value as a signal, if it can be watched as one.
    pub(crate) fn from_value(value: &JsValue) -> Option<Self> {
        let is_signal = value.is_object()
            && get(value, "aborted").as_bool().is_some()
            && get(value, "addEventListener").is_function()
            && get(value, "removeEventListener").is_function();
        is_signal.then(|| Self {
            signal: value.clone(),
            task: None,
        })
    }

    /// The signal as it was given.
    #[cfg(feature = "relay")]
    pub(crate) fn as_js(&self) -> &JsValue {
        &self.signal
    }

    /// Another watch of the same signal.
    #[cfg(feature = "jobs")]
    pub(crate) fn again(&self) -> Self {
        Self {
            signal: self.signal.clone(),
            task: None,
        }
    }

    /// Dispatches the abort to a task until this is dropped.
    pub(crate) fn watch(&mut self, task: u32) {
        // Of a signal that can't be listened to, the abort is seen at the next event.
        if batched::watch(&self.signal, task).is_ok() {
            self.task = Some(task);
        }
    }

    pub(crate) fn is_aborted(&self) -> bool {
        get(&self.signal, "aborted").is_truthy()
    }

    pub(crate) fn reason(&self) -> JsValue {
        get(&self.signal, "reason")
    }
}

impl Drop for Signal {
    fn drop(&mut self) {
        if let Some(task) = self.task {
            let _ = batched::unwatch(&self.signal, task);
        }
    }
}
