//! The events and actions of one call, and its goal.

use crate::base::error::{Cause, Failure};
use crate::base::headers::REDACTED;
use crate::call::deletion_options::DeletionOptions;
#[cfg(feature = "jobs")]
use crate::call::deletion_options::IfMissing;
use crate::http::rate_limit::RateLimit;
use crate::http::request::{Operation, Request};
use crate::http::response::Response;
use crate::options::batch_id::BatchId;
use crate::options::credentials::Scheme;
use std::fmt;

/// An event. `C` is the driver's body of a response: a [`String`], or something that can become one.
pub enum Event<C> {
    /// The call begins.
    Start,
    /// After [`Action::AwaitPermit`]: a request may be sent.
    Permitted,
    /// After [`Action::AwaitPermit`]: nothing more is sent, for this reason.
    Denied(Box<Failure>),
    /// After [`Action::CallForCredential`].
    Credential(Result<String, Box<Failure>>),
    /// After [`Action::Send`]: a response, its body read.
    Response(Box<Response<C>>),
    /// After [`Action::Send`]: no response came.
    Lost {
        /// False only if the server can't have received the request, because no connection was made: then this
        /// attempt is not the reason for a later 404. If in doubt, true.
        sent: bool,
        /// The HTTP client's error.
        cause: Box<Cause>,
    },
    /// After an action with a time limit: the time is up. The driver has aborted the action.
    TimedOut,
    /// After [`Action::Sleep`].
    Woke,
}

/// Leaves out the credential.
impl<C: fmt::Debug> fmt::Debug for Event<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut variant =
            |name, content: &dyn fmt::Debug| formatter.debug_tuple(name).field(content).finish();
        match self {
            Self::Denied(failure) => variant("Denied", failure),
            Self::Credential(Ok(_)) => variant("Credential", &REDACTED),
            Self::Credential(Err(failure)) => variant("Credential", failure),
            Self::Response(response) => variant("Response", response),
            Self::Lost { sent, cause } => variant("Lost", &(sent, cause)),
            Self::Start => formatter.write_str("Start"),
            Self::Permitted => formatter.write_str("Permitted"),
            Self::TimedOut => formatter.write_str("TimedOut"),
            Self::Woke => formatter.write_str("Woke"),
        }
    }
}

/// The driver's next action.
#[derive(Debug)]
#[non_exhaustive]
pub enum Action<C> {
    /// In a job: wait for a permit of its limiter.
    AwaitPermit,
    /// Call the caller's function for a credential.
    CallForCredential(Scheme),
    /// Send a request and read the response.
    Send(Box<Request>),
    /// Wait.
    Sleep {
        /// Milliseconds.
        ms: u32,
        /// True if the call waits for its batch to end, and so occupies no slot of a job.
        parked: bool,
    },
    /// The call has succeeded.
    Done(Done<C>),
    /// The call has failed.
    Failed(Box<Failure>),
}

/// The success of a call.
#[derive(Debug)]
pub enum Done<C> {
    /// The API has confirmed it by this response.
    Responded(Box<Response<C>>),
    /// The batch does not exist: a request whose response was lost, or another client, deleted it.
    Gone {
        /// The id of the request that found it missing.
        request_id: Option<String>,
        /// True if the response to an earlier deletion of this call was lost.
        lost: bool,
    },
}

/// An attempt, as `onAttempt` reports it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// The id of the batch; absent: the request fetched a page of the list.
    pub id: Option<String>,
    /// The HTTP method.
    pub method: &'static str,
    /// Counts from 1.
    pub attempt: u32,
    /// The HTTP status, if a response arrived.
    pub status: Option<u16>,
    /// The failure, if there is one.
    pub error: Option<Box<Failure>>,
    /// The request's id.
    pub request_id: Option<String>,
    /// The delay before the next attempt; absent if no attempt follows.
    pub delay_ms: Option<u32>,
}

impl Attempt {
    pub(crate) fn of(operation: Operation<'_>, attempt: u32) -> Self {
        Self {
            id: operation.id().map(|id| id.as_str().to_owned()),
            method: operation.method().as_str(),
            attempt,
            status: None,
            error: None,
            request_id: None,
            delay_ms: None,
        }
    }
}

/// The information of an attempt about the rate limit, for the limiter of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RateSignal {
    /// It was not refused for the rate.
    Responded(RateLimit),
    /// The server or the connection had a fault, which the rate does not cause.
    Fault,
    /// It was refused for the rate.
    Refused {
        /// The limit that the response states.
        limit: RateLimit,
        /// When the response allows the same request again, in milliseconds of the driver's clock;
        /// now, if it states no time.
        until: f64,
        /// True if that is longer than the caller allows.
        stop: bool,
    },
    /// Its last attempt was refused for the rate, so that the call has failed.
    LastRefusal,
}

/// The output of an event.
#[derive(Debug)]
#[non_exhaustive]
pub struct Output<C> {
    /// The driver's next action.
    pub action: Action<C>,
    /// The time limit of the action, in milliseconds; then [`Event::TimedOut`] or [`Event::Woke`] follows.
    pub limit_ms: Option<u32>,
    /// The attempt that has ended.
    pub attempt: Option<Box<Attempt>>,
    /// For the limiter of a job.
    pub signal: Option<RateSignal>,
}

/// The goal of a call.
#[derive(Clone, Debug)]
pub enum Goal {
    /// A page of the list.
    List {
        /// The most batches of a page.
        limit: u32,
        /// The batch after which the page begins.
        after: Option<BatchId>,
    },
    /// A batch.
    Retrieve(BatchId),
    /// The cancelation of a batch.
    Cancel(BatchId),
    /// The cancelation of one of many. A batch that has ended already is not a failure.
    #[cfg(feature = "jobs")]
    CancelIfRunning(BatchId, IfMissing),
    /// The deletion of a batch, in any state.
    Delete(BatchId, DeletionOptions),
}
