//! Faults: the requests that they strike, and their effect on the response.

use crate::support::{CREDENTIALS, Response, World};
use serde_json::{Value, json};
use std::io::Read;

/// A batch that has ended, and the response to its deletion under a fault.
fn delete(fault: &Value) -> (World, String, Response) {
    let world = World::new();
    let id = world.batch("ended");
    world.fault(fault);
    let response = world.api("DELETE", &format!("/{id}"));
    (world, id, response)
}

fn deletion(id: &str) -> Value {
    json!({ "id": id, "type": "message_batch_deleted" })
}

#[test]
fn any_status_with_the_envelope_of_the_api() {
    for (status, kind) in [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "billing_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (409, "conflict_error"),
        (413, "request_too_large"),
        (418, "invalid_request_error"),
        (429, "rate_limit_error"),
        (500, "api_error"),
        (503, "api_error"),
        (504, "timeout_error"),
        (529, "overloaded_error"),
        (599, "api_error"),
    ] {
        let (world, id, response) = delete(&json!({ "status": status }));
        response.assert_error(status, kind);
        assert!(!world.is_deleted(&id), "{status} takes no effect");
        let record = &world.records()[0];
        assert_eq!(
            (&record["status"], &record["fault"]),
            (&json!(status), &json!(status.to_string()))
        );
        assert_eq!(
            world.api("DELETE", &format!("/{id}")).status,
            200,
            "once, by default"
        );
    }
}

#[test]
fn statuses_without_a_body() {
    for status in [200, 204, 299, 301, 302, 304, 307, 308] {
        let fault = json!({ "status": status, "headers": { "location": "http://127.0.0.1:9/x" } });
        let (_, _, response) = delete(&fault);
        assert_eq!((response.status, response.body.len()), (status, 0));
        assert_eq!(response.header("location"), Some("http://127.0.0.1:9/x"));
        assert!(response.header("request-id").is_some());
    }
    let (_, _, response) = delete(&json!({ "status": 204, "json": { "a": 1 }, "bodyDelayMs": 1 }));
    assert_eq!(
        (response.status, response.body.len()),
        (204, 0),
        "HTTP forbids it"
    );
    assert_eq!(response.header("content-length"), None);
}

#[test]
fn bodies_of_its_own() {
    let (_, _, response) = delete(&json!({ "json": { "b": 1, "a": [null] } }));
    assert_eq!(
        (response.status, &*response.body),
        (200, &br#"{"b":1,"a":[null]}"#[..])
    );
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(delete(&json!({ "json": null })).2.body, b"null");
    let (_, _, response) =
        delete(&json!({ "status": 502, "body": "<p>", "contentType": "text/html" }));
    assert_eq!((response.status, &*response.body), (502, &b"<p>"[..]));
    assert_eq!(response.header("content-type"), Some("text/html"));
    assert_eq!(delete(&json!({ "body": "" })).2.body, b"");
    let (_, id, response) = delete(&json!({ "contentType": null }));
    assert_eq!(response.header("content-type"), None);
    assert_eq!(
        response.json(),
        deletion(&id),
        "the usual response, without its type"
    );
}

#[test]
fn headers_replace_others() {
    let fault = json!({ "headers": { "Retry-After": 1, "request-id": "mine", "x-a": "b c", "anthropic-ratelimit-requests-limit": null } });
    let (_, id, response) = delete(&fault);
    assert_eq!(response.json(), deletion(&id));
    assert_eq!(response.header("retry-after"), Some("1"));
    assert_eq!(response.header("x-a"), Some("b c"));
    assert_eq!(
        response
            .headers
            .get_all("request-id")
            .iter()
            .collect::<Vec<_>>(),
        ["mine"]
    );
    assert_eq!(response.header("anthropic-ratelimit-requests-limit"), None);
    assert!(
        response
            .header("anthropic-ratelimit-requests-remaining")
            .is_some()
    );

    let (_, _, response) =
        delete(&json!({ "headers": [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }));
    assert_eq!(
        response
            .headers
            .get_all("set-cookie")
            .iter()
            .collect::<Vec<_>>(),
        ["a=1", "b=2"]
    );
}

#[test]
fn the_effect_can_be_chosen() {
    for (fault, effect) in [
        (json!({ "status": 503 }), false),
        (json!({ "status": 503, "effect": true }), true),
        (json!({ "json": {} }), false),
        (json!({ "delayMs": 1 }), true),
        (json!({ "headers": { "a": "b" } }), true),
    ] {
        let (world, id, _) = delete(&fault);
        assert_eq!(world.is_deleted(&id), effect, "{fault}");
    }
    let (world, id, response) = delete(&json!({ "delayMs": 1, "effect": false }));
    assert!(!world.is_deleted(&id));
    assert_eq!((response.status, response.body.len()), (200, 0));
}

#[test]
fn the_first_that_matches_applies() {
    let world = World::new();
    let a = world.batch("ended");
    world.post(
        "faults",
        &json!({ "faults": [
            { "match": { "method": "post" }, "status": 500, "times": null },
            { "match": { "id": a }, "status": 501, "times": 2, "name": "two of a" },
            { "match": { "path": "beta=true" }, "status": 502, "times": null },
            { "match": { "method": "GET" }, "status": 503 },
        ]}),
    );
    let status = |method: &str, path: &str| world.api(method, path).status;
    assert_eq!(status("POST", &format!("/{a}/cancel")), 500);
    assert_eq!(status("GET", &format!("/{a}")), 501);
    assert_eq!(status("GET", &format!("/{a}x?beta=true")), 502);
    assert_eq!(status("DELETE", &format!("/{a}")), 501);
    assert_eq!(status("GET", &format!("/{a}")), 503, "two of a are used up");
    assert_eq!(status("GET", &format!("/{a}")), 200);
    let left = world.get("faults")["faults"].clone();
    let reported: Vec<_> = left
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["used"].clone(), it["left"].clone()))
        .collect();
    assert_eq!(
        reported,
        [
            (json!(1), json!(null)),
            (json!(2), json!(0)),
            (json!(1), json!(null)),
            (json!(1), json!(0))
        ]
    );
    assert_eq!(left[1]["name"], "two of a");
    assert_eq!(left[1]["match"]["id"], a);
    let labels: Vec<_> = world
        .records()
        .iter()
        .map(|it| it["fault"].clone())
        .collect();
    assert_eq!(labels[..3], [json!("500"), json!("two of a"), json!("502")]);

    assert_eq!(
        world.send("DELETE", "/_emulator/faults", &[], None).status,
        204
    );
    assert_eq!(status("POST", &format!("/{a}/cancel")), 400);
}

#[test]
fn a_fault_by_chance_comes_again_with_its_seed() {
    let statuses = |seed: u64| -> Vec<u16> {
        let world = World::new();
        let fault = json!({ "status": 500, "rate": 0.3, "times": null });
        world.post("faults", &json!({ "seed": seed, "faults": [fault] }));
        (0..100).map(|_| world.api("GET", "/x").status).collect()
    };
    let first = statuses(7);
    let struck = first.iter().filter(|status| **status == 500).count();
    assert!((15..=45).contains(&struck), "{struck} of 100");
    assert_eq!(first, statuses(7));
    assert_ne!(first, statuses(8));
}

#[test]
fn a_fault_strikes_a_request_without_a_route_too() {
    let world = World::new();
    world.fault(&json!({ "status": 418, "match": { "path": "/v1/models" } }));
    world.fault(&json!({ "delayMs": 1 }));
    let models = || world.send("GET", "/v1/models", &CREDENTIALS, None);
    models().assert_error(418, "invalid_request_error");
    models().assert_error(501, "api_error");
    assert_eq!(world.get("stats")["unmatched"], 0);
    models().assert_error(501, "api_error");
    assert_eq!(world.get("stats")["unmatched"], 1);
}

#[test]
fn a_wrong_fault_is_refused_and_named() {
    let world = World::new();
    for (wrong, why) in [
        (json!({ "status": 100 }), "status is from 200 to 999"),
        (json!({ "status": 1000 }), "status is from 200 to 999"),
        (json!({ "rate": 2 }), "rate is from 0 to 1"),
        (json!({ "json": 1, "body": "" }), "exclude"),
        (json!({ "truncated": 5 }), "unknown field `truncated`"),
        (json!({ "reset": "soon" }), "unknown variant `soon`"),
        (json!({ "match": { "url": "" } }), "unknown field `url`"),
        (json!({ "headers": { "a b": "c" } }), "header name"),
        (json!({ "headers": [["a", "b\nc"]] }), "header value"),
    ] {
        let body = json!({ "faults": [{ "status": 500 }, wrong] }).to_string();
        let response = world.send("POST", "/_emulator/faults", &[], Some(&body));
        response.assert_error(400, "invalid_request_error");
        let message = response.json()["error"]["message"].to_string();
        assert!(
            message.contains("faults[1]") && message.contains(why),
            "{message}"
        );
    }
    assert_eq!(world.get("faults")["faults"], json!([]), "all or none");
}

#[test]
fn compressed_and_repeated_bodies() {
    let (_, id, response) = delete(&json!({ "gzip": true }));
    assert_eq!(response.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*response.body)
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, deletion(&id).to_string());

    let text = "0123456789".repeat(100);
    let large = json!({ "body": text, "repeatBody": 5_000 });
    let (_, _, response) = delete(&large);
    assert_eq!(response.header("content-length"), Some("5000000"));
    assert!(response.body == text.repeat(5_000).as_bytes());
    let mut chunked = large;
    chunked["chunked"] = json!(true);
    let (_, _, response) = delete(&chunked);
    assert_eq!(response.header("content-length"), None);
    assert!(response.body == text.repeat(5_000).as_bytes());
}
