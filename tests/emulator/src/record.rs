//! The record of the requests that a world received.

use bytes::Bytes;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::collections::VecDeque;

/// The most requests that are remembered.
pub const MAX_RECORDS: usize = 200_000;
/// The most bytes of heads and bodies that are remembered.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// One request. It is taken apart only when a test reads it, to keep recording cheap.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Counts from 1.
    pub seq: u64,
    /// The request line and the headers, byte for byte.
    pub head: Vec<u8>,
    /// The body.
    pub body: Bytes,
    /// The status of the response; `None` without a response.
    pub status: Option<u16>,
    /// The fault that struck.
    pub fault: Option<String>,
    /// The batch the caller's wish.
    pub batch_id: Option<String>,
    /// When it came, in milliseconds since 1970.
    pub at_ms: i64,
}

impl Record {
    fn size(&self) -> usize {
        self.head.len() + self.body.len()
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Each byte as the character of its number, so that none is lost.
        let head: String = self.head.iter().map(|byte| char::from(*byte)).collect();
        let mut lines = head.lines();
        let mut parts = lines.next().unwrap_or_default().split(' ');
        let method = parts.next().unwrap_or_default();
        let target = parts.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers: Vec<(&str, &str)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name, value.trim()))
            .collect();
        let mut record = to.serialize_struct("Record", 12)?;
        record.serialize_field("seq", &self.seq)?;
        record.serialize_field("method", method)?;
        record.serialize_field("target", target)?;
        record.serialize_field("path", path)?;
        record.serialize_field("query", query)?;
        record.serialize_field("headers", &headers)?;
        record.serialize_field("head", &head)?;
        record.serialize_field("body", &String::from_utf8_lossy(&self.body))?;
        record.serialize_field("status", &self.status)?;
        record.serialize_field("fault", &self.fault)?;
        record.serialize_field("batchId", &self.batch_id)?;
        record.serialize_field("atMs", &self.at_ms)?;
        record.end()
    }
}

/// The latest requests; the oldest are forgotten first.
#[derive(Debug, Default)]
pub struct Records {
    list: VecDeque<Record>,
    bytes: usize,
    seq: u64,
}

impl Records {
    /// Remembers a request.
    pub fn add(&mut self, mut record: Record) {
        self.seq += 1;
        record.seq = self.seq;
        self.bytes += record.size();
        self.list.push_back(record);
        while self.list.len() > MAX_RECORDS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.list.pop_front() else {
                return;
            };
            self.bytes -= oldest.size();
        }
    }

    /// Forgets all requests; the numbering continues.
    pub fn clear(&mut self) {
        self.list = VecDeque::new();
        self.bytes = 0;
    }

    /// All, or those about one batch.
    pub fn about<'a>(&'a self, batch: Option<&'a str>) -> impl Iterator<Item = &'a Record> {
        self.list
            .iter()
            .filter(move |record| batch.is_none_or(|id| record.batch_id.as_deref() == Some(id)))
    }
}
