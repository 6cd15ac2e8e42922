//! Performs the actions of the machines: sends requests, waits, and makes one event of each end.

use crate::base::error::{Code, Failure, Result};
use crate::base::headers::is_credential;
use crate::base::time::MonotonicTime;
use crate::call::events::{Action, Attempt, Done, Event};
use crate::call::machine::Call;
use crate::client::transport::{LostResponse, Sleeper, Transport};
use crate::http::request::Request;
use crate::http::response::{BodyEnd, MAX_BODY, Response};
use bytes::Bytes;
use futures_util::future::{Either, select};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::pin::pin;
use std::time::Duration;

/// Performs the actions of a call until it has ended.
pub(super) async fn complete<T: Transport + Sleeper>(
    net: &T,
    mut call: Call,
    on_attempt: impl Fn(&Attempt),
) -> Result<Done<String>> {
    let mut event = Event::Start;
    loop {
        let now = net.monotonic();
        let output = call.handle(event, now, random(now));
        if let Some(attempt) = output.attempt {
            on_attempt(&attempt);
        }
        event = match output.action {
            Action::Done(done) => return Ok(done),
            Action::Failed(failure) => return Err(failure),
            action => perform(net, action, output.limit_ms).await,
        };
    }
}

/// Performs an action within its limit, and returns the event that follows it.
pub(super) async fn perform<T: Transport + Sleeper>(
    net: &T,
    action: Action<String>,
    limit_ms: Option<u32>,
) -> Event<String> {
    match action {
        Action::Send(request) => match limit_ms {
            Some(ms) => within(send(net, *request), net.sleep(milliseconds(ms))).await,
            None => send(net, *request).await,
        },
        Action::Sleep { ms, .. } => {
            net.sleep(milliseconds(limit_ms.unwrap_or(ms))).await;
            Event::Woke
        }
        // The builder's settings have no function for a credential, and a job grants its own permits.
        Action::CallForCredential(_)
        | Action::AwaitPermit
        | Action::Done(_)
        | Action::Failed(_) => {
            let message = "the client can't call a function for a credential: add the header in the transport";
            Event::Credential(Err(Failure::new(Code::MissingCredentials, message.into())))
        }
    }
}

/// Awaits a request. If the time is up first, drops it.
async fn within(
    sent: impl Future<Output = Event<String>>,
    limit: impl Future<Output = ()>,
) -> Event<String> {
    match select(pin!(sent), pin!(limit)).await {
        Either::Left((event, _)) => event,
        Either::Right(_) => Event::TimedOut,
    }
}

async fn send<T: Transport + Sleeper>(net: &T, request: Request) -> Event<String> {
    let request = match http_request(&request) {
        Ok(request) => request,
        Err(error) => return lost(LostResponse::new(false, &error)),
    };
    // One byte more, so that a larger body is seen as such.
    match net.send(request, MAX_BODY + 1).await {
        Ok(response) => {
            let (head, body) = response.into_parts();
            let response = read(net, head.status.as_u16(), &head.headers, &body);
            Event::Response(Box::new(response))
        }
        Err(LostResponse {
            cause,
            head: Some(head),
            ..
        }) => {
            let mut response = read(net, head.status.as_u16(), &head.headers, &Bytes::new());
            response.end = BodyEnd::Broken(cause);
            Event::Response(Box::new(response))
        }
        Err(error) => lost(error),
    }
}

fn lost(error: LostResponse) -> Event<String> {
    Event::Lost {
        sent: error.sent,
        cause: error.cause,
    }
}

/// Returns the request in the types of the crate `http`. `Debug` does not show a credential of it.
fn http_request(request: &Request) -> std::result::Result<http::Request<()>, http::Error> {
    let mut built = http::Request::builder()
        .method(request.method.as_str())
        .uri(request.url.as_str())
        .body(())?;
    for (name, text) in request.headers.iter() {
        let mut value = HeaderValue::from_str(text)?;
        value.set_sensitive(is_credential(name));
        built
            .headers_mut()
            .append(HeaderName::try_from(name)?, value);
    }
    Ok(built)
}

fn read(net: &impl Sleeper, status: u16, headers: &HeaderMap, body: &[u8]) -> Response<String> {
    let headers = headers.iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    Response::read(status, headers, body, net.wall())
}

/// Returns a random number from 0 to 1, for the delays before retries. In wasm every process has the same keys,
/// so `now` varies the number.
pub(super) fn random(now: MonotonicTime) -> f64 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(now.as_millis().to_bits());
    // A float has 53 bits.
    #[allow(clippy::cast_precision_loss)]
    let bits = (hasher.finish() >> 11) as f64;
    bits / 9_007_199_254_740_992.0
}

pub(super) fn milliseconds(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}
