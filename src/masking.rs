//! The export that masks a body which a relay hands on. `pkg/run/streamed.js` calls it for each part.

use js_sys::{Array, Uint8Array};
use policy::internal::strings::parts;
use policy::relay::masking;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// Masks the secrets, one a line, in a part of a body. Returns the bytes to hand on, and the ones to give with
/// the next part as `held`. The wasm keeps nothing: in some runtimes no event says that the page has left.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn mask(secrets: &str, held: &[u8], part: &[u8], more: bool) -> JsValue {
    let masked = masking::mask_part(parts(secrets, b'\n'), held, part, more);
    let pair = Array::new();
    for bytes in [masked.shown, masked.held] {
        pair.push(&Uint8Array::from(&*bytes));
    }
    pair.into()
}
