//! Everything that sees a JavaScript value.

mod abort;
mod batched;
mod body;
mod clock;
mod environment;
mod event_loop;
pub mod exports;
mod fetch;
mod ids;
mod job_options;
pub mod jobs;
mod options;
mod progress;
mod relay;
mod results;
mod types;
mod words;
