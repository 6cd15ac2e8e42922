//! The Message Batches API on this machine: state, life cycle, limits, and faults on demand.
//!
//! From the outside in: [`server`] accepts connections, whose requests' heads [`heads`] keeps as
//! they came; [`route`] finds the world and the endpoint; [`control`] and [`api`] response;
//! [`deliver`] sends the response, faults included.

// A fault of the emulator fails the test that runs it: it may panic.
#![allow(clippy::indexing_slicing)]

pub mod api;
pub mod batches;
pub mod control;
pub mod deliver;
pub mod draft;
pub mod fault;
pub mod heads;
pub mod limiter;
pub mod payload;
pub mod record;
pub mod route;
pub mod server;
pub mod settings;
pub mod setup;
pub mod static_files;
pub mod store;
pub mod tee;
pub mod world;
