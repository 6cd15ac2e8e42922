//! The TypeScript types of options and results.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPESCRIPT: &str = include_str!("types.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const RELAY_TYPESCRIPT: &str = include_str!("relay.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const JOB_TYPESCRIPT: &str = include_str!("job_types.d.ts");
