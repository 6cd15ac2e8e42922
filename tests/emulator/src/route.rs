//! From a request to its world, and there to the control endpoints or to the API.

use crate::api::{self, Call};
use crate::control;
use crate::deliver::{self, Body, Ending};
use crate::fault::Fault;
use crate::reply::Reply;
use crate::server::Shared;
use crate::static_files;
use crate::tee::Heard;
use crate::world::{Record, State, World};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Request, Response};
use std::sync::Arc;

/// Answers one request.
pub async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    heard: Heard,
    ending: Ending,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let head = if shared.recording {
        heard.head()
    } else {
        String::new()
    };
    heard.forget();

    let path = parts.uri.path();
    if let (Some(folder), Some(file)) = (&shared.static_folder, path.strip_prefix("/_static/")) {
        return deliver::plain(static_files::answer(folder, file).await);
    }
    let (name, inner) = split_world(path);
    let world = shared.worlds.get(name);
    let query = parts.uri.query().unwrap_or_default();
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let host = header("host").unwrap_or_default();
    let prefix = path.strip_suffix(inner).unwrap_or_default();
    let method = parts.method.as_str();
    let base_path = world.state().settings.base_path.clone();
    let base = format!("http://{host}{prefix}{base_path}");
    if let Some(control) = inner.strip_prefix("/_emulator/") {
        return deliver::plain(control::answer(
            &world, method, control, query, &body, &base,
        ));
    }

    let target = parts
        .uri
        .path_and_query()
        .map_or("", hyper::http::uri::PathAndQuery::as_str);
    let api_path = inner.strip_prefix(base_path.as_str()).unwrap_or_default();
    let (reply, fault, seq) = {
        let mut state = world.state();
        let request_id = state.new_id("req_");
        let endpoint = api::endpoint(method, api_path);
        let id = endpoint.as_ref().and_then(api::Endpoint::id);
        let fault = state.faults.strike(method, target, id);
        let seq = note(&mut state, &shared, &parts, &head, &body, id);
        let call = Call {
            method,
            path: inner,
            query,
            header: &header,
            body: &body,
            base: &base,
            request_id: &request_id,
        };
        let mut reply = respond(&mut state, &call, endpoint, fault.as_ref());
        if !reply
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("request-id"))
        {
            reply.set("request-id", Some(request_id.clone()));
        }
        if let Some(fault) = &fault {
            deliver::alter(&mut reply, fault);
        }
        state.answered(seq, Some(reply.status), fault.as_ref().map(Fault::label));
        (reply, fault, seq)
    };
    let _active = Active::start(&world);
    match fault {
        None => deliver::plain(reply),
        Some(fault) => {
            if fault.hang
                || matches!(
                    fault.reset,
                    Some(crate::fault::Reset::Before | crate::fault::Reset::After)
                )
            {
                world.state().answered(seq, None, Some(fault.label()));
            }
            deliver::with_fault(reply, &fault, &ending).await
        }
    }
}

/// The answer, where a fault has its own only after the request took effect, or without it.
fn respond(
    state: &mut State,
    call: &Call<'_>,
    endpoint: Option<api::Endpoint<'_>>,
    fault: Option<&Fault>,
) -> Reply {
    let Some(fault) = fault else {
        return api::answer(state, call, endpoint);
    };
    let usual = fault
        .has_effect()
        .then(|| api::answer(state, call, endpoint));
    match (usual, fault.replaces_answer()) {
        (Some(usual), false) => usual,
        _ => {
            let status = fault.status.unwrap_or(200);
            let has_own_body = fault.json.is_some() || fault.body.is_some();
            let mut reply = if has_own_body || status < 400 {
                Reply::empty(status)
            } else {
                Reply::error(status, call.request_id, "a fault that a test asked for")
            };
            if fault.json.is_some() || fault.body.is_some() {
                reply.set("content-type", Some("application/json".into()));
            }
            reply
        }
    }
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

fn note(
    state: &mut State,
    shared: &Shared,
    parts: &hyper::http::request::Parts,
    head: &str,
    body: &Bytes,
    id: Option<&str>,
) -> u64 {
    state.stats.requests += 1;
    if !shared.recording || !state.settings.recording {
        return 0;
    }
    let mut lines = head.split("\r\n");
    let target = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    let record = Record {
        seq: 0,
        method: parts.method.to_string(),
        target: target.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.collect(),
        head: head.to_owned(),
        body: String::from_utf8_lossy(body).into_owned(),
        status: None,
        fault: None,
        batch_id: id.map(str::to_owned),
        at_ms: state.now_ms(),
    };
    state.record(record)
}

/// Counts a request while it is being answered.
struct Active(Arc<World>);

impl Active {
    fn start(world: &Arc<World>) -> Self {
        let mut state = world.state();
        state.stats.active += 1;
        state.stats.max_concurrent = state.stats.max_concurrent.max(state.stats.active);
        drop(state);
        Self(Arc::clone(world))
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.0.state().stats.active -= 1;
    }
}
