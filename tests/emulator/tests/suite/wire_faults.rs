//! Faults that only the bytes of a connection show.

use crate::support::{End, World, eventually, read_until_end, split};
use serde_json::{Value, json};
use std::io::Read;
use std::time::{Duration, Instant};

const PATIENCE_MS: u64 = 120;

/// Deletes a batch that has ended, under a fault; returns the received bytes of the connection.
fn delete(fault: &Value) -> (World, String, String, End) {
    let world = World::new();
    let id = world.batch("ended");
    world.fault(fault);
    let (received, end) = read_until_end(&mut world.delete_raw(&id), PATIENCE_MS);
    (world, id, received, end)
}

fn body(id: &str) -> String {
    format!(r#"{{"id":"{id}","type":"message_batch_deleted"}}"#)
}

fn announces(head: &str, length: usize) -> bool {
    head.contains(&format!("\r\ncontent-length: {length}"))
}

#[test]
fn a_reset_before_the_effect() {
    let (world, id, received, end) = delete(&json!({ "reset": "before" }));
    assert_eq!((&*received, end), ("", End::Reset));
    assert!(!world.is_deleted(&id));
    let record = &world.records()[0];
    assert_eq!(
        (&record["status"], &record["fault"]),
        (&Value::Null, &json!("reset"))
    );
    assert_eq!(record["batchId"], id);
}

#[test]
fn a_reset_after_the_effect() {
    let (world, id, received, end) = delete(&json!({ "reset": "after" }));
    assert_eq!((&*received, end), ("", End::Reset));
    assert!(world.is_deleted(&id));
    assert_eq!(world.records()[0]["status"], Value::Null);
}

#[test]
fn a_reset_during_the_response() {
    for chunked in [false, true] {
        let (world, id, received, end) = delete(&json!({ "reset": "during", "chunked": chunked }));
        assert_eq!(end, End::Reset);
        assert!(world.is_deleted(&id));
        let whole = body(&id);
        let (head, half) = split(&received);
        assert!(head.starts_with("HTTP/1.1 200 "));
        assert!(
            half.contains(&whole[..whole.len() / 2]) && !half.contains(&whole),
            "{half}"
        );
        assert_eq!(announces(head, whole.len()), !chunked);
    }
}

#[test]
fn a_reset_after_a_response_without_a_body() {
    for status in [204, 302] {
        let (_, _, received, end) = delete(&json!({ "reset": "during", "status": status }));
        assert!(
            received.starts_with(&format!("HTTP/1.1 {status} ")),
            "{received}"
        );
        assert_eq!(end, End::Reset);
    }
}

#[test]
fn no_response_at_all() {
    let (world, id, received, end) = delete(&json!({ "hang": true }));
    assert_eq!((&*received, end), ("", End::Silence));
    assert!(
        world.is_deleted(&id),
        "the request takes effect all the same"
    );
    assert_eq!(
        (&world.records()[0]["status"], &world.records()[0]["fault"]),
        (&Value::Null, &json!("hang"))
    );
    let (world, id, ..) = delete(&json!({ "hang": true, "effect": false }));
    assert!(!world.is_deleted(&id));
    let (world, id, received, _) = delete(&json!({ "hang": true, "status": 500 }));
    assert_eq!((&*received, world.is_deleted(&id)), ("", false));
    eventually(|| world.get("stats")["active"] == 0);
}

#[test]
fn silence_in_the_middle_of_the_body() {
    let world = World::new();
    let id = world.batch("ended");
    world.fault(&json!({ "stall": true }));
    let mut stream = world.delete_raw(&id);
    let (received, end) = read_until_end(&mut stream, PATIENCE_MS);
    assert_eq!(end, End::Silence);
    let whole = body(&id);
    let (head, half) = split(&received);
    assert!(announces(head, whole.len()), "{head}");
    assert_eq!(half, &whole[..whole.len() / 2]);
    assert_eq!(world.get("stats")["active"], 1, "it is not over yet");
    drop(stream);
    eventually(|| world.get("stats")["active"] == 0);
}

#[test]
fn a_truncated_body() {
    for (length, fault) in [
        (10, json!({ "truncate": 10 })),
        (0, json!({ "truncate": 0 })),
        (10, json!({ "truncate": 10, "bodyDelayMs": 20 })),
    ] {
        let (world, id, received, end) = delete(&fault);
        assert_eq!(end, End::Closed, "cleanly");
        let (head, part) = split(&received);
        assert!(announces(head, body(&id).len()), "{head}");
        assert_eq!(part, &body(&id)[..length]);
        assert!(world.is_deleted(&id));
    }
    let (_, id, received, end) = delete(&json!({ "truncate": 1_000 }));
    assert_eq!(
        (split(&received).1, end),
        (&*body(&id), End::Closed),
        "there is no more to send"
    );
    let (_, _, received, end) =
        delete(&json!({ "truncate": 4, "chunked": true, "body": "123456" }));
    assert_eq!(
        (split(&received).1, end),
        ("2\r\n12\r\n2\r\n34\r\n", End::Closed),
        "no last chunk"
    );
}

#[test]
fn a_body_without_a_length() {
    let (_, _, received, end) = delete(&json!({ "chunked": true, "body": "123456" }));
    let (head, chunks) = split(&received);
    assert!(head.contains("\r\ntransfer-encoding: chunked") && !head.contains("content-length"));
    assert_eq!(
        (chunks, end),
        ("3\r\n123\r\n3\r\n456\r\n0\r\n\r\n", End::Silence)
    );
}

#[test]
fn a_length_that_is_wrong() {
    let fault = json!({ "body": "123456", "headers": { "content-length": "9" } });
    let (_, _, received, end) = delete(&fault);
    let (head, part) = split(&received);
    assert!(announces(head, 9), "{head}");
    assert_eq!((part, end), ("123456", End::Closed));
    let fault = json!({ "body": "123456", "headers": { "content-length": "3" } });
    let (_, _, received, _) = delete(&fault);
    assert_eq!(split(&received).1, "123");
}

#[test]
fn a_pause_before_the_head() {
    let start = Instant::now();
    let world = World::new();
    let id = world.batch("ended");
    world.fault(&json!({ "delayMs": 100, "status": 503 }));
    assert_eq!(world.api("DELETE", &format!("/{id}")).status, 503);
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_pause_in_the_body() {
    let world = World::new();
    let id = world.batch("ended");
    world.fault(&json!({ "bodyDelayMs": 150 }));
    let start = Instant::now();
    let mut stream = world.delete_raw(&id);
    let mut buffer = [0; 4096];
    let whole = body(&id);
    let mut received = String::new();
    while !received.ends_with(&whole[..whole.len() / 2]) {
        let length = stream.read(&mut buffer).unwrap();
        assert!(length > 0, "{received}");
        received.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    assert!(
        start.elapsed() < Duration::from_millis(150),
        "the first half comes at once"
    );
    let length = stream.read(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], &whole.as_bytes()[whole.len() / 2..]);
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[test]
fn a_connection_goes_on_after_a_fault_that_responds() {
    let world = World::new();
    world.fault(&json!({ "status": 500, "times": 2 }));
    let mut stream = world.delete_raw("a");
    let (received, end) = read_until_end(&mut stream, PATIENCE_MS);
    assert!(received.starts_with("HTTP/1.1 500 "));
    assert_eq!(end, End::Silence, "still open");
    std::io::Write::write_all(&mut stream, world.request("GET", "/b").as_bytes()).unwrap();
    let (received, _) = read_until_end(&mut stream, PATIENCE_MS);
    assert!(received.starts_with("HTTP/1.1 500 "), "{received}");
}
