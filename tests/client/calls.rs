//! The calls on one batch.

use crate::world::{KEY, World, client_of, missing};
use bytes::Bytes;
use policy::base::batch::State;
use policy::client::{Client, LostResponse, ReqwestTransport, Sleeper, Transport};
use policy::{Code, DeletionOptions, Failure, IfMissing, IfProcessing};
use serde_json::json;
use std::cell::Cell;
use std::time::Duration;

#[tokio::test]
async fn a_batch_is_deleted_by_one_request_with_the_key() {
    let world = World::new();
    let id = world.ended().await;
    let deleted = world.client().delete(&id).await.unwrap();
    assert_eq!(
        (deleted.id.as_str(), deleted.was_missing),
        (id.as_str(), false)
    );
    assert!(deleted.request_id.is_some());
    assert_eq!(world.calls().await, [format!("DELETE {id} 200")]);
    let headers = &world.requests().await[0]["headers"];
    let has = |name: &str, value: &str| {
        let found = headers.as_array().unwrap().iter();
        found.filter(|it| it[0] == name && it[1] == value).count() == 1
    };
    assert!(has("x-api-key", KEY), "{headers}");
    assert!(has("anthropic-version", "2023-06-01"), "{headers}");
    assert!(has("accept", "application/json"), "{headers}");
}

#[tokio::test]
async fn a_fault_is_followed_by_another_attempt() {
    let soon = json!({ "retry-after-ms": "5" });
    let faults = [
        json!({ "status": 429, "headers": soon }),
        json!({ "status": 529, "headers": soon }),
        json!({ "reset": "before" }),
        json!({ "status": 503, "headers": soon }),
    ];
    for fault in faults {
        let world = World::new();
        let id = world.ended().await;
        world.faults(json!([fault])).await;
        let deleted = world.client().delete(&id).await.unwrap();
        assert!(!deleted.was_missing, "{fault}");
        assert_eq!(world.requests().await.len(), 2, "{fault}");
        assert_eq!(world.batches().await.1, [id], "{fault}");
    }
}

#[tokio::test]
async fn a_deletion_whose_response_is_lost_is_a_success() {
    for fault in [json!({ "reset": "after" }), json!({ "truncate": 9 })] {
        let world = World::new();
        let id = world.ended().await;
        world.faults(json!([fault])).await;
        let deleted = world.client().delete(&id).await.unwrap();
        assert!(!deleted.was_missing, "{fault}");
        let found = [format!("DELETE {id} 404")];
        assert_eq!(world.calls().await[1..], found, "{fault}");
    }
}

/// Loses the first request before it is sent.
struct LosesFirst {
    sent: bool,
    is_lost: Cell<bool>,
    transport: ReqwestTransport,
}

impl Transport for LosesFirst {
    async fn send(
        &self,
        request: http::Request<()>,
        limit: usize,
    ) -> Result<http::Response<Bytes>, LostResponse> {
        if self.is_lost.replace(true) {
            return self.transport.send(request, limit).await;
        }
        let error = std::io::Error::other("no route to host");
        Err(LostResponse::new(self.sent, &error))
    }
}

impl Sleeper for LosesFirst {
    async fn sleep(&self, _: Duration) {}
}

#[tokio::test]
async fn a_404_after_a_request_that_was_not_sent_is_a_failure() {
    for sent in [false, true] {
        let world = World::new();
        let transport = LosesFirst {
            sent,
            is_lost: Cell::new(false),
            transport: ReqwestTransport::new().unwrap(),
        };
        let sleeper = ReqwestTransport::new().unwrap();
        let client = Client::new(world.builder().build().unwrap(), (transport, sleeper));
        let ended = client.delete(&missing()).await;
        let code = ended.err().map(|failure| failure.code);
        let expected = if sent { None } else { Some(Code::NotFound) };
        assert_eq!(code, expected, "sent: {sent}");
    }
}

#[tokio::test]
async fn nothing_listens() {
    let world = World::new();
    let builder = world
        .builder()
        .base_url("http://127.0.0.1:1")
        .max_retries(0);
    let failure = client_of(&builder).delete(&missing()).await.unwrap_err();
    assert_eq!(failure.code, Code::Connection);
    assert!(failure.retryable && !failure.maybe_applied, "{failure:?}");
}

#[tokio::test]
async fn a_missing_batch_is_a_failure_unless_it_is_ignored() {
    let world = World::new();
    let client = world.client();
    let failure = client.delete(&missing()).await.unwrap_err();
    assert_eq!((failure.code, failure.status), (Code::NotFound, Some(404)));
    let options = DeletionOptions::default().if_missing(IfMissing::Ignore);
    let deleted = client.delete_with(&missing(), options).await.unwrap();
    assert!(deleted.was_missing);
}

#[tokio::test]
async fn a_batch_that_has_not_ended_is_refused_or_canceled_first() {
    let world = World::new();
    world.settings(json!({ "cancelingMs": 1 })).await;
    let id = world
        .create(json!({ "status": "in_progress" }))
        .await
        .remove(0);
    let client = world.client();
    let failure = client.delete(&id).await.unwrap_err();
    assert_eq!(failure.code, Code::StillProcessing);
    assert!(
        failure.message.contains("IfProcessing::Cancel"),
        "{failure}"
    );
    let options = DeletionOptions::default()
        .if_processing(IfProcessing::Cancel)
        .poll_interval(Duration::from_millis(5));
    client.delete_with(&id, options).await.unwrap();
    assert_eq!(world.batches().await.1, [id]);
}

#[tokio::test]
async fn a_batch_is_canceled_and_retrieved() {
    let world = World::new();
    let id = world
        .create(json!({ "status": "in_progress" }))
        .await
        .remove(0);
    let client = world.client();
    let canceled = client.cancel(&id).await.unwrap();
    assert_eq!(
        (canceled.id.as_str(), canceled.state),
        (id.as_str(), State::Canceling)
    );
    let found = client.retrieve(&id).await.unwrap();
    assert_ne!(found.state, State::InProgress);
    assert!(found.created_at.unwrap().as_millis() > 0.0 && found.expires_at > found.created_at);
    let document: serde_json::Value = serde_json::from_str(&found.json).unwrap();
    assert_eq!(document["type"], "message_batch");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let world = World::new();
    let id = world.ended().await;
    world
        .faults(json!([{ "status": 307, "headers": { "location": "/elsewhere" } }]))
        .await;
    let failure = world.client().delete(&id).await.unwrap_err();
    assert_eq!(failure.code, Code::Redirect);
    assert_eq!(world.requests().await.len(), 1);
}

#[tokio::test]
async fn an_attempt_and_a_call_end_at_their_limits() {
    let world = World::new();
    let id = world.ended().await;
    world.faults(json!([{ "hang": true, "times": null }])).await;
    let short = Duration::from_millis(100);
    let builder = world.builder().timeout(short).max_retries(0);
    let failure = client_of(&builder).delete(&id).await.unwrap_err();
    assert_eq!(failure.code, Code::Timeout);
    assert!(failure.maybe_applied, "{failure:?}");
    let builder = world.builder().total_timeout(short);
    let failure = client_of(&builder).delete(&id).await.unwrap_err();
    assert_eq!(failure.code, Code::Timeout);
    assert!(
        failure.message.contains("total_timeout (100 ms)"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_no_success() {
    let world = World::new();
    let id = world.ended().await;
    world
        .faults(json!([{ "status": 200, "body": "x".repeat(1 << 20), "repeatBody": 3 }]))
        .await;
    let failure = world.client().delete(&id).await.unwrap_err();
    assert_eq!(failure.code, Code::InvalidResponse);
    assert!(failure.too_large, "{failure}");
}

#[tokio::test]
async fn each_attempt_is_reported_and_nothing_shows_the_key() {
    let world = World::new();
    let id = world.ended().await;
    world
        .faults(json!([{ "status": 401, "body": format!("no such key: {KEY}") }]))
        .await;
    let (sender, receiver) = std::sync::mpsc::channel();
    let client = world
        .client()
        .on_attempt(move |attempt| sender.send(attempt.clone()).unwrap());
    let failure: Box<Failure> = client.delete(&id).await.unwrap_err();
    let attempt = receiver.recv().unwrap();
    assert_eq!((attempt.attempt, attempt.status), (1, Some(401)));
    let shown = format!("{client:?} {failure:?} {failure} {attempt:?}");
    assert!(!shown.contains(KEY), "{shown}");
}

#[tokio::test]
async fn an_id_is_checked_before_anything_is_sent() {
    let world = World::new();
    for id in ["", "a/b", KEY] {
        let failure = world.client().delete(id).await.unwrap_err();
        assert_eq!(failure.code, Code::InvalidOption, "{id}");
    }
    assert_eq!(world.requests().await.len(), 0);
}
