//! A connection whose requests' heads are kept as they came; hyper forgets names' case and order.

use crate::heads::Heads;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The heads of a connection's requests, shared by the reader and the routes.
#[derive(Clone, Debug, Default)]
pub struct Heard(Arc<Mutex<Heads>>);

impl Heard {
    /// The head of the request that hyper has just read.
    #[must_use]
    pub fn take(&self) -> Vec<u8> {
        let mut heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heads.take().unwrap_or_default()
    }

    fn feed(&self, bytes: &[u8]) {
        let mut heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heads.feed(bytes);
    }
}

/// A connection with a memory.
#[derive(Debug)]
pub struct Tee {
    stream: TcpStream,
    heard: Option<Heard>,
}

impl Tee {
    /// Makes a stream that also hands the bytes it reads to `heard`, if given.
    #[must_use]
    pub fn new(stream: TcpStream, heard: Option<Heard>) -> Self {
        Self { stream, heard }
    }

    /// Closes the connection with a reset instead of a goodbye.
    pub fn reset(self) {
        let _ = self.stream.set_zero_linger();
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
            heard.feed(&buffer.filled()[before..]);
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

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
