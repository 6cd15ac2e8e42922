//! The caller's functions, and the two that settle a promise.

use crate::js::{batched, results};
use js_sys::Function;
use policy::base::error::Failure;
use policy::call::events::Attempt;
use wasm_bindgen::prelude::JsValue;

/// Functions of the caller's.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    pub(crate) credential: Option<Function>,
    pub(crate) fetch: Option<Function>,
    pub(crate) on_attempt: Option<Function>,
}

impl Functions {
    /// Reports an attempt. An error of the hook, now or later, changes nothing.
    pub(crate) fn report(&self, attempt: &Attempt) {
        let Some(hook) = &self.on_attempt else {
            return;
        };
        let Ok(returned) = hook.call1(&JsValue::UNDEFINED, &results::attempt(attempt)) else {
            return;
        };
        if returned.is_object() {
            let _ = batched::ignore(&returned);
        }
    }
}

/// The functions that settle the promise of a call.
#[derive(Clone, Debug)]
pub(crate) struct Promised {
    resolve: Function,
    reject: Function,
}

impl Promised {
    pub(crate) fn new(resolve: Function, reject: Function) -> Self {
        Self { resolve, reject }
    }

    pub(crate) fn resolver(&self) -> &Function {
        &self.resolve
    }

    /// The function of a promise can't fail.
    pub(crate) fn resolve(&self, value: &JsValue) {
        let _ = self.resolve.call1(&JsValue::UNDEFINED, value);
    }

    pub(crate) fn reject(&self, envelope: &JsValue) {
        let _ = self.reject.call1(&JsValue::UNDEFINED, envelope);
    }

    pub(crate) fn fail(&self, failure: &Failure) {
        self.reject(&results::failure(failure));
    }
}
