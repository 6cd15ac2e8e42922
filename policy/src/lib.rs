//! Deletes [Claude Message Batches](https://platform.claude.com/docs/en/api/deleting-message-batches)
//! with an HTTP client of your own.
//!
//! This crate has every decision and no I/O: the request, the meaning of its response, whether
//! and when it is sent again, and, for many batches, the number of requests in flight. The decisions are
//! state machines: an event goes in, an action comes out. They use no clock, no network, no async and
//! no runtime, so they fit reqwest, ureq, workers-rs, or a test in virtual time. The npm package
//! `delete-message-batch` is this crate with JavaScript's `fetch` and timers around it.
//!
//! # One batch
//!
//! ```
//! use delete_message_batch_policy::{
//!     Action, BatchId, Call, CredentialOption, DeletionOptions, Done, Event, Failure, Goal, Request,
//!     RequestOptions, Response, RetryPolicy, Scheme, Settings,
//! };
//! use std::sync::Arc;
//!
//! /// Stands for an HTTP client. A real one does not follow redirects, gives up after `limit_ms`
//! /// ([`Event::TimedOut`]), and passes its errors as [`Event::Lost`].
//! fn send(request: &Request, _limit_ms: Option<u32>, attempt: u32) -> Event<String> {
//!     assert_eq!(request.method.as_str(), "DELETE");
//!     assert_eq!(request.url, "https://api.anthropic.com/v1/messages/batches/msgbatch_1");
//!     assert_eq!(request.headers.get("x-api-key"), Some("sk-ant-example"));
//!     let (status, body) = match attempt {
//!         1 => (529, r#"{"type":"error","error":{"type":"overloaded_error","message":"…"}}"#),
//!         _ => (200, r#"{"id":"msgbatch_1","type":"message_batch_deleted"}"#),
//!     };
//!     let headers = [("request-id", "req_1")];
//!     Event::Response(Box::new(Response::read(status, headers, body.as_bytes(), 0.0)))
//! }
//!
//! fn delete(id: &str) -> Result<Done<String>, Box<Failure>> {
//!     // The options have the rules and defaults of the npm package. The first one that is not valid is
//!     // the error, before anything is sent.
//!     let options = RequestOptions {
//!         credential: CredentialOption::Fixed(Scheme::ApiKey, "sk-ant-example"),
//!         retries: RetryPolicy { max_retries: 3, max_delay_ms: 60_000 },
//!         ..RequestOptions::default()
//!     };
//!     // Without the option, the credential is ANTHROPIC_API_KEY of these variables.
//!     let environment = |name: &str| std::env::var(name).ok();
//!     let settings = Settings::check(options, &environment)?;
//!
//!     let id: BatchId = id.parse()?;
//!     let goal = Goal::Delete(id, DeletionOptions::default());
//!     // A clock in milliseconds, and a random number from 0 to 1: a real driver has real ones.
//!     let (mut now, random) = (0.0, 0.5);
//!     let mut call = Call::new(Arc::new(settings), goal, now);
//!     let (mut event, mut attempts) = (Event::Start, 0);
//!     loop {
//!         let output = call.handle(event, now, random);
//!         event = match output.action {
//!             Action::Send(request) => {
//!                 attempts += 1;
//!                 send(&request, output.limit_ms, attempts)
//!             }
//!             Action::Sleep { ms, .. } => {
//!                 // The limit is shorter if `totalTimeout` ends earlier.
//!                 now += f64::from(output.limit_ms.unwrap_or(ms));
//!                 Event::Woke
//!             }
//!             Action::Done(done) => return Ok(done),
//!             Action::Failed(failure) => return Err(failure),
//!             // Only with `CredentialOption::Function`, and only in a job.
//!             Action::CallForCredential(_) | Action::AwaitPermit => unreachable!(),
//!         };
//!     }
//! }
//!
//! let Done::Responded(response) = delete("msgbatch_1")? else { panic!("it was there") };
//! assert_eq!(response.content, r#"{"id":"msgbatch_1","type":"message_batch_deleted"}"#);
//! # Ok::<(), Box<Failure>>(())
//! ```
//!
#![cfg_attr(
    feature = "jobs",
    doc = "Many batches are a [`Job`](jobs::job::Job); [`jobs`] has an example. "
)]
//! `examples/rust` in the repository is a whole program with ureq.
//!
//! # The invariant
//!
//! **One action is outstanding for each call, and exactly one event follows it.** After any event `handle`
//! returns: it does not block and does not panic. To abort a call, drop it.
//!
//! | action | events that may follow |
//! |---|---|
//! | [`Action::Send`] | [`Event::Response`], [`Event::Lost`], [`Event::TimedOut`] |
//! | [`Action::Sleep`] | [`Event::Woke`] |
//! | [`Action::CallForCredential`] | [`Event::Credential`], [`Event::TimedOut`] |
//! | [`Action::AwaitPermit`], in a job of your own | [`Event::Permitted`], [`Event::Denied`] |
//! | [`Action::Done`], [`Action::Failed`] | none: the call has ended |
//!
//! An action's time limit is [`Output::limit_ms`]. The driver aborts the action when the time is up.
//!
//! # The duties of a driver
//!
//! - Pass a redirect as a response. If it is followed, it takes the key to another server.
//! - Read at most [`MAX_BODY`] bytes of a body, and pass the bytes that were read.
//! - Take `now` from a monotonic clock.
//! - Report [`Output::attempt`], if logs or metrics need it.
//!
//! # Keys
//!
//! No [`Failure`] and no [`Attempt`] holds a credential: every occurrence is removed from messages, headers
//! and bodies. `Debug` of settings, requests and events also leaves them out. [`RequestOptions`], which a
//! caller fills, has no `Debug`.
//!
//! # Features
//!
//! | feature | default | has |
//! |---|---|---|
//! | `builder` | yes | [`Settings::builder`] |
//! | `client` | no | [`client::Client`], over any HTTP library and runtime |
//! | `reqwest` | no | the client's transport by reqwest, with timers by tokio |
//! | `worker` | no | the client's transport for Cloudflare Workers |
//! | `jobs` | yes | many batches: a job with its limiter, the list, retention |
//! | `relay` | yes | the rules of a relay: which requests of a page go to the API |
//! | `json` | yes | `Response::read`, by `serde_json`; without it the driver fills [`Payload`] |
//!
//! It compiles to `wasm32-unknown-unknown`, and brings no allocator.
//!
//! # Versions
//!
//! The documented items follow semantic versioning. Hidden items are for the project's own crate, and may
//! change in any version.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod base;
pub mod call;
#[cfg(feature = "client")]
pub mod client;
pub mod http;
#[cfg(feature = "jobs")]
pub mod jobs;
pub mod options;
#[cfg(feature = "relay")]
pub mod relay;

pub use base::error::{Cause, Code, Failure};
pub use base::headers::Headers;
pub use base::time::{MonotonicTime, WallTime};
pub use call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};
pub use call::events::{Action, Attempt, Done, Event, Goal, Output};
pub use call::machine::Call;
#[cfg(feature = "client")]
pub use client::Client;
pub use http::request::{Method, Request};
pub use http::response::{BodyEnd, MAX_BODY, Payload, Response};
pub use options::base_url::BaseUrl;
pub use options::batch_id::BatchId;
pub use options::betas::{AnthropicBeta, Betas};
#[cfg(feature = "builder")]
pub use options::builder::{Secret, SettingsBuilder};
pub use options::credentials::{CredentialOption, Environment, Scheme};
pub use options::extra_headers::ExtraHeaders;
pub use options::{RequestOptions, RetryPolicy, Settings};
