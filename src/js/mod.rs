//! Everything that sees a JavaScript value: the driver of the machines, and the exported functions.

mod abort;
mod batched;
mod call;
pub mod driver;
mod environment;
pub mod exports;
mod fetch;
mod functions;
#[cfg(feature = "jobs")]
mod ids;
#[cfg(feature = "jobs")]
pub mod job;
#[cfg(feature = "jobs")]
mod job_options;
#[cfg(feature = "jobs")]
pub mod list;
mod names;
#[cfg(feature = "relay")]
pub mod open_relay;
mod options;
#[cfg(feature = "jobs")]
mod page;
#[cfg(feature = "jobs")]
mod progress;
#[cfg(feature = "relay")]
pub mod relay;
#[cfg(feature = "relay")]
pub mod relay_parts;
#[cfg(feature = "relay")]
mod relay_response;
mod response;
mod results;
#[cfg(feature = "jobs")]
mod timers;
mod types;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
