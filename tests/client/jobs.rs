//! Jobs on many batches: every outcome is the server's.

use crate::world::{World, missing};
use futures_util::FutureExt;
use futures_util::stream::iter;
use policy::client::{Client, ReqwestTransport};
use policy::jobs::concurrency::Concurrency;
use policy::jobs::report::Status;
use policy::options::selection::Selection;
use policy::{Code, IfMissing, IfProcessing};
use serde_json::json;
use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

#[tokio::test]
async fn a_thousand_batches_with_faults_have_the_outcomes_of_the_server() {
    let world = World::new();
    // A rate limit that the job does not reach.
    let many = 6_000_000;
    world
        .settings(json!({ "requestsPerMinute": many, "burst": many }))
        .await;
    let mut ids = world.create(json!({ "count": 1_000 })).await;
    ids.push("not an id".into());
    ids.push(ids[0].clone());
    let soon = json!({ "retry-after-ms": "2" });
    world
        .faults(json!([
            { "status": 500, "headers": soon, "rate": 0.02, "times": null },
            { "status": 529, "headers": soon, "rate": 0.02, "times": null },
            { "status": 429, "headers": soon, "rate": 0.02, "times": null },
            { "reset": "before", "rate": 0.02, "times": null },
            { "reset": "during", "rate": 0.02, "times": null },
            { "reset": "after", "rate": 0.02, "times": null },
            { "truncate": 20, "rate": 0.02, "times": null },
            { "status": 403, "rate": 0.01, "times": null },
            { "status": 200, "body": "{}", "rate": 0.01, "times": null },
        ]))
        .await;
    let client = world.client();
    let mut outcomes = HashMap::new();
    let report = client
        .delete_all(iter(ids.clone()))
        .concurrency(Concurrency::check(32).unwrap())
        .on_progress(|outcome, _| {
            let is_deleted = matches!(outcome.status, Status::Deleted);
            let before = outcomes.insert(outcome.id.clone().unwrap(), is_deleted);
            assert!(before.is_none(), "{outcome:?} is a second outcome");
        })
        .run()
        .await
        .unwrap();
    assert_eq!(outcomes.len(), 1_001);
    let (left, deleted) = world.batches().await;
    for id in &left {
        assert!(
            !outcomes[id],
            "{id} is there, but its outcome is that it was deleted"
        );
    }
    let failed: HashMap<_, _> = report
        .failed
        .iter()
        .map(|failed| (failed.id.clone().unwrap(), &failed.failure))
        .collect();
    for id in &deleted {
        // A batch that is gone has another outcome only if the failure says so.
        assert!(
            outcomes[id] || failed[id].maybe_applied,
            "{id}: {:?}",
            failed[id]
        );
    }
    assert_eq!(report.ends.missing, 0);
    assert_eq!(failed["not an id"].code, Code::InvalidOption);
    let counted = report.ends.deleted as usize + report.failed.len();
    assert_eq!((counted, report.unsent), (1_001, 0));
    assert!(report.stopped.is_none() && !report.is_complete());
}

#[tokio::test]
async fn a_batch_that_does_not_exist_counts_as_missing() {
    let world = World::new();
    let ids = [world.ended().await, missing()];
    let report = world.client().delete_all(iter(ids)).run().await.unwrap();
    assert_eq!((report.ends.deleted, report.ends.missing), (1, 1));
    assert!(report.is_complete());
}

#[tokio::test]
async fn a_job_keeps_within_the_rate_limit() {
    let world = World::new();
    world
        .settings(json!({ "requestsPerMinute": 12_000, "burst": 10 }))
        .await;
    let ids = world.create(json!({ "count": 60 })).await;
    let client = world.client();
    let report = client.delete_all(iter(ids)).run().await.unwrap();
    assert_eq!(report.ends.deleted, 60);
    assert!(report.is_complete());
    let calls = world.calls().await;
    let refused = calls.iter().filter(|call| call.ends_with("429")).count();
    assert!(
        refused < 20,
        "{refused} of {} requests were refused",
        calls.len()
    );
}

#[tokio::test]
async fn batches_are_canceled() {
    let world = World::new();
    let mut ids = world
        .create(json!({ "count": 3, "status": "in_progress" }))
        .await;
    ids.push(world.ended().await);
    let client = world.client();
    let report = client.cancel_all(iter(ids)).run().await.unwrap();
    assert_eq!((report.ends.canceled, report.ends.ended), (3, 1));
}

#[tokio::test]
async fn a_job_cancels_batches_first_and_still_ignores_missing_ones() {
    let world = World::new();
    world.settings(json!({ "cancelingMs": 1 })).await;
    let running = json!({ "count": 3, "status": "in_progress" });
    let mut ids = world.create(running).await;
    ids.push(missing());
    let client = world.client();
    let job = client
        .delete_all(iter(ids.clone()))
        .if_processing(IfProcessing::Cancel)
        .poll_interval(Duration::from_millis(5));
    let report = job.run().await.unwrap();
    assert_eq!((report.ends.deleted, report.ends.missing), (3, 1));
    let job = client.delete_all(iter(ids)).if_missing(IfMissing::Reject);
    assert_eq!(job.run().await.unwrap().failed.len(), 4);
}

#[tokio::test]
async fn a_refused_key_stops_the_job() {
    let world = World::new();
    let ids = world.create(json!({ "count": 100 })).await;
    world
        .faults(json!([{ "status": 401, "times": null }]))
        .await;
    let client = world.client();
    let report = client.delete_all(iter(ids)).run().await.unwrap();
    assert_eq!(report.stopped.as_ref().unwrap().code, Code::Authentication);
    assert_eq!(report.failed.len() + report.unsent as usize, 100);
    assert!(report.unsent > 50);
}

#[tokio::test]
async fn ids_that_are_not_valid_do_not_starve_other_tasks() {
    let world = World::new();
    let client = world.client();
    let ids = (0..5_000).map(|index| format!("no id {index}"));
    let mut job = pin!(client.delete_all(iter(ids)).run());
    let at_once = job.as_mut().now_or_never();
    assert!(at_once.is_none(), "no other task ran before {at_once:?}");
    assert_eq!(job.await.unwrap().failed.len(), 5_000);
}

#[tokio::test]
async fn every_future_can_be_spawned() {
    fn is_send<F: Send>(future: F) -> F {
        future
    }
    let world = World::new();
    let client = world.client();
    let selection = Selection::default();
    drop((is_send(client.delete("a")), is_send(client.cancel("a"))));
    drop((
        is_send(client.list()),
        is_send(client.purge(selection).run()),
    ));
    let ids = world.create(json!({ "count": 3 })).await;
    let spawned = tokio::spawn(async move { delete(&client, ids).await });
    assert_eq!(spawned.await.unwrap(), 3);
}

async fn delete(client: &Client<ReqwestTransport>, ids: Vec<String>) -> u32 {
    client
        .delete_all(iter(ids))
        .run()
        .await
        .unwrap()
        .ends
        .deleted
}
