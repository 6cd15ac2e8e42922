//! The endpoints of the Message Batches API.

use crate::batches::{NewBatch, Requests, Status, rfc3339};
use crate::draft::Draft;
use crate::store::Cursor;
use crate::world::State;
use bytes::Bytes;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, ORIGIN, RETRY_AFTER};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

/// The largest body that the API takes, in bytes.
pub const MAX_BODY: usize = 256 * 1024 * 1024;

const LIMIT: HeaderName = HeaderName::from_static("anthropic-ratelimit-requests-limit");
const REMAINING: HeaderName = HeaderName::from_static("anthropic-ratelimit-requests-remaining");
const RESET: HeaderName = HeaderName::from_static("anthropic-ratelimit-requests-reset");
const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

/// The parts of an API request that an endpoint reads.
#[derive(Debug)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// The path below the world.
    pub path: &'a str,
    /// The query.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body; `None`: too large.
    pub body: Option<&'a Bytes>,
    /// The base URL of the API, for `results_url`.
    pub base: &'a str,
    /// The request's id.
    pub request_id: &'a str,
}

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// `GET /v1/messages/batches`
    List,
    /// `POST /v1/messages/batches`
    Create,
    /// `GET …/{id}`
    Retrieve(&'a str),
    /// `DELETE …/{id}`
    Delete(&'a str),
    /// `POST …/{id}/cancel`
    Cancel(&'a str),
    /// `GET …/{id}/results`
    Results(&'a str),
    /// `OPTIONS` of anything: the API has no preflight.
    Preflight,
}

/// Finds the endpoint of a method and a path.
#[must_use]
pub fn endpoint<'a>(method: &str, path: &'a str) -> Option<Endpoint<'a>> {
    if method == "OPTIONS" {
        return Some(Endpoint::Preflight);
    }
    let rest = path.strip_prefix("/v1/messages/batches")?;
    if rest.is_empty() {
        return match method {
            "GET" => Some(Endpoint::List),
            "POST" => Some(Endpoint::Create),
            _ => None,
        };
    }
    let rest = rest.strip_prefix('/')?;
    let (id, action) = match rest.split_once('/') {
        Some((id, action)) => (id, Some(action)),
        None => (rest, None),
    };
    if id.is_empty() {
        return None;
    }
    match (method, action) {
        ("GET", None) => Some(Endpoint::Retrieve(id)),
        ("DELETE", None) => Some(Endpoint::Delete(id)),
        ("POST", Some("cancel")) => Some(Endpoint::Cancel(id)),
        ("GET", Some("results")) => Some(Endpoint::Results(id)),
        _ => None,
    }
}

impl<'a> Endpoint<'a> {
    /// The batch.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        match self {
            Self::Retrieve(id) | Self::Delete(id) | Self::Cancel(id) | Self::Results(id) => {
                Some(id)
            }
            Self::List | Self::Create | Self::Preflight => None,
        }
    }
}

type Refused = (u16, String);

fn refused(status: u16, message: impl Into<String>) -> Refused {
    (status, message.into())
}

/// Responses a request: credentials, version, rate limit, then the endpoint.
pub fn response(state: &mut State, call: &Call<'_>, endpoint: Option<Endpoint<'_>>) -> Draft {
    let error = |(status, message): Refused| Draft::error(status, call.request_id, &message);
    let endpoint = match admit(state, call, endpoint) {
        Ok(endpoint) => endpoint,
        Err(refused) => return error(refused),
    };
    let now = state.now_ms_exact();
    let grant = state.limiter.take(now);
    let mut draft = if grant.allowed {
        serve(state, call, endpoint).unwrap_or_else(error)
    } else {
        state.stats.rate_limited += 1;
        let message = "This request would exceed your organization's rate limit";
        let mut draft = error(refused(429, message));
        let up = |number: f64| format!("{:.0}", number.ceil().max(1.0));
        draft.set(RETRY_AFTER, &up(grant.next_ms / 1_000.0));
        if state.settings.retry_after_ms {
            draft.set(RETRY_AFTER_MS, &up(grant.next_ms));
        }
        draft
    };
    #[expect(clippy::cast_possible_truncation, reason = "rounded up before")]
    let full_at = state.now_ms().saturating_add(grant.full_ms.ceil() as i64);
    draft.headers.insert(LIMIT, grant.limit.into());
    draft.headers.insert(REMAINING, grant.remaining.into());
    draft.set(RESET, &rfc3339(full_at));
    draft
}

/// The checks before the rate limit.
fn admit<'a>(
    state: &State,
    call: &Call<'_>,
    endpoint: Option<Endpoint<'a>>,
) -> Result<Endpoint<'a>, Refused> {
    let headers = call.headers;
    if state.settings.refuse_origin && headers.contains_key(ORIGIN) {
        return Err(refused(
            401,
            "CORS requests are not allowed for this Organization because custom retention settings are enabled",
        ));
    }
    let endpoint = endpoint.ok_or_else(|| {
        let (method, path) = (call.method, call.path);
        refused(
            501,
            format!("the emulator has no route for {method} {path}"),
        )
    })?;
    if endpoint == Endpoint::Preflight {
        return Err(refused(405, "Method Not Allowed"));
    }
    let key = headers.get("x-api-key").map(HeaderValue::as_bytes);
    let token = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let token = token.and_then(|value| {
        let (scheme, token) = value.split_at_checked(7)?;
        scheme.eq_ignore_ascii_case(b"bearer ").then_some(token)
    });
    let mut given = [key, token].into_iter().flatten().peekable();
    if given.peek().is_none() {
        return Err(refused(401, "x-api-key header is required"));
    }
    if given.any(|value| value.is_empty() || String::from_utf8_lossy(value).contains("invalid")) {
        return Err(refused(401, "invalid x-api-key"));
    }
    if !headers.contains_key("anthropic-version") {
        return Err(refused(400, "anthropic-version: header is required"));
    }
    Ok(endpoint)
}

type Served = Result<Draft, Refused>;

fn serve(state: &mut State, call: &Call<'_>, endpoint: Endpoint<'_>) -> Served {
    let (now, durations) = (state.now_ms(), state.durations());
    let missing = |id: &str| refused(404, format!("No Message Batch with ID: {id}"));
    if call.body.is_none() {
        return Err(refused(413, "Request exceeds the maximum size"));
    }
    match endpoint {
        Endpoint::List => list(state, call),
        Endpoint::Create => create(state, call),
        Endpoint::Preflight => Err(refused(405, "Method Not Allowed")),
        Endpoint::Retrieve(id) => {
            let batch = state.store.get(id).ok_or_else(|| missing(id))?;
            batch.status(now, durations);
            Ok(Draft::json(200, &batch.to_json(call.base)))
        }
        Endpoint::Cancel(id) => {
            let batch = state.store.get(id).ok_or_else(|| missing(id))?;
            match batch.status(now, durations) {
                Status::InProgress => batch.cancel(now),
                Status::Canceling => {}
                Status::Ended => {
                    return Err((400, format!("Batch {id} cannot be canceled: it has ended")));
                }
            }
            Ok(Draft::json(200, &batch.to_json(call.base)))
        }
        Endpoint::Delete(id) => {
            let refusal = state.settings.refusal_status;
            let batch = state.store.get(id).ok_or_else(|| missing(id))?;
            if batch.status(now, durations) != Status::Ended {
                return Err((
                    refusal,
                    format!("Batch {id} cannot be deleted while it is in progress"),
                ));
            }
            state.store.delete(id);
            Ok(Draft::json(
                200,
                &json!({ "id": id, "type": "message_batch_deleted" }),
            ))
        }
        Endpoint::Results(id) => {
            let batch = state.store.get(id).ok_or_else(|| missing(id))?;
            if batch.status(now, durations) != Status::Ended {
                return Err((404, format!("Batch {id} has no results yet")));
            }
            Ok(Draft::with(200, "application/x-jsonl", batch.results()))
        }
    }
}

fn list(state: &mut State, call: &Call<'_>) -> Served {
    let (now, durations) = (state.now_ms(), state.durations());
    let mut limit = 20;
    let mut cursor = Cursor::Start;
    for pair in call.query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "limit" => limit = limit_of(value)?,
            "after_id" | "before_id" if cursor != Cursor::Start => {
                let message = "after_id and before_id: only one of them can be given";
                return Err(refused(400, message));
            }
            "after_id" => cursor = Cursor::After(value),
            "before_id" => cursor = Cursor::Before(value),
            "beta" => {}
            _ => {
                let message = format!("{name}: Extra inputs are not permitted");
                return Err(refused(400, message));
            }
        }
    }
    let found = state.store.page(cursor, limit);
    let (mut batches, has_more) =
        found.ok_or_else(|| refused(400, "after_id, before_id: no such Message Batch"))?;
    let mut shown = Vec::with_capacity(batches.len());
    for batch in &mut batches {
        batch.status(now, durations);
        shown.push(batch.to_json(call.base));
    }
    let response = json!({
        "data": shown,
        "has_more": has_more,
        "first_id": batches.first().map(|batch| batch.id()),
        "last_id": batches.last().map(|batch| batch.id()),
    });
    Ok(Draft::json(200, &response))
}

fn limit_of(value: &str) -> Result<usize, Refused> {
    let limit = value
        .parse()
        .ok()
        .filter(|limit| (1..=1_000).contains(limit));
    limit.ok_or_else(|| refused(400, "limit: must be a whole number from 1 to 1000"))
}

#[derive(Deserialize)]
struct CreateBody {
    requests: Vec<CreateRequest>,
}

#[derive(Deserialize)]
struct CreateRequest {
    custom_id: String,
    #[serde(rename = "params")]
    _params: serde_json::Map<String, Value>,
}

fn create(state: &mut State, call: &Call<'_>) -> Served {
    let body = call.body.map(AsRef::as_ref).unwrap_or_default();
    let body: CreateBody =
        serde_json::from_slice(body).map_err(|error| refused(400, format!("requests: {error}")))?;
    let names: Vec<String> = body
        .requests
        .into_iter()
        .map(|request| request.custom_id)
        .collect();
    if names.is_empty() || names.len() > 100_000 {
        return Err(refused(400, "requests: must hold 1 to 100000 requests"));
    }
    if names.iter().collect::<HashSet<_>>().len() < names.len() {
        return Err(refused(400, "requests: custom_id must be unique"));
    }
    let now = state.now_ms();
    let new = NewBatch {
        id: state.new_id("msgbatch_"),
        status: Status::InProgress,
        created_ms: now,
        changed_ms: now,
        canceling_ms: None,
        requests: Requests::Named(names),
    };
    let batch = state
        .store
        .add(new)
        .map_err(|message| refused(400, message))?;
    Ok(Draft::json(200, &batch.to_json(call.base)))
}
