//! The policy of a call, natively: its checks, its requests, its retries, and the meaning of each
//! response. No JavaScript, no network, and no time but a clock that the tests drive.

#![cfg(not(target_arch = "wasm32"))]
// A test may panic: then it has failed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
// The clock is exact; parameters that read well in a table of cases come by value.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    clippy::needless_pass_by_value,
    clippy::semicolon_if_nothing_returned,
    clippy::similar_names
)]

mod attempts;
mod base_urls;
mod batch_ids;
mod batch_stream;
mod betas;
mod builder;
mod call_machine;
mod cancelations;
mod clocks;
mod constants;
mod credentials;
mod delays;
mod deletion;
mod drains;
mod exact_request;
mod facts;
mod fuzz;
mod guard;
mod headers;
mod job_inputs;
mod jobs;
mod judging;
mod life_cycle;
mod list_deadline;
mod listing;
mod lists;
mod masking;
mod moments;
mod option_names;
mod option_values;
mod pacing;
mod progress;
mod purges;
mod relay;
mod relay_headers;
mod relay_options;
mod replies;
mod retries;
mod rust_programs;
mod secrets;
mod seen;
mod signals;
mod simulation;
mod stop_rule;
mod stops;
mod structure;
mod support;
mod time_limits;
mod visits;
mod wasm_structure;
