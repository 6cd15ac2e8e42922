//! Deletes Claude Message Batches through the fetch API, wherever JavaScript runs.
//!
//! The crate is compiled to WebAssembly and published as the npm package `delete-message-batch`.
//! Each module uses only modules of the folders before it in this list, and only `js` knows of
//! JavaScript.

pub mod base;
pub mod options;
pub mod http;
pub mod call;
#[cfg(feature = "jobs")]
pub mod jobs;
#[cfg(feature = "relay")]
pub mod relay;
#[cfg(feature = "js")]
pub mod js;
