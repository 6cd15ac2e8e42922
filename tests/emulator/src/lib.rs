//! The Message Batches API on this machine: state, life cycle, limits, and faults on demand.
//!
//! The parts, from the outside in: [`server`] accepts connections, [`route`] finds the world and
//! the endpoint, [`control`] and [`api`] answer, [`deliver`] sends the answer, faults included.

pub mod api;
pub mod batches;
pub mod control;
pub mod deliver;
pub mod fault;
pub mod limiter;
pub mod reply;
pub mod route;
pub mod server;
pub mod static_files;
pub mod tee;
pub mod world;
