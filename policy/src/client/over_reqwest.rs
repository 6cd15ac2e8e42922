//! The transport by reqwest, with tokio's timers.

use crate::client::transport::{LostResponse, Sleeper, Transport};
use bytes::{Bytes, BytesMut};
use std::time::Duration;

/// Sends by reqwest, and waits by tokio. TLS is a feature of reqwest: enable one in the program's `Cargo.toml`.
#[derive(Clone, Debug)]
pub struct ReqwestTransport(reqwest::Client);

impl ReqwestTransport {
    /// Creates a transport with reqwest's defaults.
    pub fn new() -> reqwest::Result<Self> {
        Self::from_builder(reqwest::Client::builder())
    }

    /// Creates a transport with these options: a proxy, a pool, certificates. It follows no redirect, and
    /// sends no request again by itself.
    pub fn from_builder(builder: reqwest::ClientBuilder) -> reqwest::Result<Self> {
        let builder = builder
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        builder.build().map(Self)
    }
}

impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: http::Request<()>,
        limit: usize,
    ) -> Result<http::Response<Bytes>, LostResponse> {
        let request = request.map(|()| reqwest::Body::default());
        let request = reqwest::Request::try_from(request).map_err(|error| lost(&error))?;
        let sent = self.0.execute(request).await;
        let mut response = sent.map_err(|error| lost(&error))?;
        let mut read = http::Response::new(());
        *read.status_mut() = response.status();
        std::mem::swap(read.headers_mut(), response.headers_mut());
        let (head, ()) = read.into_parts();
        let mut body = BytesMut::new();
        while body.len() < limit {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Err(LostResponse::broken(head, &error)),
            }
        }
        Ok(http::Response::from_parts(head, body.freeze()))
    }
}

fn lost(error: &reqwest::Error) -> LostResponse {
    let was_never_sent = error.is_connect() || error.is_builder();
    LostResponse::new(!was_never_sent, error)
}

impl Sleeper for ReqwestTransport {
    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}
