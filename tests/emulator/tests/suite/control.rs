//! The control endpoints: worlds, batches on demand, settings, files.

use crate::support::{World, connect, read_until_end};
use serde_json::{Value, json};
use std::io::Write;

fn refusal(world: &World, path: &str, body: &Value) -> String {
    let response = world.send(
        "POST",
        &format!("/_emulator/{path}"),
        &[],
        Some(&body.to_string()),
    );
    response.assert_error(400, "invalid_request_error");
    response.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn worlds_do_not_meet() {
    let (one, other) = (World::new(), World::new());
    let id = one.batch("ended");
    one.post(
        "settings",
        &json!({ "requestsPerMinute": 1, "refuseOrigin": true }),
    );
    one.post("clock", &json!({ "advanceMs": 86_400_000 }));
    one.fault(&json!({ "status": 500, "times": null }));
    assert_eq!(one.api("GET", &format!("/{id}")).status, 500);

    assert_eq!(other.api("GET", &format!("/{id}")).status, 404);
    assert_eq!(other.api("GET", &format!("/{id}")).status, 404);
    assert_eq!(
        other.get("batches"),
        json!({ "batches": [], "deleted": [] })
    );
    assert_eq!(other.get("settings")["requestsPerMinute"], Value::Null);
    let other_now = other.post("clock", &json!({ "advanceMs": 0 }))["now"].clone();
    let one_now = one.post("clock", &json!({ "advanceMs": 0 }))["now"].clone();
    assert!(one_now.as_str() > other_now.as_str());
    assert_eq!((one.records().len(), other.records().len()), (1, 2));

    let reset = one.send("POST", "/_emulator/reset", &[], Some(""));
    assert_eq!((reset.status, reset.body.len()), (204, 0));
    assert_eq!(one.get("batches"), json!({ "batches": [], "deleted": [] }));
    assert_eq!(one.get("faults")["faults"], json!([]));
    assert_eq!(one.get("settings"), other.get("settings"));
    assert_eq!((one.records().len(), other.records().len()), (0, 2));
    assert_eq!(one.api("GET", "/x").status, 404);
    assert_eq!(one.records()[0]["seq"], 1);
}

#[test]
fn batches_on_demand() {
    let world = World::new();
    let make = |wanted: Value| world.post("batches", &wanted)["batches"].clone();
    let [ended, canceling, processing] = ["ended", "canceling", "in_progress"].map(|status| {
        make(json!({ "status": status, "ageSeconds": 7_200, "requests": 5 }))[0].clone()
    });
    assert_eq!(ended["request_counts"]["succeeded"], 5);
    assert_eq!(processing["request_counts"]["processing"], 5);
    let status = |batch: &Value| {
        let id = batch["id"].as_str().unwrap();
        world.api("GET", &format!("/{id}")).json()["processing_status"].clone()
    };
    world.post("settings", &json!({ "cancelingMs": 60_000 }));
    assert_eq!(status(&canceling), "canceling", "however old it is");
    assert_eq!(status(&processing), "in_progress");
    assert!(ended["created_at"].as_str() < ended["ended_at"].as_str());

    let chosen = make(json!({
        "id": "msgbatch_chosen", "createdAt": "2026-01-02T03:04:05Z", "endedAt": "2026-01-02T04:04:05.678Z",
    }));
    assert_eq!(chosen[0]["id"], "msgbatch_chosen");
    assert_eq!(chosen[0]["created_at"], "2026-01-02T03:04:05.000Z");
    assert_eq!(chosen[0]["ended_at"], "2026-01-02T04:04:05.678Z");
    assert_eq!(make(json!({ "count": 3 })).as_array().unwrap().len(), 3);
    assert_eq!(make(json!({}))[0]["processing_status"], "ended");

    refusal(&world, "batches", &json!({ "id": "msgbatch_chosen" }));
    refusal(&world, "batches", &json!({ "id": "x", "count": 2 }));
    refusal(&world, "batches", &json!({ "count": 1e9 }));
    refusal(&world, "batches", &json!({ "count": 1_000_000_000 }));
    refusal(&world, "batches", &json!({ "state": "ended" }));
    assert_eq!(world.get("batches")["batches"].as_array().unwrap().len(), 8);
}

#[test]
fn processing_of_a_new_batch_starts_now() {
    let world = World::new();
    world.post("settings", &json!({ "processingMs": 30_000 }));
    let id = world.batch("in_progress");
    let status = || world.api("GET", &format!("/{id}")).json()["processing_status"].clone();
    assert_eq!(status(), "in_progress");
    world.post("clock", &json!({ "advanceMs": 30_000 }));
    assert_eq!(status(), "ended");
}

#[test]
fn settings_are_checked() {
    let world = World::new();
    for wrong in [
        json!({ "refusalStatus": 500 }),
        json!({ "requestsPerMinute": 0 }),
        json!({ "basePath": "gateway" }),
        json!({ "cancellingMs": 5 }),
        json!({ "cancelingMs": -5 }),
    ] {
        refusal(&world, "settings", &wrong);
    }
    assert_eq!(
        world.get("settings"),
        World::new().get("settings"),
        "nothing was changed"
    );
    let missing = world.send("GET", "/_emulator/nothing", &[], None);
    missing.assert_error(404, "not_found_error");
    let missing = world.send("POST", "/_emulator/batches/none/end", &[], Some(""));
    missing.assert_error(404, "not_found_error");
}

#[test]
fn files_for_pages() {
    let world = World::new();
    let file =
        |method: &str, path: &str| world.send(method, &format!("/_static/{path}"), &[], None);
    let found = file("HEAD", "a.js");
    assert_eq!((found.status, found.body.len()), (200, 0));
    assert_eq!(found.header("cache-control"), Some("no-store"));
    for (kind, expected) in [
        ("html", "text/html; charset=utf-8"),
        ("js", "text/javascript; charset=utf-8"),
        ("mjs", "text/javascript; charset=utf-8"),
        ("css", "text/css; charset=utf-8"),
        ("json", "application/json"),
        ("wasm", "application/wasm"),
        ("svg", "image/svg+xml"),
        ("map", "application/json"),
    ] {
        let found = file("GET", &format!("a.{kind}"));
        assert_eq!((found.status, &*found.body), (200, kind.as_bytes()));
        assert_eq!(found.header("content-type"), Some(expected));
    }
    assert_eq!(file("DELETE", "a.js").status, 405);
    assert_eq!(file("GET", "none.rs").status, 404);
    for outside in [
        "/_static/../outside.js",
        "/_static/%2e%2e/outside.js",
        "/_static/..%2Foutside.js",
        "/_static//etc/passwd",
    ] {
        let mut stream = connect();
        let request = format!("GET {outside} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let (received, _) = read_until_end(&mut stream, 2_000);
        assert!(
            received.starts_with("HTTP/1.1 404 "),
            "{outside}: {received}"
        );
    }
}

#[test]
fn requests_at_once_are_counted() {
    let world = World::new();
    world.fault(&json!({ "delayMs": 150, "times": null }));
    std::thread::scope(|scope| {
        for _ in 0..7 {
            scope.spawn(|| read_until_end(&mut world.delete_raw("x"), 300));
        }
    });
    let stats = world.get("stats");
    assert_eq!(
        (&stats["maxConcurrent"], &stats["active"]),
        (&json!(7), &json!(0))
    );
    assert!(stats["openConnections"].as_u64() >= Some(1));
    assert!(stats["connections"].as_u64() >= Some(8));
}
