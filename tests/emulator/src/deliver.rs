//! Sends an answer, as it is or as a fault has it.

use crate::fault::{Fault, Reset};
use crate::reply::Reply;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::Response;
use hyper::body::Frame;
use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// The body of a response.
pub type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Long enough for what was written to leave before the connection ends.
const FLUSH: Duration = Duration::from_millis(20);

/// Ends a connection from within an answer.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// With a reset.
    pub reset: Arc<Notify>,
    /// With a goodbye.
    pub close: Arc<Notify>,
}

/// The answer as it is.
#[must_use]
pub fn plain(reply: Reply) -> Response<Body> {
    let Reply {
        status,
        headers,
        body,
    } = reply;
    response(status, &headers, Full::new(body).boxed_unsync())
}

/// What a fault makes of an answer before it is sent.
pub fn alter(reply: &mut Reply, fault: &Fault) {
    if let Some(json) = &fault.json {
        reply.body = Bytes::from(json.to_string());
    }
    if let Some(body) = &fault.body {
        reply.body = Bytes::from(body.repeat(fault.repeat_body.unwrap_or(1)));
    }
    if let Some(content_type) = &fault.content_type {
        reply.set("content-type", content_type.clone());
    }
    for (name, value) in &fault.headers {
        let value = match value {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        reply.set(name, value);
    }
    if fault.gzip {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        if encoder.write_all(&reply.body).is_ok()
            && let Ok(compressed) = encoder.finish()
        {
            reply.body = compressed.into();
            reply.set("content-encoding", Some("gzip".into()));
        }
    }
}

/// The answer as a fault has it. May never return: the connection then ends or hangs.
pub async fn with_fault(reply: Reply, fault: &Fault, ending: &Ending) -> Response<Body> {
    if let Some(ms) = fault.delay_ms {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    if fault.hang {
        std::future::pending::<()>().await;
    }
    if matches!(fault.reset, Some(Reset::Before | Reset::After)) {
        ending.reset.notify_one();
        std::future::pending::<()>().await;
    }
    let steps = steps(&reply.body, fault);
    let mut headers = reply.headers;
    let Some(steps) = steps else {
        return plain(Reply { headers, ..reply });
    };
    if !fault.chunked {
        headers.push(("content-length".into(), reply.body.len().to_string()));
    }
    response(reply.status, &headers, stepwise(steps, ending.clone()))
}

/// One step in the sending of a body.
#[derive(Clone, Debug)]
enum Step {
    Send(Bytes),
    Pause(Duration),
    Stall,
    Reset,
    Close,
}

/// The steps, where the body is not simply sent.
fn steps(body: &Bytes, fault: &Fault) -> Option<Vec<Step>> {
    let half = body.len() / 2;
    let (first, second) = (body.slice(..half), body.slice(half..));
    if let Some(length) = fault.truncate {
        let part = body.slice(..length.min(body.len()));
        return Some(vec![Step::Send(part), Step::Pause(FLUSH), Step::Close]);
    }
    if fault.reset == Some(Reset::During) {
        return Some(vec![Step::Send(first), Step::Pause(FLUSH), Step::Reset]);
    }
    if fault.stall {
        return Some(vec![Step::Send(first), Step::Stall]);
    }
    if let Some(ms) = fault.body_delay_ms {
        return Some(vec![
            Step::Send(first),
            Step::Pause(Duration::from_millis(ms)),
            Step::Send(second),
        ]);
    }
    fault
        .chunked
        .then(|| vec![Step::Send(first), Step::Send(second)])
}

fn stepwise(steps: Vec<Step>, ending: Ending) -> Body {
    let frames = stream::unfold(
        (steps.into_iter(), ending),
        |(mut steps, ending)| async move {
            loop {
                match steps.next()? {
                    // An empty chunk would end a chunked body.
                    Step::Send(bytes) if bytes.is_empty() => {}
                    Step::Send(bytes) => return Some((Ok(Frame::data(bytes)), (steps, ending))),
                    Step::Pause(time) => tokio::time::sleep(time).await,
                    Step::Stall => std::future::pending().await,
                    Step::Reset => {
                        ending.reset.notify_one();
                        std::future::pending().await
                    }
                    Step::Close => {
                        ending.close.notify_one();
                        std::future::pending().await
                    }
                }
            }
        },
    );
    BodyExt::boxed_unsync(StreamBody::new(frames))
}

fn response(status: u16, headers: &[(String, String)], body: Body) -> Response<Body> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.body(body).unwrap_or_else(|error| {
        // A test asked for a header that HTTP forbids.
        plain(Reply::json(
            500,
            &serde_json::json!({ "emulator": error.to_string() }),
        ))
    })
}
