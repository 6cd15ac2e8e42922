//! The options of JavaScript's callers, natively: the kinds of values, the table of options, and the
//! runtimes that decide on credentials and URLs. `tests/policy` tests the meaning of checked values.

#![cfg(not(target_arch = "wasm32"))]
// A test that finds nothing where something must be has failed, and says so by panicking.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod arrays;
mod base_urls;
mod credentials;
mod encoding;
mod hosts;
mod jobs;
mod kinds;
mod names;
mod option_types;
/// The module itself: its crate compiles js-sys and web-sys, which nothing here calls.
#[doc(hidden)]
#[path = "../../src/options/mod.rs"]
pub mod options;
mod relays;
mod support;
