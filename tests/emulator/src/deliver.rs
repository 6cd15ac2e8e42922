//! Sends a response, as it is or as a fault has it.

use crate::draft::Draft;
use crate::fault::{ContentType, Fault, Reset};
use crate::payload::Payload;
use crate::world::Active;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue,
    TRANSFER_ENCODING,
};
use hyper::{Response, StatusCode};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// The body of a response.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Long enough for the written bytes to leave before the connection ends.
const FLUSH: Duration = Duration::from_millis(20);

/// Ends a connection from within a response.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// With a reset.
    pub reset: Arc<Notify>,
    /// With a goodbye.
    pub close: Arc<Notify>,
}

/// The response as it is.
#[must_use]
pub fn plain(draft: Draft) -> Response<Body> {
    let body = Full::new(draft.body).map_err(|never| match never {});
    response(draft.status, draft.headers, body.boxed_unsync())
}

/// The response that a fault gives instead of the usual one.
#[must_use]
pub fn own(fault: &Fault, request_id: &str) -> Draft {
    let status = fault.status.unwrap_or(200);
    let content_type = "application/json";
    match (&fault.json, &fault.body) {
        (Some(json), _) => Draft::json(status, json),
        (None, Some(body)) => Draft::with(status, content_type, body.clone()),
        (None, None) if status < 400 => Draft::empty(status),
        (None, None) => Draft::error(status, request_id, "a fault that a test has set"),
    }
}

/// The response as a fault has it. May never return: the connection then ends or hangs.
pub async fn with_fault(
    mut draft: Draft,
    fault: &Fault,
    ending: &Ending,
    active: Active,
) -> Response<Body> {
    if let Some(ms) = fault.delay_ms {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    if !fault.responds() {
        if fault.hang {
            std::future::pending::<()>().await;
        }
        ending.reset.notify_one();
        std::future::pending::<()>().await;
    }
    // HTTP has no body for these two.
    if [204, 304].contains(&draft.status) {
        draft.body = Bytes::new();
        draft.headers.remove(CONTENT_TYPE);
    }
    let mut payload = Payload::new(draft.body.clone(), fault.repeat_body.unwrap_or(1));
    if fault.gzip {
        payload = payload.gzipped();
        let gzip = HeaderValue::from_static("gzip");
        draft.headers.insert(CONTENT_ENCODING, gzip);
    }
    let by_hand = alter_headers(&mut draft.headers, fault);
    let mut steps = steps(&payload, fault);
    let length = payload.len();
    if announced(&draft.headers).is_some_and(|announced| announced > length) {
        steps.extend([Step::Pause(FLUSH), Step::Close]);
    }
    // hyper does not poll a complete body again, so the steps of the body can't end these connections.
    if fault.truncate.is_some_and(|at| at >= length) {
        let close = HeaderValue::from_static("close");
        draft.headers.insert(CONNECTION, close);
    }
    if fault.reset == Some(Reset::During) && length == 0 {
        let reset = Arc::clone(&ending.reset);
        tokio::spawn(async move {
            tokio::time::sleep(FLUSH).await;
            reset.notify_one();
        });
    }
    if let (Some(body), [Step::Send(..)], false) = (payload.whole(), &*steps, by_hand) {
        return plain(Draft { body, ..draft });
    }
    if !by_hand && !fault.chunked && draft.status != 204 && draft.status != 304 {
        draft.headers.insert(CONTENT_LENGTH, length.into());
    }
    let sending = Sending {
        steps: steps.into(),
        payload,
        ending: ending.clone(),
        _active: active,
    };
    response(draft.status, draft.headers, sending.into_body())
}

/// Puts a fault's headers in; returns whether they say how long the body is.
fn alter_headers(headers: &mut HeaderMap, fault: &Fault) -> bool {
    match &fault.content_type {
        Some(ContentType(Some(value))) => drop(headers.insert(CONTENT_TYPE, value.clone())),
        Some(ContentType(None)) => drop(headers.remove(CONTENT_TYPE)),
        None => {}
    }
    // Removes all replaced headers before adding the new ones, because the fault may give a name twice.
    for (name, _) in &fault.headers {
        headers.remove(name);
    }
    for (name, value) in &fault.headers {
        if let Some(value) = value {
            headers.append(name, value.clone());
        }
    }
    headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING)
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// One step in the sending of a body.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// From one position to another.
    Send(usize, usize),
    Pause(Duration),
    Stall,
    Reset,
    Close,
}

fn steps(payload: &Payload, fault: &Fault) -> Vec<Step> {
    let all = payload.len();
    let end = fault.truncate.map_or(all, |length| length.min(all));
    let half = end / 2;
    let breaks = if fault.reset == Some(Reset::During) {
        Some(Step::Reset)
    } else {
        fault.stall.then_some(Step::Stall)
    };
    let pause = fault
        .body_delay_ms
        .map(|ms| Step::Pause(Duration::from_millis(ms)));
    let mut steps = Vec::new();
    if let Some(last) = breaks {
        steps.push(Step::Send(0, half));
        steps.extend(pause);
        steps.extend([Step::Pause(FLUSH), last]);
        return steps;
    }
    match pause {
        Some(pause) => steps.extend([Step::Send(0, half), pause, Step::Send(half, end)]),
        // Two chunks, at least.
        None if fault.chunked => steps.extend([Step::Send(0, half), Step::Send(half, end)]),
        None => steps.push(Step::Send(0, end)),
    }
    if fault.truncate.is_some() {
        steps.extend([Step::Pause(FLUSH), Step::Close]);
    }
    steps
}

/// A body on its way. The request counts as active until the end of it.
struct Sending {
    steps: VecDeque<Step>,
    payload: Payload,
    ending: Ending,
    _active: Active,
}

impl Sending {
    fn into_body(self) -> Body {
        let frames = stream::unfold(self, |mut sending| async move {
            let piece = sending.next().await?;
            Some((Ok(Frame::data(piece)), sending))
        });
        BodyExt::boxed_unsync(StreamBody::new(frames))
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.steps.pop_front()? {
                Step::Send(from, to) => {
                    if let Some(piece) = self.payload.piece(from, to) {
                        self.steps.push_front(Step::Send(from + piece.len(), to));
                        return Some(piece);
                    }
                }
                Step::Pause(time) => tokio::time::sleep(time).await,
                Step::Stall => std::future::pending().await,
                Step::Reset => {
                    self.ending.reset.notify_one();
                    return std::future::pending().await;
                }
                Step::Close => {
                    self.ending.close.notify_one();
                    return std::future::pending().await;
                }
            }
        }
    }
}

fn response(status: u16, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    // A status is one of the API's, or was checked when the test set the fault.
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    *response.headers_mut() = headers;
    response
}
