//! Fills a world with batches: given by a test, or invented for the demo.

use crate::batches::{NewBatch, Requests, Status};
use crate::world::State;
use serde::Deserialize;
use serde_json::Value;

const MINUTE_MS: i64 = 60 * 1_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// More than any test needs; a slip of the keyboard must not fill the memory.
const MAX_COUNT: usize = 1_000_000;

/// The body of `POST /_emulator/batches`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wanted {
    count: Option<usize>,
    id: Option<String>,
    status: Option<Status>,
    created_at: Option<jiff::Timestamp>,
    ended_at: Option<jiff::Timestamp>,
    age_seconds: Option<i64>,
    requests: Option<usize>,
}

/// Makes batches, and shows them as the API does.
pub fn make(state: &mut State, wanted: &Wanted, base: &str) -> Result<Vec<Value>, String> {
    let count = wanted.count.unwrap_or(1);
    let requests = wanted.requests.unwrap_or(1);
    if count > MAX_COUNT || requests > MAX_COUNT {
        return Err(format!("count and requests are at most {MAX_COUNT}"));
    }
    if wanted.id.is_some() && count != 1 {
        return Err("an id is for one batch".into());
    }
    let now = state.now_ms();
    let status = wanted.status.unwrap_or(Status::Ended);
    let created_ms = match (wanted.created_at, wanted.age_seconds) {
        (Some(at), _) => at.as_millisecond(),
        (None, Some(age)) => now.saturating_sub(age.saturating_mul(1_000)),
        // A moment ago, so that it has had a moment to end in.
        (None, None) if status == Status::Ended => now - MINUTE_MS,
        (None, None) => now,
    };
    let changed_ms = match (status, wanted.ended_at) {
        (Status::Ended, Some(at)) => at.as_millisecond(),
        (Status::Ended, None) => created_ms
            .saturating_add(MINUTE_MS)
            .min(now)
            .max(created_ms),
        // Only just, whatever its age: it would have ended otherwise.
        (Status::Canceling | Status::InProgress, _) => now,
    };
    (0..count)
        .map(|_| {
            let id = wanted.id.clone();
            let id = id.unwrap_or_else(|| state.new_id("msgbatch_"));
            let new = NewBatch {
                id,
                status,
                created_ms,
                changed_ms,
                canceling_ms: None,
                requests: Requests::Numbered(requests),
            };
            state.store.add(new).map(|batch| batch.to_json(base))
        })
        .collect()
}

/// Adds `count` batches in every state, of all ages that the API keeps.
pub fn seed(state: &mut State, count: usize) {
    let now = state.now_ms();
    // The same ages at every start: a picture of the demo stays true.
    let mut random = fastrand::Rng::with_seed(1);
    for status in [Status::InProgress, Status::Canceling, Status::Ended] {
        for _ in 0..count {
            let age = match status {
                Status::Ended => random.i64(HOUR_MS..28 * 24 * HOUR_MS),
                Status::InProgress | Status::Canceling => random.i64(MINUTE_MS..20 * HOUR_MS),
            };
            let created_ms = now - age;
            let new = NewBatch {
                id: state.new_id("msgbatch_"),
                status,
                created_ms,
                changed_ms: match status {
                    Status::Ended => created_ms + random.i64(MINUTE_MS..HOUR_MS),
                    Status::Canceling | Status::InProgress => now,
                },
                // It stays so for a while, to be looked at.
                canceling_ms: Some(600_000).filter(|_| status == Status::Canceling),
                requests: Requests::Numbered(random.usize(1..2_000)),
            };
            // The id is random: it is not taken.
            let _ = state.store.add(new);
        }
    }
}
