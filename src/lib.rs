//! Deletes Claude Message Batches through the fetch API, wherever JavaScript runs.
//!
//! The crate is compiled to WebAssembly and published as the npm package `delete-message-batch`.
//! Each module uses only modules of the folders before it in this list, and only `js` knows of
//! JavaScript.

pub mod base;
pub mod call;
pub mod http;
pub mod jobs;
pub mod js;
pub mod options;
pub mod relay;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
