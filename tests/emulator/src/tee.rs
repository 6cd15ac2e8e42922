//! A connection that keeps the bytes it reads, so that a request's head is recorded as it came.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The bytes read since the last request.
#[derive(Clone, Debug, Default)]
pub struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    /// The head of the request that is being answered.
    #[must_use]
    pub fn head(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or(bytes.len());
        // Each byte as the character of its number, so that none is lost.
        bytes
            .iter()
            .take(end)
            .map(|byte| char::from(*byte))
            .collect()
    }

    /// Forgets what was read. Clients send a request only after the last one's answer.
    pub fn forget(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// A connection with a memory.
#[derive(Debug)]
pub struct Tee {
    stream: TcpStream,
    heard: Option<Heard>,
}

impl Tee {
    /// Keeps what is read in `heard`, where there is one.
    #[must_use]
    pub fn new(stream: TcpStream, heard: Option<Heard>) -> Self {
        Self { stream, heard }
    }

    /// Closes the connection with a reset instead of a goodbye.
    #[allow(deprecated)]
    pub fn reset(self) {
        let _ = self.stream.set_linger(Some(std::time::Duration::ZERO));
    }
}

impl AsyncRead for Tee {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Some(heard) = &self.heard {
            let new = buffer.filled().get(before..).unwrap_or_default();
            heard
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(new);
        }
        polled
    }
}

impl AsyncWrite for Tee {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
