//! The list as a stream.

use crate::world::{KEY, World};
use futures_util::StreamExt;
use policy::Code;
use policy::base::batch::State;
use policy::client::ListOptions;
use policy::options::selection::Selection;
use serde_json::json;

#[tokio::test]
async fn every_batch_is_listed_once_over_pages() {
    let world = World::new();
    let ids = world.create(json!({ "count": 25 })).await;
    let client = world.client();
    let list = client.list_with(ListOptions::default().page_size(10));
    let mut found: Vec<_> = list.map(|batch| batch.unwrap().id).collect().await;
    assert_eq!(world.requests().await.len(), 3);
    let (mut ids, length) = (ids, found.len());
    ids.sort();
    found.sort();
    assert_eq!((found, length), (ids, 25));
}

#[tokio::test]
async fn a_page_is_fetched_only_when_it_is_needed() {
    let world = World::new();
    world.create(json!({ "count": 25 })).await;
    let client = world.client();
    let mut list = client.list_with(ListOptions::default().page_size(10));
    assert!(list.next().await.unwrap().is_ok());
    drop(list);
    assert_eq!(world.requests().await.len(), 1);
}

#[tokio::test]
async fn a_selection_and_a_limit_bound_the_list() {
    let world = World::new();
    world.create(json!({ "count": 3, "status": "ended" })).await;
    world
        .create(json!({ "count": 3, "status": "in_progress" }))
        .await;
    let client = world.client();
    let selection = Selection::default().status(State::Ended);
    let list = client.list_with(ListOptions::default().selection(selection).limit(2));
    let found: Vec<_> = list.map(|batch| batch.unwrap().state).collect().await;
    assert_eq!(found, [State::Ended, State::Ended]);
}

#[tokio::test]
async fn the_stream_ends_after_an_error() {
    let world = World::new();
    world.faults(json!([{ "status": 403 }])).await;
    let client = world.client();
    let found: Vec<_> = client.list().collect().await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].as_ref().unwrap_err().code, Code::Permission);
    let wrong = client.list_with(ListOptions::default().page_size(0));
    let found: Vec<_> = wrong.collect().await;
    let failure = found[0].as_ref().unwrap_err();
    assert_eq!(failure.option.as_deref(), Some("page_size"));
}

#[tokio::test]
async fn a_cursor_that_is_the_key_is_refused_before_a_request() {
    let world = World::new();
    let client = world.client();
    let mut list = client.list_with(ListOptions::default().after(KEY));
    let failure = list.next().await.unwrap().unwrap_err();
    assert_eq!(failure.code, Code::InvalidOption);
    assert!(!failure.to_string().contains(KEY), "{failure}");
    let selection = Selection::default().status(State::Ended);
    let purge = client.purge(selection).after(KEY).run().await;
    assert!(purge.is_err());
    assert!(world.requests().await.is_empty());
}
