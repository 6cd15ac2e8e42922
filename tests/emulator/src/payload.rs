//! The bytes of a response's body, cut at a fault's position; a large body is never held whole.

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// The most bytes of one piece, unless the string is longer: a body of many repetitions is sent in few pieces.
pub const PIECE: usize = 64 * 1024;

/// A repeated string.
#[derive(Clone, Debug)]
pub struct Payload {
    /// The whole repetitions that fit in a piece.
    block: Bytes,
    length: usize,
}

impl Payload {
    /// `text`, `times` times.
    #[must_use]
    pub fn new(text: Bytes, times: usize) -> Self {
        let length = text.len().saturating_mul(times);
        let per_block = (PIECE / text.len().max(1)).clamp(1, times.max(1));
        let block = if per_block == 1 {
            text
        } else {
            text.repeat(per_block).into()
        };
        Self { block, length }
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Returns whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Returns the whole payload if it fits in one piece.
    #[must_use]
    pub fn whole(&self) -> Option<Bytes> {
        (self.length <= self.block.len()).then(|| self.block.slice(..self.length))
    }

    /// The bytes that are sent next, between two positions; `None` at the end.
    #[must_use]
    pub fn piece(&self, from: usize, to: usize) -> Option<Bytes> {
        let to = to.min(self.length);
        let start = from.checked_rem(self.block.len())?;
        let length = to.checked_sub(from).filter(|length| *length > 0)?;
        Some(
            self.block
                .slice(start..self.block.len().min(start + length)),
        )
    }

    /// The same, compressed.
    #[must_use]
    pub fn gzipped(&self) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let mut at = 0;
        while let Some(piece) = self.piece(at, self.length) {
            at += piece.len();
            // Writing to memory can't fail.
            let _ = encoder.write_all(&piece);
        }
        Self::new(encoder.finish().unwrap_or_default().into(), 1)
    }
}
