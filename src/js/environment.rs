//! The environment, as the other modules of this folder name it.

pub(crate) use crate::environment::{environment, host};
use js_sys::Reflect;
use wasm_bindgen::prelude::JsValue;

/// A property; undefined where there is none, or where it can't be read.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
