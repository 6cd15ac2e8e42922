//! Drains, and futures that are dropped.

use crate::world::{World, until};
use futures_util::stream::iter;
use policy::jobs::concurrency::Concurrency;
use serde_json::json;
use tokio::sync::oneshot;

#[tokio::test]
async fn a_drained_job_ends_with_the_outcomes_of_its_requests() {
    let world = World::new();
    let ids = world.create(json!({ "count": 200 })).await;
    let client = world.client();
    let (sender, receiver) = oneshot::channel();
    let mut sender = Some(sender);
    let report = client
        .delete_all(iter(ids))
        .concurrency(Concurrency::check(4).unwrap())
        .on_progress(|_, progress| {
            if progress.ends.deleted == 10 {
                sender.take().unwrap().send(()).unwrap();
            }
        })
        .drain_when(async { receiver.await.unwrap() })
        .run()
        .await
        .unwrap();
    assert!(report.drained && !report.is_complete());
    let deleted = report.ends.deleted as usize;
    assert!((10..30).contains(&deleted), "{deleted} were deleted");
    assert_eq!(report.failed.len(), 0);
    assert_eq!(deleted + report.unsent as usize, 200);
    assert_eq!(world.batches().await.1.len(), deleted);
    assert_eq!(world.requests().await.len(), deleted);
}

#[tokio::test]
async fn a_dropped_job_aborts_its_requests() {
    let world = World::new();
    let ids = world.create(json!({ "count": 100 })).await;
    world.faults(json!([{ "hang": true, "times": null }])).await;
    let client = world.client();
    let job = client
        .delete_all(iter(ids))
        .concurrency(Concurrency::check(5).unwrap());
    tokio::select! {
        _ = job.run() => panic!("the server never responds"),
        () = until("a request", || async { !world.requests().await.is_empty() }) => {}
    }
    // The client is usable again, and nothing more was sent.
    world.clear_faults().await;
    let other = world.ended().await;
    client.delete(&other).await.unwrap();
    let calls = world.calls().await;
    assert!(calls.len() <= 6, "{calls:?}");
    let finished = calls.iter().filter(|call| call.ends_with(" 200"));
    assert_eq!(finished.count(), 1, "{calls:?}");
}

#[tokio::test]
async fn a_dropped_deletion_is_not_sent_again() {
    let world = World::new();
    let id = world.ended().await;
    world.faults(json!([{ "hang": true, "times": null }])).await;
    let client = world.client();
    tokio::select! {
        _ = client.delete(&id) => panic!("the server never responds"),
        () = until("a request", || async { world.requests().await.len() == 1 }) => {}
    }
    assert_eq!(world.requests().await.len(), 1);
}
