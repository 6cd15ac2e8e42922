//! Cuts the heads of requests out of a connection's bytes, as they came.

use std::collections::VecDeque;

/// Reads the bytes of one connection: heads are kept until they are taken, bodies are skipped.
#[derive(Debug, Default)]
pub struct Heads {
    stage: Stage,
    /// The head, or the line of a chunked body, that is being read.
    partial: Vec<u8>,
    ready: VecDeque<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    #[default]
    Head,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    Trailer,
    /// Not HTTP: hyper ends such a connection.
    Lost,
}

impl Heads {
    /// The oldest head that was not taken yet, without the empty line that ends it.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        self.ready.pop_front()
    }

    /// Reads on.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = match self.stage {
                Stage::Head => self.head(bytes),
                Stage::Body(left) => self.skip(bytes, left, Stage::Body, Stage::Head),
                Stage::Chunk(left) => self.skip(bytes, left, Stage::Chunk, Stage::ChunkSize),
                Stage::ChunkSize | Stage::Trailer => self.line(bytes),
                Stage::Lost => return,
            };
        }
    }

    fn head<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let known = self.partial.len();
        // Empty lines before a request line are allowed, and mean nothing.
        if known == 0 && matches!(bytes.first(), Some(b'\r' | b'\n')) {
            return &bytes[1..];
        }
        self.partial.extend_from_slice(bytes);
        let Some((head, end)) = ending(&self.partial, known.saturating_sub(3)) else {
            return &[];
        };
        self.partial.truncate(head);
        let head = std::mem::take(&mut self.partial);
        self.stage = stage_after(&head);
        self.ready.push_back(head);
        &bytes[end - known..]
    }

    fn skip<'a>(
        &mut self,
        bytes: &'a [u8],
        left: u64,
        more: fn(u64) -> Stage,
        done: Stage,
    ) -> &'a [u8] {
        let count = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        self.stage = match left - count as u64 {
            0 => done,
            left => more(left),
        };
        &bytes[count..]
    }

    fn line<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.partial.extend_from_slice(bytes);
            return &[];
        };
        self.partial.extend_from_slice(&bytes[..end]);
        let line = std::mem::take(&mut self.partial);
        let line = String::from_utf8_lossy(&line);
        self.stage = match (self.stage, line.trim_end()) {
            (Stage::Trailer, "") => Stage::Head,
            (Stage::Trailer, _) => Stage::Trailer,
            (_, line) => {
                let size = line.split(';').next().unwrap_or_default().trim();
                match u64::from_str_radix(size, 16) {
                    Ok(0) => Stage::Trailer,
                    // The line break after a chunk counts as a part of it.
                    Ok(size) => Stage::Chunk(size.saturating_add(2)),
                    Err(_) => Stage::Lost,
                }
            }
        };
        &bytes[end + 1..]
    }
}

/// Returns the end of the head without its empty line, and with it.
fn ending(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?;
        let rest = &bytes[at + 1..];
        let empty_line = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        };
        if empty_line > 0 {
            let head = if at > 0 && bytes[at - 1] == b'\r' {
                at - 1
            } else {
                at
            };
            return Some((head, at + 1 + empty_line));
        }
        at += 1;
    }
}

fn stage_after(head: &[u8]) -> Stage {
    let mut stage = Stage::Head;
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Stage::ChunkSize;
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            stage = match std::str::from_utf8(value).map(str::parse) {
                Ok(Ok(0)) => Stage::Head,
                Ok(Ok(length)) => Stage::Body(length),
                _ => Stage::Lost,
            };
        }
    }
    stage
}
