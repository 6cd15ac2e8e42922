//! Deletes Claude Message Batches through the fetch API, wherever JavaScript runs.
//!
//! This crate is compiled to WebAssembly and published as the npm package `delete-message-batch`:
//! it begins the actions of the state machines of [`policy`], whose ends the loops of `pkg/run/` await. A
//! Rust program has nothing to call here. It uses the crate [`delete-message-batch-policy`][policy] with
//! an HTTP client of its own.

mod border;
pub mod calls;
pub mod environment;
#[cfg(feature = "jobs")]
pub mod jobs;
#[cfg(feature = "jobs")]
pub mod lists;
#[cfg(feature = "relay")]
pub mod masking;
#[doc(hidden)]
pub mod options;
#[cfg(feature = "relay")]
pub mod relay;
mod report;
mod request;
pub mod response;
mod types;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
