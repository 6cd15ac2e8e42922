//! The relay's part in JavaScript, `relay_parts.js`, and the functions of the wasm that it calls.

use crate::js::batched::Caught;
use js_sys::Function;
use policy::base::strings::{number, parts};
use policy::relay::masking;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(module = "/src/js/relay_parts.js")]
extern "C" {
    /// Of a page's request: the bytes of its headers, its method and URL, and lines of header names
    /// and values in turn.
    #[wasm_bindgen(catch)]
    pub(crate) fn visit(request: &JsValue) -> Caught<String>;

    /// Resolves with a copy of a `Response` that also has the headers in these lines.
    #[wasm_bindgen(catch)]
    pub(crate) fn decorate(response: &JsValue, lines: &str, resolve: &Function) -> Caught<()>;

    /// Resolves with a `Response` of this body and status, and of the headers in these lines. With
    /// secrets, one a line, the body is a stream, masked by [`mask`], of `length` bytes where that is
    /// known.
    #[wasm_bindgen(catch)]
    pub(crate) fn respond(
        body: &JsValue,
        status: u16,
        headers: &str,
        secrets: &str,
        length: Option<f64>,
        resolve: &Function,
    ) -> Caught<()>;
}

/// Finds the secrets, one a line, in a part of a body. It keeps nothing: a page that goes away leaves
/// its body without a sign in some runtimes, and the bytes that the wasm kept would stay for ever.
/// Returns `ready` and `hidden` of [`masking::Masked`], then its ranges, as numbers with spaces between.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn mask(secrets: &str, bytes: &[u8], from: u32, hidden: u32, more: bool) -> String {
    let (from, hidden) = (from as usize, hidden as usize);
    let masked = masking::mask(parts(secrets, b'\n'), bytes, from, hidden, more);
    let mut text = number(masked.ready as u64);
    let mut add = |value: usize| text.extend([" ", &number(value as u64)]);
    add(masked.hidden);
    for (begin, end) in masked.ranges {
        add(begin);
        add(end);
    }
    text
}
