//! The batches of a world, and their life cycle.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

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

/// One batch.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The id.
    pub id: String,
    status: Status,
    created_ms: i64,
    cancel_ms: Option<i64>,
    ended_ms: Option<i64>,
    requests: Vec<String>,
}

/// What a new batch is like.
#[derive(Debug)]
pub struct NewBatch {
    /// The id, which must be new.
    pub id: String,
    /// The state it starts in.
    pub status: Status,
    /// When it was created, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it ended, if that was before now.
    pub ended_ms: Option<i64>,
    /// The `custom_id` of each request.
    pub requests: Vec<String>,
}

/// When batches end by themselves.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long processing takes; `None`: until a test says so.
    pub processing_ms: Option<u64>,
    /// How long canceling takes.
    pub canceling_ms: u64,
}

impl Batch {
    /// The state at that moment; a change that is due happens now.
    pub fn status(&mut self, now_ms: i64, pace: Pace) -> Status {
        let due = match self.status {
            Status::InProgress => pace
                .processing_ms
                .map(|ms| self.created_ms.saturating_add_unsigned(ms)),
            Status::Canceling => self
                .cancel_ms
                .map(|at| at.saturating_add_unsigned(pace.canceling_ms)),
            Status::Ended => None,
        };
        if let Some(at) = due.filter(|at| *at <= now_ms) {
            self.end(at);
        }
        self.status
    }

    /// Ends it.
    pub fn end(&mut self, now_ms: i64) {
        self.status = Status::Ended;
        self.ended_ms.get_or_insert(now_ms);
    }

    /// Cancels it.
    pub fn cancel(&mut self, now_ms: i64) {
        self.status = Status::Canceling;
        self.cancel_ms = Some(now_ms);
    }

    /// The batch as the API shows it. `base` is where the API is, for `results_url`.
    #[must_use]
    pub fn to_json(&self, base: &str) -> Value {
        let count = self.requests.len();
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
            "expires_at": rfc3339(self.created_ms + DAY_MS),
            "archived_at": null,
            "cancel_initiated_at": self.cancel_ms.map(rfc3339),
            "results_url": ended.then(|| format!("{base}/v1/messages/batches/{}/results", self.id)),
        })
    }

    /// The results, a JSON document a line.
    #[must_use]
    pub fn results(&self) -> String {
        let line = |custom_id: &String| {
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
            format!("{}\n", json!({ "custom_id": custom_id, "result": result }))
        };
        self.requests.iter().map(line).collect()
    }
}

/// RFC 3339 in UTC, with milliseconds.
#[must_use]
pub fn rfc3339(ms: i64) -> String {
    let time = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

/// All batches, newest first, and the ids of those that were deleted.
#[derive(Debug, Default)]
pub struct Store {
    by_id: std::collections::HashMap<String, (i64, u64)>,
    by_age: BTreeMap<(i64, u64), Batch>,
    made: u64,
    /// The ids of deleted batches, in the order of their deletion.
    pub deleted: Vec<String>,
}

impl Store {
    /// Adds a batch, or says that the id is taken.
    pub fn add(&mut self, new: NewBatch) -> Result<&mut Batch, String> {
        let NewBatch {
            id,
            status,
            created_ms,
            ended_ms,
            requests,
        } = new;
        if self.by_id.contains_key(&id) {
            return Err(format!("there is a batch {id} already"));
        }
        self.made += 1;
        let key = (created_ms, self.made);
        self.by_id.insert(id.clone(), key);
        let cancel_ms =
            (status == Status::Canceling).then_some(created_ms.max(ended_ms.unwrap_or(created_ms)));
        let ended_ms = (status == Status::Ended).then(|| ended_ms.unwrap_or(created_ms));
        let batch = Batch {
            id,
            status,
            created_ms,
            cancel_ms,
            ended_ms,
            requests,
        };
        Ok(self.by_age.entry(key).or_insert(batch))
    }

    /// Finds a batch.
    pub fn get(&mut self, id: &str) -> Option<&mut Batch> {
        self.by_age.get_mut(self.by_id.get(id)?)
    }

    /// Deletes a batch that is there.
    pub fn delete(&mut self, id: &str) {
        if let Some(key) = self.by_id.remove(id) {
            self.by_age.remove(&key);
            self.deleted.push(id.to_owned());
        }
    }

    /// Every batch, newest first.
    pub fn newest_first(&mut self) -> impl Iterator<Item = &mut Batch> {
        self.by_age.values_mut().rev()
    }

    /// One page, newest first, and whether there is more in that direction. `None`: the cursor is
    /// no batch. A deleted cursor is no batch, as with the API.
    pub fn page(&mut self, cursor: Cursor<'_>, limit: usize) -> Option<(Vec<Batch>, bool)> {
        let key = |id: &str| self.by_id.get(id).copied();
        let (mut found, more): (Vec<Batch>, bool) = match cursor {
            Cursor::Start => take(self.by_age.values().rev(), limit),
            Cursor::After(id) => take(self.by_age.range(..key(id)?).rev().map(|(_, b)| b), limit),
            Cursor::Before(id) => {
                let (mut found, more) =
                    take(self.by_age.range(key(id)?..).skip(1).map(|(_, b)| b), limit);
                found.reverse();
                (found, more)
            }
        };
        found.truncate(limit);
        Some((found, more))
    }
}

/// Where a page begins.
#[derive(Clone, Copy, Debug)]
pub enum Cursor<'a> {
    /// At the newest.
    Start,
    /// `after_id`: older than this one.
    After(&'a str),
    /// `before_id`: newer than this one.
    Before(&'a str),
}

fn take<'a>(batches: impl Iterator<Item = &'a Batch>, limit: usize) -> (Vec<Batch>, bool) {
    let mut found: Vec<Batch> = batches.take(limit + 1).cloned().collect();
    let more = found.len() > limit;
    found.truncate(limit);
    (found, more)
}
