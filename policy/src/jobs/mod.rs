//! Many calls: a job, its limiter, and the list of batches.
//!
//! A [`Job`](job::Job) pulls ids, keeps deletions in flight up to the rate limit and
//! `concurrency`, and reports each outcome once. This driver performs one action after the other; a real
//! driver performs the actions of several calls at once.
//!
//! ```
//! use delete_message_batch_policy::jobs::actions::{JobEnd, JobAction, Source};
//! use delete_message_batch_policy::jobs::concurrency::Concurrency;
//! use delete_message_batch_policy::jobs::job::Job;
//! use delete_message_batch_policy::jobs::report::Pulled;
//! use delete_message_batch_policy::{
//!     Action, AnthropicBeta, DeletionOptions, Event, Failure, IfMissing, MonotonicTime, Request, Response,
//!     Settings, WallTime,
//! };
//! use std::sync::Arc;
//!
//! /// Stands for an HTTP client.
//! fn send(request: &Request) -> Event<String> {
//!     let (path, _query) = request.url.split_once('?').unwrap();
//!     let (_, id) = path.rsplit_once('/').unwrap();
//!     let body = format!(r#"{{"id":"{id}","type":"message_batch_deleted"}}"#);
//!     Event::Response(Box::new(Response::read(200, [], body.as_bytes(), WallTime::default())))
//! }
//!
//! let settings = Settings::builder()
//!     .api_key("sk-ant-example")
//!     .beta(AnthropicBeta::MessageBatches20240924)
//!     .build()?;
//! let options = DeletionOptions::default().if_missing(IfMissing::Ignore);
//! let ids = ["msgbatch_1", "not an id", "msgbatch_2"];
//! let mut source = ids.into_iter();
//! let (concurrency, ids_of) = (Concurrency::default(), Source::Caller(Some(3)));
//! let mut job = Job::new(Arc::new(settings), options, concurrency, ids_of);
//! let (mut ms, random) = (0.0, 0.5);
//! let mut wake = None;
//! job.start(MonotonicTime::from_millis(ms), random);
//! let end = loop {
//!     let now = MonotonicTime::from_millis(ms);
//!     let Some(action) = job.poll(now, random) else {
//!         // Nothing is in flight here, so the job waits for its limiter.
//!         ms += f64::from(wake.take().unwrap_or(0_u32));
//!         job.woke(MonotonicTime::from_millis(ms), random);
//!         continue;
//!     };
//!     match action {
//!         JobAction::Pull => match source.next() {
//!             Some(id) => {
//!                 let given = Some(id.to_owned());
//!                 job.pulled(Pulled { given, id: id.parse() }, now, random);
//!             }
//!             None => job.source_ended(JobEnd::Complete, now, random),
//!         },
//!         JobAction::Call(number, action, limit_ms) => {
//!             let event = match action {
//!                 Action::Send(request) => send(&request),
//!                 Action::Sleep { ms: pause, .. } => {
//!                     ms += f64::from(limit_ms.unwrap_or(pause));
//!                     Event::Woke
//!                 }
//!                 _ => unreachable!("a job performs the others itself"),
//!             };
//!             job.handle(number, event, MonotonicTime::from_millis(ms), random);
//!         }
//!         JobAction::Report(report) => {
//!             let (outcome, progress) = *report;
//!             println!("{:?}: {:?}, {} deleted", outcome.id, outcome.status, progress.ends.deleted);
//!         }
//!         JobAction::Turn => job.turned(now, random),
//!         JobAction::Wake(ms) => wake = Some(ms),
//!         JobAction::Finished(end) => break end,
//!         // For a list with the caller's filter, and for logs.
//!         _ => {}
//!     }
//! };
//! assert!(matches!(end, JobEnd::Complete));
//! assert_eq!((job.report().ends.deleted, job.report().failed.len()), (2, 1));
//! # Ok::<(), Box<Failure>>(())
//! ```

pub mod actions;
mod api_bucket;
pub mod batch_stream;
mod clock;
pub mod concurrency;
pub(crate) mod dedupe;
mod id_source;
pub mod job;
mod limiter;
mod open_calls;
pub mod pager;
mod permit_queue;
pub mod purge;
mod rate_estimator;
pub mod report;
mod stop_rule;
mod tally;
mod token_counter;
mod wait_clock;
