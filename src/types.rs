//! The TypeScript types of options and results.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const CODES: &str = policy::base::error::TYPESCRIPT;

#[wasm_bindgen(typescript_custom_section)]
const BETAS: &str = policy::options::betas::TYPESCRIPT;
