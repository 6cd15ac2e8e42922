//! The endpoints of the Message Batches API.

use crate::batches::{Cursor, NewBatch, Status, rfc3339};
use crate::reply::Reply;
use crate::world::State;
use serde::Deserialize;
use serde_json::{Value, json};

/// The largest body that create takes, in bytes.
const MAX_BODY: usize = 256 * 1024 * 1024;

/// An API request, as far as an endpoint needs it.
#[allow(missing_debug_implementations)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// The path below the base path, without a query.
    pub path: &'a str,
    /// The query.
    pub query: &'a str,
    /// Looks a header up.
    pub header: &'a dyn Fn(&str) -> Option<String>,
    /// The body.
    pub body: &'a [u8],
    /// Where the API is, for `results_url`.
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
    /// A known path, but with `OPTIONS`: the API answers no preflight.
    Preflight,
}

/// Finds the endpoint of a method and a path.
#[must_use]
pub fn endpoint<'a>(method: &str, path: &'a str) -> Option<Endpoint<'a>> {
    let rest = path.strip_prefix("/v1/messages/batches")?;
    let segments: Vec<&str> = rest.split('/').collect();
    match (method, segments.as_slice()) {
        ("OPTIONS", _) => Some(Endpoint::Preflight),
        ("GET", [""]) => Some(Endpoint::List),
        ("POST", [""]) => Some(Endpoint::Create),
        ("GET", ["", id]) if !id.is_empty() => Some(Endpoint::Retrieve(id)),
        ("DELETE", ["", id]) if !id.is_empty() => Some(Endpoint::Delete(id)),
        ("POST", ["", id, "cancel"]) => Some(Endpoint::Cancel(id)),
        ("GET", ["", id, "results"]) => Some(Endpoint::Results(id)),
        _ => None,
    }
}

impl Endpoint<'_> {
    /// The batch.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Retrieve(id) | Self::Delete(id) | Self::Cancel(id) | Self::Results(id) => {
                Some(id)
            }
            Self::List | Self::Create | Self::Preflight => None,
        }
    }
}

/// Answers a request: credentials, version, rate limit, then the endpoint.
pub fn answer(state: &mut State, call: &Call<'_>, endpoint: Option<Endpoint<'_>>) -> Reply {
    let error = |status, message: &str| Reply::error(status, call.request_id, message);
    let Some(endpoint) = endpoint else {
        state.stats.unmatched += 1;
        return error(501, &format!("no route for {} {}", call.method, call.path));
    };
    if endpoint == Endpoint::Preflight {
        return error(405, "the batches endpoints answer no preflight");
    }
    if let Err((status, message)) = admit(state, call) {
        return error(status, message);
    }
    let now = state.now_ms_exact();
    let grant = state.limiter.take(now);
    let mut reply = if grant.allowed {
        serve(state, call, endpoint).unwrap_or_else(|(status, message)| error(status, &message))
    } else {
        state.stats.rate_limited += 1;
        let mut reply = error(
            429,
            "This request would exceed your organization's rate limit",
        );
        reply.set(
            "retry-after",
            Some(format!("{:.0}", (grant.next_ms / 1_000.0).ceil().max(1.0))),
        );
        if state.settings.retry_after_ms {
            reply.set(
                "retry-after-ms",
                Some(format!("{:.0}", grant.next_ms.ceil().max(1.0))),
            );
        }
        reply
    };
    #[allow(clippy::cast_possible_truncation)]
    let reset = rfc3339(state.now_ms() + grant.full_ms.ceil() as i64);
    reply.set(
        "anthropic-ratelimit-requests-limit",
        Some(grant.limit.to_string()),
    );
    reply.set(
        "anthropic-ratelimit-requests-remaining",
        Some(grant.remaining.to_string()),
    );
    reply.set("anthropic-ratelimit-requests-reset", Some(reset));
    reply
}

fn admit(state: &State, call: &Call<'_>) -> Result<(), (u16, &'static str)> {
    let header = call.header;
    if state.settings.refuse_origin && header("origin").is_some() {
        return Err((
            401,
            "CORS requests are not allowed for this Organization because custom retention settings are enabled",
        ));
    }
    let credential = header("x-api-key").or_else(|| {
        header("authorization")?
            .strip_prefix("Bearer ")
            .map(str::to_owned)
    });
    match credential {
        None => return Err((401, "x-api-key header is required")),
        Some(credential) if credential.is_empty() || credential.contains("invalid") => {
            return Err((401, "invalid x-api-key"));
        }
        Some(_) => {}
    }
    if header("anthropic-version").is_none() {
        return Err((400, "anthropic-version: header is required"));
    }
    if call.body.len() > MAX_BODY {
        return Err((413, "Request exceeds the maximum size"));
    }
    Ok(())
}

type Served = Result<Reply, (u16, String)>;

fn serve(state: &mut State, call: &Call<'_>, endpoint: Endpoint<'_>) -> Served {
    let (now, pace) = (state.now_ms(), state.pace());
    let missing = |id: &str| (404, format!("No Message Batch with ID: {id}"));
    match endpoint {
        Endpoint::List => list(state, call),
        Endpoint::Create => create(state, call),
        Endpoint::Preflight => Err((405, String::new())),
        Endpoint::Retrieve(id) => {
            let batch = state.store.get(id).ok_or_else(|| missing(id))?;
            batch.status(now, pace);
            Ok(Reply::json(200, &batch.to_json(call.base)))
        }
        Endpoint::Cancel(id) => {
            let batch = state.store.get(id).ok_or_else(|| missing(id))?;
            match batch.status(now, pace) {
                Status::InProgress => batch.cancel(now),
                Status::Canceling => {}
                Status::Ended => {
                    return Err((400, format!("Batch {id} cannot be canceled: it has ended")));
                }
            }
            Ok(Reply::json(200, &batch.to_json(call.base)))
        }
        Endpoint::Delete(id) => {
            let refusal = state.settings.refusal_status;
            let batch = state.store.get(id).ok_or_else(|| missing(id))?;
            if batch.status(now, pace) != Status::Ended {
                return Err((
                    refusal,
                    format!("Batch {id} cannot be deleted while it is in progress"),
                ));
            }
            state.store.delete(id);
            Ok(Reply::json(
                200,
                &json!({ "id": id, "type": "message_batch_deleted" }),
            ))
        }
        Endpoint::Results(id) => {
            let batch = state.store.get(id).ok_or_else(|| missing(id))?;
            if batch.status(now, pace) != Status::Ended {
                return Err((404, format!("Batch {id} has no results yet")));
            }
            let mut reply = Reply::empty(200);
            reply.set("content-type", Some("application/x-jsonl".into()));
            reply.body = batch.results().into();
            Ok(reply)
        }
    }
}

fn list(state: &mut State, call: &Call<'_>) -> Served {
    let (now, pace) = (state.now_ms(), state.pace());
    let mut limit = 20;
    let mut cursor = Cursor::Start;
    for pair in call.query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=').unwrap_or((pair, "")) {
            ("limit", value) => {
                limit = value
                    .parse()
                    .ok()
                    .filter(|limit| (1..=1_000).contains(limit))
                    .ok_or_else(|| {
                        (
                            400,
                            "limit: must be a whole number from 1 to 1000".to_owned(),
                        )
                    })?;
            }
            ("after_id", id) => cursor = Cursor::After(id),
            ("before_id", id) => cursor = Cursor::Before(id),
            ("beta", _) => {}
            (name, _) => return Err((400, format!("{name}: Extra inputs are not permitted"))),
        }
    }
    let (mut page, more) = state
        .store
        .page(cursor, limit)
        .ok_or_else(|| (400, "the cursor is not a Message Batch".to_owned()))?;
    for batch in &mut page {
        batch.status(now, pace);
    }
    let data: Vec<Value> = page.iter().map(|batch| batch.to_json(call.base)).collect();
    Ok(Reply::json(
        200,
        &json!({
            "data": data,
            "has_more": more,
            "first_id": page.first().map(|batch| &batch.id),
            "last_id": page.last().map(|batch| &batch.id),
        }),
    ))
}

#[derive(Deserialize)]
struct CreateBody {
    requests: Vec<CreateRequest>,
}

#[derive(Deserialize)]
struct CreateRequest {
    custom_id: String,
    #[allow(dead_code)]
    params: Value,
}

fn create(state: &mut State, call: &Call<'_>) -> Served {
    let body: CreateBody =
        serde_json::from_slice(call.body).map_err(|error| (400, format!("requests: {error}")))?;
    if body.requests.is_empty() || body.requests.len() > 100_000 {
        return Err((400, "requests: must hold 1 to 100000 requests".into()));
    }
    let new = NewBatch {
        id: state.new_id("msgbatch_"),
        status: Status::InProgress,
        created_ms: state.now_ms(),
        ended_ms: None,
        requests: body
            .requests
            .into_iter()
            .map(|request| request.custom_id)
            .collect(),
    };
    let batch = state.store.add(new).map_err(|message| (400, message))?;
    Ok(Reply::json(200, &batch.to_json(call.base)))
}
