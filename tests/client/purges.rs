//! Purges: the selection, the filter, the dry run, the end of the time.

use crate::world::{World, until};
use policy::client::{Client, MessageBatch, ReqwestTransport, Sleeper};
use policy::options::selection::Selection;
use policy::{Code, WallTime};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Creates old batches and new ones, and returns the ids of both.
async fn old_and_new(world: &World) -> (Vec<String>, Vec<String>) {
    let days = |count: u64| count * DAY.as_secs();
    let old = world
        .create(json!({ "count": 12, "ageSeconds": days(20) }))
        .await;
    let new = world
        .create(json!({ "count": 5, "ageSeconds": days(2) }))
        .await;
    (sorted(old), sorted(new))
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[tokio::test]
async fn the_old_batches_are_deleted() {
    let world = World::new();
    let (old, new) = old_and_new(&world).await;
    let client = world.client();
    let selection = Selection::default().ended_before(10 * DAY);
    let report = client.purge(selection).run().await.unwrap();
    assert_eq!(report.ends.deleted, 12);
    let (left, deleted) = world.batches().await;
    assert_eq!((sorted(left), sorted(deleted)), (new, old));
}

#[tokio::test]
async fn a_dry_run_deletes_nothing() {
    let world = World::new();
    old_and_new(&world).await;
    let client = world.client();
    let before = SystemTime::now() - 10 * DAY;
    let selection = Selection::default().created_before(before);
    let report = client.purge(selection).dry_run().run().await.unwrap();
    assert_eq!((report.ends.deleted, report.plan.sample.len()), (12, 10));
    assert!(report.plan.newest.unwrap() < WallTime::from(before).as_millis());
    assert_eq!(world.batches().await.0.len(), 17);
}

#[tokio::test]
async fn a_filter_and_a_limit_choose_among_the_selected_batches() {
    let world = World::new();
    let (old, new) = old_and_new(&world).await;
    let client = world.client();
    let is_old = |batch: &MessageBatch| old.contains(&batch.id);
    let purge = client.purge(Selection::default()).filter(is_old).limit(7);
    let report = purge.run().await.unwrap();
    assert_eq!(report.ends.deleted, 7);
    let (left, deleted) = world.batches().await;
    assert!(new.iter().all(|id| left.contains(id)));
    assert!(deleted.iter().all(|id| old.contains(id)));
}

#[tokio::test]
async fn a_selection_of_everything_needs_a_word() {
    let world = World::new();
    old_and_new(&world).await;
    let client = world.client();
    let refused = client.purge(Selection::default()).run().await.unwrap_err();
    assert_eq!(refused.failure.code, Code::InvalidOption);
    assert!(refused.to_string().contains("ended_before"), "{refused}");
    assert_eq!(world.requests().await.len(), 0);
    let report = client
        .purge(Selection::default())
        .all()
        .run()
        .await
        .unwrap();
    assert_eq!(report.ends.deleted, 17);
}

/// The limit of a purge. No test waits for it.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Ends `LIMIT` once three outcomes are there and another deletion waits for its response.
struct LimitEnds<'a> {
    world: &'a World,
    deleted: &'a AtomicU32,
}

impl Sleeper for LimitEnds<'_> {
    async fn sleep(&self, time: Duration) {
        if time != LIMIT {
            return tokio::time::sleep(time).await;
        }
        until("three outcomes and a fourth deletion", || async {
            let calls = self.world.calls().await;
            let sent = calls.iter().filter(|call| call.starts_with("DELETE"));
            self.deleted.load(Ordering::Relaxed) == 3 && sent.count() > 3
        })
        .await;
    }
}

#[tokio::test]
async fn a_purge_ends_at_its_time_limit_with_the_outcomes_before() {
    let world = World::new();
    let (old, _) = old_and_new(&world).await;
    // Three deletions succeed; then each waits for a response until the time is up.
    let hang = json!({ "hang": true, "times": null, "match": { "method": "DELETE" } });
    let three = json!({ "times": 3, "match": { "method": "DELETE" }, "chunked": true });
    world.faults(json!([three, hang])).await;
    let deleted = AtomicU32::new(0);
    let sleeper = LimitEnds {
        world: &world,
        deleted: &deleted,
    };
    let settings = world.builder().total_timeout(LIMIT).build().unwrap();
    let client = Client::new(settings, (ReqwestTransport::new().unwrap(), sleeper));
    let purge = client
        .purge(Selection::default().ended_before(10 * DAY))
        .on_progress(|_, progress| deleted.store(progress.ends.deleted, Ordering::Relaxed));
    let error = purge.run().await.unwrap_err();
    assert_eq!(error.failure.code, Code::Timeout);
    assert!(error.failure.maybe_applied);
    let (_, deleted) = world.batches().await;
    assert_eq!(error.report.ends.deleted, 3, "{:?}", error.report);
    assert!(deleted.len() >= 3 && deleted.iter().all(|id| old.contains(id)));
    // A request was sent for each of these, and the server may have performed it.
    let failed = &error.report.failed;
    assert!(!failed.is_empty() && failed.iter().all(|it| it.failure.maybe_applied));
}

#[tokio::test]
async fn a_list_that_cannot_be_read_fails_the_purge() {
    let world = World::new();
    world.faults(json!([{ "status": 403 }])).await;
    let client = world.client();
    let purge = client.purge(Selection::default().ended_before(DAY));
    let error = purge.run().await.unwrap_err();
    assert_eq!(error.failure.code, Code::Permission);
}

#[tokio::test]
async fn a_purge_with_a_batch_that_cannot_be_judged_is_not_complete() {
    let world = World::new();
    let batch = json!({
        "id": "msgbatch_1",
        "type": "message_batch",
        "processing_status": "ended",
        "created_at": "soon",
        "ended_at": "soon",
    });
    let page = json!({ "data": [batch], "has_more": false, "last_id": "msgbatch_1" });
    world
        .faults(json!([{ "status": 200, "body": page.to_string() }]))
        .await;
    let client = world.client();
    let purge = client.purge(Selection::default().created_before(DAY));
    let report = purge.run().await.unwrap();
    assert_eq!((report.ends.deleted, report.unjudged.total), (0, 1));
    assert!(!report.is_complete());
}
