//! The record of a world's requests: every byte of their heads.

use crate::support::{World, connect, read_until_end};
use serde_json::{Value, json};
use std::io::Write;

#[test]
fn heads_are_kept_byte_for_byte_on_one_connection() {
    let world = World::new();
    let prefix = &world.prefix;
    let heads = [
        format!(
            "DELETE {prefix}/v1/messages/batches/b%2F1?beta=true&x= HTTP/1.1\r\nhOsT: x\r\nX-B:   two words \r\nX-A: 1\r\nx-a: 2\r\nX-API-key: k\r\nAnthropic-version: v"
        ),
        format!(
            "POST {prefix}/v1/messages/batches HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nanthropic-version: v\r\nContent-Length: 22"
        ),
        format!(
            "POST {prefix}/v1/messages/batches HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nanthropic-version: v\r\nTransfer-Encoding: chunked"
        ),
        format!("GET {prefix}/v1/messages/batches/last HTTP/1.1\r\nConnection: Close\r\nHost: x"),
    ];
    // All at once: bytes that come early belong to the next request.
    let bytes = format!(
        "{}\r\n\r\n{}\r\n\r\nGET /decoy HTTP/1.1\r\n\r{}\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n{}\r\n\r\n",
        heads[0], heads[1], heads[2], heads[3]
    );
    let mut stream = connect();
    stream.write_all(bytes.as_bytes()).unwrap();
    let (received, _) = read_until_end(&mut stream, 2_000);
    assert_eq!(received.matches("HTTP/1.1 ").count(), 4, "{received}");

    let records = world.records();
    for (record, head) in records.iter().zip(&heads) {
        assert_eq!(record["head"], *head);
    }
    assert_eq!(records.len(), heads.len());
    let first = &records[0];
    assert_eq!(first["seq"], 1);
    assert_eq!(first["method"], "DELETE");
    assert_eq!(first["path"], format!("{prefix}/v1/messages/batches/b%2F1"));
    assert_eq!(first["query"], "beta=true&x=");
    assert_eq!(
        first["target"],
        format!("{prefix}/v1/messages/batches/b%2F1?beta=true&x=")
    );
    let headers = json!([
        ["hOsT", "x"],
        ["X-B", "two words"],
        ["X-A", "1"],
        ["x-a", "2"],
        ["X-API-key", "k"],
        ["Anthropic-version", "v"]
    ]);
    assert_eq!(first["headers"], headers);
    assert_eq!(first["batchId"], "b%2F1");
    assert_eq!(
        (&first["status"], &first["fault"]),
        (&json!(404), &Value::Null)
    );
    assert!(first["atMs"].as_i64().unwrap() > 1_700_000_000_000);
    assert_eq!(records[1]["body"], "GET /decoy HTTP/1.1\r\n\r");
    assert_eq!(records[2]["body"], "abcde");
    assert_eq!(records[2]["batchId"], Value::Null);
    assert_eq!(records[3]["status"], 401);
}

#[test]
fn a_head_that_comes_in_pieces() {
    let world = World::new();
    let request = world.request("GET", "/slow");
    let mut stream = connect();
    for piece in request.as_bytes().chunks(7) {
        stream.write_all(piece).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let (received, _) = read_until_end(&mut stream, 300);
    assert!(received.starts_with("HTTP/1.1 404 "), "{received}");
    assert_eq!(world.records()[0]["head"], request.trim_end());
}

#[test]
fn the_record_can_be_filtered_cleared_and_switched_off() {
    let world = World::new();
    for id in ["a", "b", "a"] {
        world.api("GET", &format!("/{id}"));
    }
    let about_a = world.get("requests?batchId=a")["requests"].clone();
    let numbers: Vec<_> = about_a
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["seq"])
        .collect();
    assert_eq!(numbers, [1, 3]);
    let cleared = world.send("DELETE", "/_emulator/requests", &[], None);
    assert_eq!(cleared.status, 204);
    assert_eq!(world.records().len(), 0);
    world.post("settings", &json!({ "recording": false }));
    world.api("GET", "/a");
    world.post("settings", &json!({ "recording": true }));
    world.api("GET", "/c");
    let records = world.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["batchId"], "c");
    assert_eq!(
        records[0]["head"].as_str().unwrap().lines().count(),
        records[0]["headers"].as_array().unwrap().len() + 1
    );
}

#[test]
fn control_and_files_are_not_recorded() {
    let world = World::new();
    world.get("health");
    let file = world.send("GET", "/_static/a.js", &[], None);
    assert_eq!(file.status, 200);
    assert_eq!(file.body, b"js");
    assert_eq!(world.records().len(), 0);
    assert_eq!(world.get("stats")["requests"], 0);
}
