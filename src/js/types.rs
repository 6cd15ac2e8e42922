//! The TypeScript types of options and results.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const CODES: &str = crate::base::error::TYPESCRIPT;

#[wasm_bindgen(typescript_custom_section)]
const BETAS: &str = crate::options::betas::TYPESCRIPT;
