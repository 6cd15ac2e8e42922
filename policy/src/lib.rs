//! Deletes [Claude Message Batches](https://platform.claude.com/docs/en/api/deleting-message-batches): one or a
//! million. It keeps within the rate limit, retries after the delay that the API states, and reports every deletion
//! that failed.
//!
//! # The client
//!
//! By reqwest and tokio, with the feature `reqwest`. The key is in `ANTHROPIC_API_KEY`.
//!
#![cfg_attr(feature = "reqwest", doc = "```no_run")]
#![cfg_attr(not(feature = "reqwest"), doc = "```ignore")]
//! use delete_message_batch_policy::client::{Client, ReqwestTransport};
//! use delete_message_batch_policy::options::selection::Selection;
//! use delete_message_batch_policy::Settings;
//! # use std::time::Duration;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Settings::builder().build()?, ReqwestTransport::new()?);
//! client.delete("msgbatch_013Zva2CMHLNnXjNJJKqJ2EF").await?;
//!
//! let month = Duration::from_secs(30 * 24 * 60 * 60);
//! let report = client.purge(Selection::default().ended_before(month)).run().await?;
//! println!("{} deleted, {} failed", report.ends.deleted, report.failed.len());
//! # Ok(())
//! # }
//! ```
//!
//! TLS is a feature of reqwest: `cargo add reqwest` enables its default.
#![cfg_attr(
    feature = "client",
    doc = "Another HTTP library implements [`client::Transport`], another runtime [`client::Sleeper`]. "
)]
//! In Cloudflare Workers the feature `worker` has both.
//!
//! # Bring your own loop
//!
//! Below the client are state machines without I/O: an event goes in, an action comes out. They use no clock, no
//! network, no async and no runtime. The npm package `delete-message-batch` is these machines with JavaScript's
//! `fetch` and timers around them.
//!
//! ```
//! use delete_message_batch_policy::{
//!     Action, Call, DeletionOptions, Done, Event, Failure, Goal, Request, Response, Settings, WallTime,
//! };
//! use std::time::{Duration, Instant, SystemTime};
//!
//! fn delete(id: &str) -> Result<Done<String>, Box<Failure>> {
//!     let settings = Settings::builder().api_key("sk-ant-example").build()?;
//!     let goal = Goal::Delete(id.parse()?, DeletionOptions::default());
//!     let mut call = Call::new(settings.into(), goal, Instant::now().into());
//!     let mut event = Event::Start;
//!     loop {
//!         let random = 0.5; // a real driver has a random number from 0 to 1
//!         let output = call.handle(event, Instant::now().into(), random);
//!         event = match output.action {
//!             Action::Send(request) => send(&request, output.limit_ms),
//!             Action::Sleep { ms, .. } => {
//!                 // The limit is shorter if `total_timeout` ends earlier.
//!                 let ms = output.limit_ms.unwrap_or(ms);
//!                 std::thread::sleep(Duration::from_millis(ms.into()));
//!                 Event::Woke
//!             }
//!             Action::Done(done) => return Ok(done),
//!             Action::Failed(failure) => return Err(failure),
//!             _ => Event::TimedOut, // not in this call; it then fails
//!         };
//!     }
//! }
//!
//! /// Stands for an HTTP client. A real one does not follow redirects, returns `Event::TimedOut` after `limit_ms`,
//! /// and passes its errors as `Event::Lost`.
//! fn send(request: &Request, _limit_ms: Option<u32>) -> Event<String> {
//!     assert_eq!(request.method.as_str(), "DELETE");
//!     assert_eq!(request.url, "https://api.anthropic.com/v1/messages/batches/msgbatch_1");
//!     let body = br#"{"id":"msgbatch_1","type":"message_batch_deleted"}"#;
//!     let received_at = WallTime::from(SystemTime::now());
//!     Event::Response(Box::new(Response::read(200, [("request-id", "req_1")], body, received_at)))
//! }
//!
//! let Done::Responded(response) = delete("msgbatch_1")? else { panic!("it was there") };
//! assert_eq!(response.request_id(), Some("req_1"));
//! # Ok::<(), Box<Failure>>(())
//! ```
//!
#![cfg_attr(
    feature = "jobs",
    doc = "Many batches are a [`Job`](jobs::job::Job); [`jobs`] has an example. "
)]
//! `examples/rust` in the repository has whole programs: with the client, with ureq, and for Workers.
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
//! - State in [`Event::Lost`] whether the request may have been sent. If in doubt, it was.
//! - Report [`Output::attempt`], if logs or metrics need it.
//!
//! # Keys
//!
//! No [`Failure`] and no [`Attempt`] holds a credential: every occurrence is removed from messages, headers
//! and bodies. `Debug` of settings, requests and events also leaves them out.
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
#[doc(hidden)]
pub mod internal;
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
pub use options::Settings;
pub use options::base_url::BaseUrl;
pub use options::batch_id::BatchId;
pub use options::betas::AnthropicBeta;
#[cfg(feature = "builder")]
pub use options::builder::{Secret, SettingsBuilder};
pub use options::credentials::{Environment, Scheme};
#[doc(hidden)]
pub use options::{
    RequestOptions, RetryPolicy, betas::Betas, credentials::CredentialOption,
    extra_headers::ExtraHeaders,
};
