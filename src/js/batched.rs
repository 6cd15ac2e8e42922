//! What JavaScript reads and makes for the wasm in one go, in `access.js`: each crossing takes as
//! long as the work itself. What it means is decided here.

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

type Caught<T> = Result<T, JsValue>;

#[wasm_bindgen(module = "/src/js/batched.js")]
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

    /// Reads an object's own properties into `values`, each once. Returns the place of each name
    /// among the known ones, as a character, counted from 1; 0 for one that is not known, and
    /// reads no further.
    #[wasm_bindgen(catch)]
    pub(crate) fn own(object: &JsValue, known: &Array, values: &Array) -> Caught<String>;

    /// Whether the object has more than a literal's prototype, which itself has none.
    #[wasm_bindgen(catch)]
    pub(crate) fn inherits(object: &JsValue) -> Caught<bool>;

    /// The number of a kind of value; of a text [`TEXT`] and its length. A proxy may throw.
    #[wasm_bindgen(catch)]
    pub(crate) fn kind(value: &JsValue) -> Caught<u32>;

    /// Sets a property that is not enumerable.
    pub(crate) fn hide(object: &JsValue, name: &JsValue, value: &str);
}

/// What [`kind`] adds to the length of a text.
pub(crate) const TEXT: u32 = 16;

/// The [`kind`] of an object that is neither an array nor a date.
pub(crate) const OBJECT: u32 = 8;

/// What a line holds: a text, if it is marked as one.
pub(crate) fn line<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<&'a str> {
    lines.next()?.strip_prefix('=')
}
