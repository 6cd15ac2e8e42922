//! A batch and its life cycle.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Write;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How far a batch has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its requests are being processed.
    InProgress,
    /// It was canceled, and ends soon.
    Canceling,
    /// It has ended.
    Ended,
}

/// The requests of a batch, by their `custom_id`.
#[derive(Debug)]
pub enum Requests {
    /// That many: `request-1`, `request-2`, …
    Numbered(usize),
    /// As a client named them.
    Named(Vec<String>),
}

impl Requests {
    fn count(&self) -> usize {
        match self {
            Self::Numbered(count) => *count,
            Self::Named(names) => names.len(),
        }
    }
}

/// The properties of a new batch.
#[derive(Debug)]
pub struct NewBatch {
    /// The id, which must be new.
    pub id: String,
    /// The state it starts in.
    pub status: Status,
    /// When it was created, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it ended or was canceled, for these two states.
    pub changed_ms: i64,
    /// The time in `canceling`, in place of the settings' time.
    pub canceling_ms: Option<u64>,
    /// The requests.
    pub requests: Requests,
}

/// One batch.
#[derive(Debug)]
pub struct Batch {
    id: String,
    status: Status,
    created_ms: i64,
    cancel_ms: Option<i64>,
    ended_ms: Option<i64>,
    canceling_ms: Option<u64>,
    requests: Requests,
}

/// How long batches take to end by themselves.
#[derive(Clone, Copy, Debug)]
pub struct Durations {
    /// How long processing takes; `None`: until a test says so.
    pub processing_ms: Option<u64>,
    /// How long canceling takes.
    pub canceling_ms: u64,
}

impl From<NewBatch> for Batch {
    fn from(new: NewBatch) -> Self {
        let since = |status| (new.status == status).then_some(new.changed_ms);
        Self {
            status: new.status,
            created_ms: new.created_ms,
            cancel_ms: since(Status::Canceling),
            ended_ms: since(Status::Ended),
            canceling_ms: new.canceling_ms,
            requests: new.requests,
            id: new.id,
        }
    }
}

impl Batch {
    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The state at that moment; a change that is due happens now.
    pub fn status(&mut self, now_ms: i64, durations: Durations) -> Status {
        let canceling_ms = self.canceling_ms.unwrap_or(durations.canceling_ms);
        let due = match self.status {
            Status::InProgress => durations
                .processing_ms
                .map(|ms| self.created_ms.saturating_add_unsigned(ms)),
            Status::Canceling => self
                .cancel_ms
                .map(|at| at.saturating_add_unsigned(canceling_ms)),
            Status::Ended => None,
        };
        if let Some(at) = due.filter(|at| *at <= now_ms) {
            self.end(at);
        }
        self.status
    }

    /// Ends it, unless it has ended.
    pub fn end(&mut self, now_ms: i64) {
        self.status = Status::Ended;
        self.ended_ms.get_or_insert(now_ms);
    }

    /// Cancels it.
    pub fn cancel(&mut self, now_ms: i64) {
        self.status = Status::Canceling;
        self.cancel_ms = Some(now_ms);
    }

    /// Returns the batch as the API shows it. `base` is the base URL of the API, for `results_url`.
    #[must_use]
    pub fn to_json(&self, base: &str) -> Value {
        let count = self.requests.count();
        let ended = self.status == Status::Ended;
        let canceled = ended && self.cancel_ms.is_some();
        json!({
            "id": self.id,
            "type": "message_batch",
            "processing_status": match self.status {
                Status::InProgress => "in_progress",
                Status::Canceling => "canceling",
                Status::Ended => "ended",
            },
            "request_counts": {
                "processing": if ended { 0 } else { count },
                "succeeded": if ended && !canceled { count } else { 0 },
                "errored": 0,
                "canceled": if canceled { count } else { 0 },
                "expired": 0,
            },
            "ended_at": self.ended_ms.map(rfc3339),
            "created_at": rfc3339(self.created_ms),
            "expires_at": rfc3339(self.created_ms.saturating_add(DAY_MS)),
            "archived_at": null,
            "cancel_initiated_at": self.cancel_ms.map(rfc3339),
            "results_url": ended.then(|| format!("{base}/v1/messages/batches/{}/results", self.id)),
        })
    }

    /// The results, a JSON document a line.
    #[must_use]
    pub fn results(&self) -> String {
        let mut lines = String::new();
        let mut add = |custom_id: &str| {
            let result = if self.cancel_ms.is_some() {
                json!({ "type": "canceled" })
            } else {
                json!({ "type": "succeeded", "message": {
                    "id": format!("msg_{custom_id}"), "type": "message", "role": "assistant",
                    "model": "claude-emulated", "content": [{ "type": "text", "text": "Hello" }],
                    "stop_reason": "end_turn", "stop_sequence": null,
                    "usage": { "input_tokens": 1, "output_tokens": 1 },
                } })
            };
            let line = json!({ "custom_id": custom_id, "result": result });
            // Writing to a string can't fail.
            let _ = writeln!(lines, "{line}");
        };
        match &self.requests {
            Requests::Numbered(count) => (1..=*count).for_each(|n| add(&format!("request-{n}"))),
            Requests::Named(names) => names.iter().for_each(|name| add(name)),
        }
        lines
    }
}

/// RFC 3339 in UTC, with milliseconds.
#[must_use]
pub fn rfc3339(ms: i64) -> String {
    let time = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}
