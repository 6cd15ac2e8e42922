//! From a request to its world, and there to the control endpoints or to the API.

use crate::api::{self, Call, Endpoint};
use crate::control;
use crate::deliver::{self, Body, Ending};
use crate::draft::{Draft, REQUEST_ID};
use crate::fault::Fault;
use crate::record::Record;
use crate::server::Shared;
use crate::static_files;
use crate::tee::Heard;
use crate::world::{Active, State};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{HOST, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response};
use std::sync::Arc;

/// Responses one request; `recorder` knows its head, where requests are recorded.
pub async fn response(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    recorder: Option<Heard>,
    ending: Ending,
) -> Response<Body> {
    let head = recorder.map(|heard| heard.take());
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let (name, inner) = split_world(path);
    if let Some(folder) = &shared.static_folder
        && let Some(file) = inner.strip_prefix("/_static")
        && file.starts_with('/')
    {
        return static_files::response(folder, &parts.method, file).await;
    }
    let world = shared.worlds.get(name);
    let prefix = path.strip_suffix(inner).unwrap_or_default();
    let origin = format!("http://{}{prefix}", host(&parts));
    if let Some(control) = inner.strip_prefix("/_emulator/") {
        let Ok(body) = read(body).await else {
            return deliver::plain(Draft::error(400, "", "the body broke off, or is too large"));
        };
        let (method, query) = (parts.method.as_str(), parts.uri.query());
        let incoming = control::Incoming {
            method,
            path: control,
            query: query.unwrap_or_default(),
            body: &body,
            origin: &origin,
        };
        return deliver::plain(control::response(&shared, &world, &incoming));
    }

    let active = Active::start(Arc::clone(&world));
    let body = match read(body).await {
        Ok(body) => Some(body),
        Err(Unread::TooLarge) => None,
        // Its sender is gone: half a request takes no effect.
        Err(Unread::BrokenOff) => return deliver::plain(Draft::empty(400)),
    };
    let (draft, fault) = {
        let mut state = world.state();
        let arrived = Arrived {
            parts: &parts,
            inner,
            origin: &origin,
            body: body.as_ref(),
            head,
        };
        decide(&mut state, arrived)
    };
    match fault {
        None => deliver::plain(draft),
        Some(fault) => deliver::with_fault(draft, &fault, &ending, active).await,
    }
}

/// An API request that was read whole.
struct Arrived<'a> {
    parts: &'a Parts,
    /// The path below the world.
    inner: &'a str,
    /// The world's URL.
    origin: &'a str,
    body: Option<&'a Bytes>,
    head: Option<Vec<u8>>,
}

/// All that happens to the world, at once: count, fault, effect, record.
fn decide(state: &mut State, arrived: Arrived<'_>) -> (Draft, Option<Arc<Fault>>) {
    let Arrived {
        parts,
        inner,
        origin,
        body,
        head,
    } = arrived;
    let method = parts.method.as_str();
    let endpoint = inner
        .strip_prefix(state.settings.base_path.as_str())
        .and_then(|path| api::endpoint(method, path));
    let id = endpoint.as_ref().and_then(Endpoint::id);
    let target = parts
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let fault = state.faults.strike(method, target, id);
    state.stats.requests += 1;
    if endpoint.is_none() && fault.is_none() {
        state.stats.unmatched += 1;
    }
    let request_id = state.new_id("req_");
    let base = format!("{origin}{}", state.settings.base_path);
    let call = Call {
        method,
        path: inner,
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body,
        base: &base,
        request_id: &request_id,
    };
    let mut draft = match &fault {
        None => api::response(state, &call, endpoint),
        Some(fault) => {
            let usual = fault
                .has_effect()
                .then(|| api::response(state, &call, endpoint));
            usual
                .filter(|_| !fault.replaces_response())
                .unwrap_or_else(|| deliver::own(fault, &request_id))
        }
    };
    draft.set(REQUEST_ID, &request_id);
    if let Some(head) = head.filter(|_| state.settings.recording) {
        let responded = fault.as_ref().is_none_or(|fault| fault.responds());
        let record = Record {
            seq: 0,
            head,
            body: body.cloned().unwrap_or_default(),
            status: responded.then_some(draft.status),
            fault: fault.as_ref().map(|fault| fault.label()),
            batch_id: id.map(str::to_owned),
            at_ms: state.now_ms(),
        };
        state.records.add(record);
    }
    (draft, fault)
}

/// `/w/name/rest` is `/rest` of the world `name`; everything else is of the default world.
fn split_world(path: &str) -> (&str, &str) {
    let Some(rest) = path.strip_prefix("/w/") else {
        return ("", path);
    };
    match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, ""),
    }
}

fn host(parts: &Parts) -> String {
    let host = parts.headers.get(HOST).map(HeaderValue::as_bytes);
    String::from_utf8_lossy(host.unwrap_or_default()).into_owned()
}

enum Unread {
    TooLarge,
    BrokenOff,
}

async fn read(body: Incoming) -> Result<Bytes, Unread> {
    use hyper::body::Body as _;
    // Most requests have none.
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > api::MAX_BODY as u64 {
        return Err(Unread::TooLarge);
    }
    match Limited::new(body, api::MAX_BODY).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(_) => Err(Unread::BrokenOff),
    }
}
