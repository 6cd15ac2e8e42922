//! The exported functions for one batch. Each gets the two functions of the promise that the package
//! has made for it.

use crate::js::{batched, results};
use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes the function that every promise, timer and signal calls, which hands its arguments to
/// `dispatch`, and the function that makes an error object of failure data. The package calls this
/// once, right after loading.
#[wasm_bindgen(js_name = setUpDriver, skip_typescript)]
pub fn set_up(handler: &Function, error_builder: Function) {
    let _ = batched::set_up(handler);
    results::set_error_builder(error_builder);
}
