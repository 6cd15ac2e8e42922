//! The sections of the wasm from which the build takes the TypeScript types.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const CODES: &str = crate::options::typescript::CODES;

#[wasm_bindgen(typescript_custom_section)]
const BETAS: &str = crate::options::typescript::BETAS;
