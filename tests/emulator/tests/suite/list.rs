//! The list of batches: order, pages, cursors.

use crate::support::World;
use serde_json::{Value, json};

fn ids(list: &Value) -> Vec<&str> {
    let batches = list.as_array().unwrap().iter();
    batches.map(|batch| batch["id"].as_str().unwrap()).collect()
}

#[test]
fn pages_in_both_directions() {
    let world = World::new();
    let empty = world.api("GET", "").json();
    assert_eq!(
        empty,
        json!({ "data": [], "has_more": false, "first_id": null, "last_id": null })
    );

    let made = world.post("batches", &json!({ "count": 45 }));
    let mut newest_first = ids(&made["batches"]);
    newest_first.reverse();
    let page = |query: &str| world.api("GET", query).json();
    let first = page("");
    assert_eq!(ids(&first["data"]), newest_first[..20], "20 by default");
    assert_eq!(first["has_more"], true);
    assert_eq!(first["first_id"], newest_first[0]);
    assert_eq!(first["last_id"], newest_first[19]);
    let last = page(&format!(
        "?limit=25&beta=true&after_id={}",
        newest_first[19]
    ));
    assert_eq!(ids(&last["data"]), newest_first[20..]);
    assert_eq!(last["has_more"], false);
    let before = page(&format!("?limit=10&before_id={}", newest_first[20]));
    assert_eq!(
        ids(&before["data"]),
        newest_first[10..20],
        "those right before it"
    );
    assert_eq!(before["has_more"], true);
    let before = page(&format!("?limit=10&before_id={}", newest_first[10]));
    assert_eq!(
        (ids(&before["data"]).len(), &before["has_more"]),
        (10, &json!(false))
    );
    assert_eq!(ids(&page("?limit=1000")["data"]), newest_first);
    assert_eq!(ids(&page("?limit=1")["data"]), newest_first[..1]);

    let (a, b) = (newest_first[0], newest_first[1]);
    for query in [
        "?limit=0".into(),
        "?limit=1001".into(),
        "?limit=".into(),
        "?limit=-1".into(),
        "?limit=1.5".into(),
        "?order=asc".into(),
        "?after_id=msgbatch_none".into(),
        format!("?after_id={a}&before_id={b}"),
    ] {
        world
            .api("GET", &query)
            .assert_error(400, "invalid_request_error");
    }
    world.api("DELETE", &format!("/{a}"));
    world
        .api("GET", &format!("?after_id={a}"))
        .assert_error(400, "invalid_request_error");
}

#[test]
fn an_older_batch_is_further_down_the_list() {
    let world = World::new();
    for (id, age) in [("b", 2_000), ("c", 3_000), ("a", 1_000)] {
        world.post("batches", &json!({ "id": id, "ageSeconds": age }));
    }
    assert_eq!(ids(&world.api("GET", "").json()["data"]), ["a", "b", "c"]);
}
