//! The control endpoints, by which a test sets up and inspects a world.

use crate::batches::rfc3339;
use crate::draft::{Draft, REQUEST_ID};
use crate::record::Record;
use crate::server::Shared;
use crate::setup;
use crate::world::{State, World};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// A control request.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// The method.
    pub method: &'a str,
    /// The path below `/_emulator/`.
    pub path: &'a str,
    /// The query.
    pub query: &'a str,
    /// The body.
    pub body: &'a [u8],
    /// The world's URL.
    pub origin: &'a str,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddFaults {
    seed: Option<u64>,
    faults: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_ms: i64,
}

#[derive(Serialize)]
struct Requests<'a> {
    requests: Vec<&'a Record>,
}

/// Status and message.
type Refused = (u16, String);

/// Responds to `/_emulator/…`.
pub fn response(shared: &Shared, world: &World, incoming: &Incoming<'_>) -> Draft {
    let request_id = world.state().new_id("req_");
    let mut draft = respond(shared, world, incoming)
        .unwrap_or_else(|(status, message)| Draft::error(status, &request_id, &message));
    draft.set(REQUEST_ID, &request_id);
    draft
}

fn respond(shared: &Shared, world: &World, incoming: &Incoming<'_>) -> Result<Draft, Refused> {
    let segments: Vec<&str> = incoming.path.split('/').collect();
    if (incoming.method, segments.as_slice()) == ("POST", &["reset"]) {
        world.reset();
        return Ok(Draft::empty(204));
    }
    let mut guard = world.state();
    let state = &mut *guard;
    let base = format!("{}{}", incoming.origin, state.settings.base_path);
    let document = match (incoming.method, segments.as_slice()) {
        ("GET", ["health"]) => json!({ "ok": true }),
        ("GET", ["stats"]) => stats(shared, world, state),
        ("GET", ["requests"]) => {
            let batch = incoming
                .query
                .split('&')
                .find_map(|pair| pair.strip_prefix("batchId="));
            let requests = state.records.about(batch).collect();
            return Ok(Draft::json(200, &Requests { requests }));
        }
        ("DELETE", ["requests"]) => {
            state.records.clear();
            return Ok(Draft::empty(204));
        }
        ("GET", ["faults"]) => json!({ "faults": state.faults.show() }),
        ("POST", ["faults"]) => {
            let AddFaults { seed, faults } = parse(incoming.body)?;
            state.faults.add(faults, seed).map_err(bad)?;
            return Ok(Draft::empty(204));
        }
        ("DELETE", ["faults"]) => {
            state.faults.clear();
            return Ok(Draft::empty(204));
        }
        ("GET", ["batches"]) => batches(state, &base),
        ("POST", ["batches"]) => {
            let made = setup::make(state, &parse(incoming.body)?, &base).map_err(bad)?;
            json!({ "batches": made })
        }
        ("POST", ["batches", id, "end"]) => {
            let now = state.now_ms();
            let batch = state.store.get(id);
            let batch = batch.ok_or_else(|| (404, format!("no batch {id}")))?;
            batch.end(now);
            batch.to_json(&base)
        }
        ("POST", ["clock"]) => {
            let Advance { advance_ms } = parse(incoming.body)?;
            state.advance(advance_ms);
            json!({ "now": rfc3339(state.now_ms()) })
        }
        ("GET", ["settings"]) => json!(state.settings),
        ("POST", ["settings"]) => {
            change_settings(state, parse(incoming.body)?)?;
            json!(state.settings)
        }
        (method, _) => {
            let message = format!("no control endpoint {method} {}", incoming.path);
            return Err((404, message));
        }
    };
    Ok(Draft::json(200, &document))
}

fn bad(message: String) -> Refused {
    (400, message)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| bad(error.to_string()))
}

fn stats(shared: &Shared, world: &World, state: &State) -> Value {
    let (active, max_concurrent) = world.active();
    json!({
        "requests": state.stats.requests,
        "unmatched": state.stats.unmatched,
        "rateLimited": state.stats.rate_limited,
        "deleted": state.store.deleted.len(),
        "active": active,
        "maxConcurrent": max_concurrent,
        // Counts the connections of all worlds, including this request's.
        "openConnections": shared.connections.open.load(Ordering::Relaxed),
        "connections": shared.connections.accepted.load(Ordering::Relaxed),
    })
}

fn batches(state: &mut State, base: &str) -> Value {
    let (now, durations) = (state.now_ms(), state.durations());
    let mut shown = Vec::new();
    for batch in state.store.newest_first() {
        batch.status(now, durations);
        shown.push(batch.to_json(base));
    }
    json!({ "batches": shown, "deleted": state.store.deleted })
}

/// Changes the given settings and keeps the rest. A new rate limit starts with a full bucket.
fn change_settings(
    state: &mut State,
    changes: serde_json::Map<String, Value>,
) -> Result<(), Refused> {
    let new_limit = changes.contains_key("requestsPerMinute") || changes.contains_key("burst");
    state.settings = state.settings.with(changes).map_err(bad)?;
    if new_limit {
        state.start_limiter();
    }
    Ok(())
}
