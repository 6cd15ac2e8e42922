//! The traits that a program implements for its HTTP library and its runtime.

use crate::base::error::Cause;
use crate::base::time::{MonotonicTime, WallTime};
use bytes::Bytes;
use http::response::Parts;
use std::error::Error;
use std::future::Future;
use std::time::Duration;

/// An HTTP library.
///
/// - It passes a redirect as a response. If it is followed, it takes the key to another server.
/// - It sends a request once.
/// - It aborts a request whose future is dropped. The client drops it if the time is up.
pub trait Transport {
    /// Sends a request without a body, and reads the response. `limit` is the number of bytes after which
    /// the rest of the body need not be read.
    fn send(
        &self,
        request: http::Request<()>,
        limit: usize,
    ) -> impl Future<Output = Result<http::Response<Bytes>, LostResponse>>;
}

/// The timers and the clocks of a runtime.
pub trait Sleeper {
    /// Waits.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;

    /// Returns the time of a monotonic clock.
    #[cfg(not(target_family = "wasm"))]
    fn monotonic(&self) -> MonotonicTime {
        std::time::Instant::now().into()
    }

    /// Returns the time of a monotonic clock.
    #[cfg(target_family = "wasm")]
    fn monotonic(&self) -> MonotonicTime;

    /// Returns the time of the calendar.
    #[cfg(not(target_family = "wasm"))]
    fn wall(&self) -> WallTime {
        std::time::SystemTime::now().into()
    }

    /// Returns the time of the calendar.
    #[cfg(target_family = "wasm")]
    fn wall(&self) -> WallTime;
}

/// A transport of one library with the timers of another.
impl<T: Transport, S> Transport for (T, S) {
    fn send(
        &self,
        request: http::Request<()>,
        limit: usize,
    ) -> impl Future<Output = Result<http::Response<Bytes>, LostResponse>> {
        self.0.send(request, limit)
    }
}

impl<T, S: Sleeper> Sleeper for (T, S) {
    fn sleep(&self, time: Duration) -> impl Future<Output = ()> {
        self.1.sleep(time)
    }

    fn monotonic(&self) -> MonotonicTime {
        self.1.monotonic()
    }

    fn wall(&self) -> WallTime {
        self.1.wall()
    }
}

/// The error of a transport: no whole response arrived.
#[derive(Debug)]
#[non_exhaustive]
pub struct LostResponse {
    /// False only if the server can't have received the request, because no connection was made. If in doubt,
    /// true: the request may have deleted the batch.
    pub sent: bool,
    /// A copy of the library's error.
    pub cause: Box<Cause>,
    /// The status and the headers of a response whose body broke off.
    pub head: Option<Box<Parts>>,
}

impl LostResponse {
    /// Creates the error of a request without a response.
    #[must_use]
    pub fn new(sent: bool, error: &(dyn Error + 'static)) -> Self {
        Self {
            sent,
            cause: copied(error),
            head: None,
        }
    }

    /// Creates the error of a response whose body broke off.
    #[must_use]
    pub fn broken(head: Parts, error: &(dyn Error + 'static)) -> Self {
        Self {
            head: Some(Box::new(head)),
            ..Self::new(true, error)
        }
    }
}

/// The most errors of a chain that are copied.
const LONGEST_CHAIN: usize = 8;

/// Copies an error and its sources.
fn copied(error: &(dyn Error + 'static)) -> Box<Cause> {
    let mut messages = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next.filter(|_| messages.len() < LONGEST_CHAIN) {
        messages.push(error.to_string());
        next = error.source();
    }
    let mut inner = None;
    for message in messages.into_iter().rev() {
        let mut cause = Cause::new("Error", message);
        cause.cause = inner;
        inner = Some(cause);
    }
    inner.unwrap_or_default()
}
