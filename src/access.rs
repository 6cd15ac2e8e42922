//! What JavaScript reads and makes for the wasm in one go, in `access.js`: each crossing takes as
//! long as the work itself. What it means is decided here.

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

type Caught<T> = Result<T, JsValue>;

#[wasm_bindgen(module = "/src/access.js")]
extern "C" {
    /// Calls the given fetch, or the global one.
    #[wasm_bindgen(catch)]
    pub(crate) fn send(
        given: Option<&Function>,
        url: &str,
        method: &JsValue,
        headers: &Object,
        redirect: &JsValue,
        signal: &JsValue,
    ) -> Caught<JsValue>;

    /// Calls one of the functions with the numbers and with how a promise, or any other value,
    /// ends.
    pub(crate) fn settle(
        value: &JsValue,
        fulfilled: &JsValue,
        rejected: &JsValue,
        index: u32,
        serial: u32,
    );

    /// The status of a reply, where it is a number, and its headers of these names, as
    /// [`line`]s.
    #[wasm_bindgen(catch)]
    pub(crate) fn head(reply: &JsValue, names: &Array) -> Caught<String>;

    /// Of a JSON object, as [`line`]s: whether `data` is an array; `id`, `type` and
    /// `processing_status`.
    pub(crate) fn facts(value: &JsValue) -> Option<String>;

    /// A variable of `process.env`, where there is such a thing.
    #[wasm_bindgen(catch)]
    pub(crate) fn environment(name: &JsValue) -> Caught<JsValue>;

    /// Sets a property that is not enumerable.
    pub(crate) fn hide(object: &JsValue, name: &JsValue, value: &str);
}

/// What a line holds: a text, if it is marked as one.
pub(crate) fn line<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<&'a str> {
    lines.next()?.strip_prefix('=')
}
