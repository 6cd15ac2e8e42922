//! Everything that sees a JavaScript value: the driver of the machines, and the exported functions.

mod abort;
mod batched;
pub mod driver;
mod environment;
pub mod exports;
mod fetch;
mod functions;
mod names;
#[cfg(feature = "relay")]
pub mod open_relay;
mod options;
#[cfg(feature = "relay")]
pub mod relay;
#[cfg(feature = "relay")]
pub mod relay_parts;
#[cfg(feature = "relay")]
mod relay_response;
mod response;
mod results;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
