//! The client for Rust programs against the emulator: its requests, and the end of each call and job.

// A test may panic: then it has failed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod aborts;
mod calls;
mod jobs;
mod lists;
mod purges;
mod world;
