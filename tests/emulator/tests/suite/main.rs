//! The emulator, tested over real sockets.

// A test that finds nothing where something must be has failed, and says so by panicking.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod api;
mod cli;
mod control;
mod faults;
mod limits;
mod list;
mod parts;
mod record;
mod support;
mod wire_faults;
