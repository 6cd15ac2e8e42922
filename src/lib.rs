//! Deletes Claude Message Batches through the fetch API, wherever JavaScript runs.
//!
//! The crate is compiled to WebAssembly and published as the npm package `delete-message-batch`.
//! Each module uses only modules of the folders before it in this list, and only `js` knows of
//! JavaScript.

pub mod base;
pub mod call;
pub mod http;
#[cfg(feature = "jobs")]
pub mod jobs;
#[cfg(feature = "js")]
pub mod js;
pub mod options;
#[cfg(feature = "relay")]
pub mod relay;
