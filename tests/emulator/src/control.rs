//! The control endpoints, by which a test sets a world up and looks at it.

use crate::batches::{NewBatch, Status, rfc3339};
use crate::fault::Fault;
use crate::reply::Reply;
use crate::world::{Settings, State, World};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MakeBatches {
    count: Option<usize>,
    id: Option<String>,
    status: Option<Status>,
    created_at: Option<jiff::Timestamp>,
    ended_at: Option<jiff::Timestamp>,
    age_seconds: Option<i64>,
    requests: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddFaults {
    seed: Option<u64>,
    faults: Vec<Fault>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_ms: i64,
}

/// Answers `/_emulator/…`; `base` is where the world's API is.
pub fn answer(
    world: &World,
    method: &str,
    path: &str,
    query: &str,
    body: &[u8],
    base: &str,
) -> Reply {
    respond(world, method, path, query, body, base)
        .unwrap_or_else(|message| Reply::json(400, &json!({ "error": message })))
}

fn respond(
    world: &World,
    method: &str,
    path: &str,
    query: &str,
    body: &[u8],
    base: &str,
) -> Result<Reply, String> {
    if (method, path) == ("POST", "reset") {
        world.reset();
        return Ok(Reply::empty(204));
    }
    let mut guard = world.state();
    let state = &mut *guard;
    let segments: Vec<&str> = path.split('/').collect();
    let reply = match (method, segments.as_slice()) {
        ("GET", ["health"]) => json!({ "ok": true }),
        ("GET", ["stats"]) => {
            let mut stats = serde_json::to_value(state.stats).map_err(|error| error.to_string())?;
            stats["deleted"] = json!(state.store.deleted.len());
            stats
        }
        ("GET", ["requests"]) => {
            let wanted = query.strip_prefix("batchId=");
            let records: Vec<_> = state
                .records
                .iter()
                .filter(|record| wanted.is_none_or(|id| record.batch_id.as_deref() == Some(id)))
                .collect();
            json!({ "requests": records })
        }
        ("DELETE", ["requests"]) => {
            state.records.clear();
            return Ok(Reply::empty(204));
        }
        ("GET", ["faults"]) => {
            let used = state.faults.used();
            json!({ "faults": used.iter().map(|(name, used)| json!({ "name": name, "used": used })).collect::<Vec<_>>() })
        }
        ("POST", ["faults"]) => {
            let AddFaults { seed, faults } = parse(body)?;
            state.faults.add(faults, seed);
            return Ok(Reply::empty(204));
        }
        ("DELETE", ["faults"]) => {
            state.faults.clear();
            return Ok(Reply::empty(204));
        }
        ("GET", ["batches"]) => {
            let (now, pace) = (state.now_ms(), state.pace());
            let batches: Vec<Value> = state
                .store
                .newest_first()
                .map(|batch| {
                    batch.status(now, pace);
                    batch.to_json(base)
                })
                .collect();
            json!({ "batches": batches, "deleted": state.store.deleted })
        }
        ("POST", ["batches"]) => json!({ "batches": make(state, parse(body)?, base)? }),
        ("POST", ["batches", id, "end"]) => {
            let now = state.now_ms();
            let batch = state
                .store
                .get(id)
                .ok_or_else(|| format!("no batch {id}"))?;
            batch.end(now);
            batch.to_json(base)
        }
        ("POST", ["clock"]) => {
            state.advance(parse::<Advance>(body)?.advance_ms);
            json!({ "now": rfc3339(state.now_ms()) })
        }
        ("POST", ["settings"]) => {
            change_settings(state, body)?;
            serde_json::to_value(&state.settings).map_err(|error| error.to_string())?
        }
        _ => return Err(format!("no control endpoint {method} {path}")),
    };
    Ok(Reply::json(200, &reply))
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// Changes what is given and keeps the rest. A new rate limit starts with a full bucket.
fn change_settings(state: &mut State, body: &[u8]) -> Result<(), String> {
    let changes: serde_json::Map<String, Value> = parse(body)?;
    let new_limit = changes.contains_key("requestsPerMinute") || changes.contains_key("burst");
    let mut merged = serde_json::to_value(&state.settings).map_err(|error| error.to_string())?;
    if let Some(merged) = merged.as_object_mut() {
        merged.extend(changes);
    }
    state.settings =
        serde_json::from_value::<Settings>(merged).map_err(|error| error.to_string())?;
    if new_limit {
        state.start_limiter();
    }
    Ok(())
}

fn make(state: &mut State, wanted: MakeBatches, base: &str) -> Result<Vec<Value>, String> {
    let count = wanted.count.unwrap_or(1);
    let now = state.now_ms();
    let status = wanted.status.unwrap_or(Status::Ended);
    let created = match (wanted.created_at, wanted.age_seconds) {
        (Some(at), _) => at.as_millisecond(),
        (None, Some(age)) => now - age * 1_000,
        // A moment ago, so that an ended one has had a moment to end in.
        (None, None) => now - 60_000,
    };
    let ended = wanted.ended_at.map(jiff::Timestamp::as_millisecond);
    let ended =
        ended.or_else(|| (status != Status::InProgress).then_some((created + 60_000).min(now)));
    (0..count)
        .map(|_| {
            let id = match &wanted.id {
                Some(id) => id.clone(),
                None => state.new_id("msgbatch_"),
            };
            let requests = (1..=wanted.requests.unwrap_or(1))
                .map(|n| format!("request-{n}"))
                .collect();
            let new = NewBatch {
                id,
                status,
                created_ms: created,
                ended_ms: ended,
                requests,
            };
            state.store.add(new).map(|batch| batch.to_json(base))
        })
        .collect()
}

/// Fills a world with `count` batches in every state, of all ages that the API keeps.
pub fn seed(world: &World, count: usize) {
    let mut state = world.state();
    // A batch that was canceled stays so for a while, to be looked at.
    state.settings.canceling_ms = 10 * 60 * 1_000;
    let mut random = fastrand::Rng::with_seed(1);
    let hour = 3_600;
    for status in [Status::InProgress, Status::Canceling, Status::Ended] {
        for _ in 0..count {
            let age = match status {
                Status::Ended => random.i64(hour..28 * 24 * hour),
                Status::InProgress | Status::Canceling => random.i64(60..20 * hour),
            };
            let now = state.now_ms();
            let created_ms = now - age * 1_000;
            let id = state.new_id("msgbatch_");
            let new = NewBatch {
                id,
                status,
                created_ms,
                ended_ms: match status {
                    Status::Ended => Some(created_ms + random.i64(60..hour) * 1_000),
                    Status::Canceling => Some(now),
                    Status::InProgress => None,
                },
                requests: (1..=random.usize(1..2_000))
                    .map(|n| format!("request-{n}"))
                    .collect(),
            };
            // The id is random: it is not taken.
            let _ = state.store.add(new);
        }
    }
}
