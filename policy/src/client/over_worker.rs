//! The transport of Cloudflare Workers, by workers-rs.

use crate::base::time::{MonotonicTime, WallTime};
use crate::client::transport::{LostResponse, Sleeper, Transport};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use std::time::Duration;
use worker::{AbortController, Date, Delay, Fetch, Headers, Method, RequestInit, RequestRedirect};

/// Sends by the Worker's `fetch`, and waits by its timers.
#[derive(Clone, Copy, Debug, Default)]
pub struct WorkerTransport;

/// Aborts a request whose future is dropped. After the whole response there is nothing to abort.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

impl Transport for WorkerTransport {
    async fn send(
        &self,
        request: http::Request<()>,
        limit: usize,
    ) -> Result<http::Response<Bytes>, LostResponse> {
        let request = converted(&request).map_err(|error| LostResponse::new(false, &error))?;
        let controller = AbortController::default();
        let signal = controller.signal();
        let mut guard = AbortOnDrop(Some(controller));
        // The error does not say whether the request was sent.
        let sent = Fetch::Request(request).send_with_signal(&signal).await;
        let mut response = sent.map_err(|error| LostResponse::new(true, &error))?;
        let head = head_of(&response).map_err(|error| LostResponse::new(true, &error))?;
        let mut body = BytesMut::new();
        // A response without a body has no stream.
        if let Ok(mut chunks) = response.stream() {
            while body.len() < limit {
                match chunks.next().await {
                    Some(Ok(chunk)) => body.extend_from_slice(&chunk),
                    Some(Err(error)) => return Err(LostResponse::broken(head, &error)),
                    None => {
                        guard.0 = None;
                        break;
                    }
                }
            }
        }
        Ok(http::Response::from_parts(head, body.freeze()))
    }
}

fn converted(request: &http::Request<()>) -> worker::Result<worker::Request> {
    let headers = Headers::new();
    for (name, value) in request.headers() {
        headers.append(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method().as_str().to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual);
    worker::Request::new_with_init(&request.uri().to_string(), &init)
}

fn head_of(response: &worker::Response) -> Result<http::response::Parts, http::Error> {
    let mut builder = http::Response::builder().status(response.status_code());
    for (name, value) in response.headers() {
        builder = builder.header(name, value);
    }
    Ok(builder.body(())?.into_parts().0)
}

impl Sleeper for WorkerTransport {
    async fn sleep(&self, time: Duration) {
        Delay::from(time).await;
    }

    /// Returns the time of the Worker's one clock, which stands still between two requests.
    fn monotonic(&self) -> MonotonicTime {
        MonotonicTime::from_millis(now())
    }

    fn wall(&self) -> WallTime {
        WallTime::from_millis(now())
    }
}

fn now() -> f64 {
    // Exact until the year 285 000.
    #[allow(clippy::cast_precision_loss)]
    let ms = Date::now().as_millis() as f64;
    ms
}
