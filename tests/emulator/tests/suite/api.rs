//! The endpoints without faults: life cycle, pages, refusals.

use crate::support::{CREDENTIALS, World, connect, read_until_end, split};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::Write;

const MISSING: &str = "/msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

fn create(world: &World, body: &Value) -> crate::support::Response {
    let body = body.to_string();
    world.send("POST", "/v1/messages/batches", &CREDENTIALS, Some(&body))
}

#[test]
fn a_batch_from_creation_to_deletion() {
    let world = World::new();
    let request = |id: &str| json!({ "custom_id": id, "params": { "model": "claude" } });
    let made = create(&world, &json!({ "requests": [request("a"), request("b")] }));
    assert_eq!(made.status, 200);
    let made = made.json();
    let id = made["id"].as_str().unwrap();
    assert_eq!(id.len(), "msgbatch_".len() + 24);
    assert_eq!(made["type"], "message_batch");
    assert_eq!(made["processing_status"], "in_progress");
    let counts =
        json!({ "processing": 2, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0 });
    assert_eq!(made["request_counts"], counts);
    for name in [
        "ended_at",
        "archived_at",
        "cancel_initiated_at",
        "results_url",
    ] {
        assert_eq!(made.get(name), Some(&Value::Null), "{name}");
    }
    let time = |name: &str| {
        made[name]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    let life = time("expires_at").as_millisecond() - time("created_at").as_millisecond();
    assert_eq!(life, 24 * 60 * 60 * 1_000);
    assert!(made["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(world.api("GET", &format!("/{id}")).json(), made);

    world
        .api("GET", &format!("/{id}/results"))
        .assert_error(404, "not_found_error");
    world
        .api("DELETE", &format!("/{id}"))
        .assert_error(400, "invalid_request_error");

    let ended = world.post(&format!("batches/{id}/end"), &Value::Null);
    assert_eq!(ended["processing_status"], "ended");
    let counts =
        json!({ "processing": 0, "succeeded": 2, "errored": 0, "canceled": 0, "expired": 0 });
    assert_eq!(ended["request_counts"], counts);
    let url = ended["results_url"].as_str().unwrap();
    assert!(
        url.ends_with(&format!(
            "{}/v1/messages/batches/{id}/results",
            world.prefix
        )),
        "{url}"
    );
    let results = world.api("GET", &format!("/{id}/results"));
    assert_eq!(results.header("content-type"), Some("application/x-jsonl"));
    let lines: Vec<Value> = String::from_utf8(results.body)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((lines.len(), &lines[1]["custom_id"]), (2, &json!("b")));

    world
        .api("POST", &format!("/{id}/cancel"))
        .assert_error(400, "invalid_request_error");
    let deleted = world.api("DELETE", &format!("/{id}"));
    assert_eq!(deleted.status, 200);
    assert_eq!(
        deleted.json(),
        json!({ "id": id, "type": "message_batch_deleted" })
    );
    assert!(world.is_deleted(id));
    for (method, path) in [
        ("DELETE", ""),
        ("GET", ""),
        ("POST", "/cancel"),
        ("GET", "/results"),
    ] {
        world
            .api(method, &format!("/{id}{path}"))
            .assert_error(404, "not_found_error");
    }
}

#[test]
fn a_canceled_batch_ends_after_a_time() {
    let world = World::new();
    let id = world.batch("in_progress");
    world.post(
        "settings",
        &json!({ "cancelingMs": 60_000, "refusalStatus": 409 }),
    );
    let canceling = world.api("POST", &format!("/{id}/cancel")).json();
    assert_eq!(canceling["processing_status"], "canceling");
    assert!(canceling["cancel_initiated_at"].is_string());
    assert_eq!(canceling["request_counts"]["canceled"], 0);
    let again = world.api("POST", &format!("/{id}/cancel"));
    assert_eq!(again.json(), canceling, "it is being canceled already");
    world
        .api("DELETE", &format!("/{id}"))
        .assert_error(409, "conflict_error");

    world.post("clock", &json!({ "advanceMs": 59_000 }));
    assert_eq!(world.api("GET", &format!("/{id}")).json(), canceling);
    world.post("clock", &json!({ "advanceMs": 1_001 }));
    let ended = world.api("GET", &format!("/{id}")).json();
    assert_eq!(ended["processing_status"], "ended");
    assert_eq!(ended["request_counts"]["canceled"], 1);
    assert!(ended["ended_at"].is_string());
    assert_eq!(world.api("DELETE", &format!("/{id}")).status, 200);
}

#[test]
fn processing_ends_when_the_settings_say_so() {
    let world = World::new();
    let id = world.batch("in_progress");
    let status = || world.api("GET", &format!("/{id}")).json()["processing_status"].clone();
    world.post("clock", &json!({ "advanceMs": 1_000_000_000 }));
    assert_eq!(status(), "in_progress", "never by itself");
    let other = world.batch("in_progress");
    world.post("settings", &json!({ "processingMs": 60_000 }));
    assert_eq!(status(), "ended");
    let other = || world.api("GET", &format!("/{other}")).json()["processing_status"].clone();
    assert_eq!(other(), "in_progress");
    world.post("clock", &json!({ "advanceMs": 60_000 }));
    assert_eq!(other(), "ended");
}

#[test]
fn creation_refuses_bad_batches() {
    let world = World::new();
    let request = json!({ "custom_id": "a", "params": {} });
    for body in [
        json!({}),
        json!({ "requests": [] }),
        json!({ "requests": [{ "custom_id": "a" }] }),
        json!({ "requests": [request, request] }),
        json!({ "requests": vec![&request; 100_001] }),
    ] {
        create(&world, &body).assert_error(400, "invalid_request_error");
    }
    assert_eq!(world.get("batches")["batches"], json!([]));
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let world = World::new();
    let mut stream = connect();
    let request = world.request("POST", "");
    let request = request.replace("Host:", "Content-Length: 268435457\r\nHost:");
    stream.write_all(request.as_bytes()).unwrap();
    let (received, _) = read_until_end(&mut stream, 2_000);
    let (head, body) = split(&received);
    assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
    assert!(body.contains(r#""type":"request_too_large""#), "{body}");
}

#[test]
fn half_a_request_takes_no_effect() {
    let world = World::new();
    let id = world.batch("ended");
    let mut stream = connect();
    let request = world.request("DELETE", &format!("/{id}"));
    let request = request.replace("Host:", "Content-Length: 9\r\nHost:");
    stream.write_all(request.as_bytes()).unwrap();
    stream.write_all(b"1234").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    read_until_end(&mut stream, 2_000);
    assert!(!world.is_deleted(&id));
}

#[test]
fn credentials_and_version_are_needed() {
    let world = World::new();
    let send = |headers: &[(&str, &str)]| {
        world.send(
            "GET",
            &format!("/v1/messages/batches{MISSING}"),
            headers,
            None,
        )
    };
    let version = ("anthropic-version", "2023-06-01");
    for refused in [
        vec![version],
        vec![version, ("x-api-key", "")],
        vec![version, ("x-api-key", "sk-invalid-SECRET")],
        vec![version, ("authorization", "Bearer invalid-SECRET")],
        vec![version, ("authorization", "Basic c2s=")],
        vec![
            version,
            ("authorization", "Bearer ok"),
            ("x-api-key", "invalid-SECRET"),
        ],
    ] {
        let response = send(&refused);
        response.assert_error(401, "authentication_error");
        assert!(!String::from_utf8_lossy(&response.body).contains("SECRET"));
    }
    send(&[("x-api-key", "sk")]).assert_error(400, "invalid_request_error");
    send(&[version, ("x-api-key", "sk")]).assert_error(404, "not_found_error");
    send(&[version, ("authorization", "Bearer sk")]).assert_error(404, "not_found_error");
}

#[test]
fn pages_of_other_origins_get_nothing() {
    let world = World::new();
    let path = format!("/v1/messages/batches{MISSING}");
    let origin = ("origin", "https://example.com");
    let preflight = world.send("OPTIONS", &path, &[origin], None);
    preflight.assert_error(405, "invalid_request_error");
    let with_origin = [CREDENTIALS[0], CREDENTIALS[1], origin];
    let response = world.send("GET", &path, &with_origin, None);
    response.assert_error(404, "not_found_error");
    let cors = |name: &&ureq::http::HeaderName| name.as_str().starts_with("access-control");
    assert_eq!(
        preflight
            .headers
            .keys()
            .chain(response.headers.keys())
            .find(cors),
        None
    );

    world.post("settings", &json!({ "refuseOrigin": true }));
    let refused = world.send("GET", &path, &with_origin, None);
    refused.assert_error(401, "authentication_error");
    let message = refused.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        message.starts_with("CORS requests are not allowed for this Organization"),
        "{message}"
    );
    world
        .api("GET", MISSING)
        .assert_error(404, "not_found_error");
}

#[test]
fn an_endpoint_that_the_api_lacks_is_501_and_counted() {
    let world = World::new();
    let below = [
        ("GET", "/"),
        ("PUT", "/x"),
        ("GET", "/x/cancel"),
        ("POST", "/x/y"),
        ("GET", "/x/"),
        ("POST", "/x"),
    ];
    for (method, path) in below {
        let body = (method != "GET").then_some("");
        let response = world.send(
            method,
            &format!("/v1/messages/batches{path}"),
            &CREDENTIALS,
            body,
        );
        response.assert_error(501, "api_error");
    }
    world
        .send("GET", "/v1/models", &[], None)
        .assert_error(501, "api_error");
    world
        .send("GET", "", &[], None)
        .assert_error(501, "api_error");
    assert_eq!(world.get("stats")["unmatched"], 8);
    world.api("GET", MISSING);
    assert_eq!(
        world.get("stats")["unmatched"],
        8,
        "404 is a response of the API"
    );
    assert_eq!(world.get("stats")["requests"], 9);
}

#[test]
fn the_api_below_a_path() {
    let world = World::new();
    let id = world.batch("ended");
    let settings = world.post("settings", &json!({ "basePath": "/gateway/anthropic/" }));
    assert_eq!(settings["basePath"], "/gateway/anthropic");
    world
        .api("GET", &format!("/{id}"))
        .assert_error(501, "api_error");
    let path = format!("/gateway/anthropic/v1/messages/batches/{id}");
    let found = world.send("GET", &path, &CREDENTIALS, None).json();
    let url = found["results_url"].as_str().unwrap();
    assert!(
        url.ends_with(&format!("{}{path}/results", world.prefix)),
        "{url}"
    );
    assert_eq!(world.send("DELETE", &path, &CREDENTIALS, None).status, 200);
}

#[test]
fn each_response_has_an_id_and_the_limits() {
    let world = World::new();
    let id = world.batch("ended");
    let responses = [
        world.api("GET", &format!("/{id}")),
        world.api("GET", ""),
        world.api("DELETE", MISSING),
        world.api("DELETE", &format!("/{id}")),
    ];
    let mut seen = HashSet::new();
    for response in &responses {
        assert!(
            seen.insert(response.header("request-id").unwrap()),
            "ids are unique"
        );
        let number = |name: &str| {
            let value = response.header(&format!("anthropic-ratelimit-requests-{name}"));
            value.unwrap().parse::<u32>().unwrap()
        };
        assert!(number("limit") >= number("remaining") && number("remaining") >= 1_000);
        let reset = response
            .header("anthropic-ratelimit-requests-reset")
            .unwrap();
        assert!(
            reset.parse::<jiff::Timestamp>().is_ok() && reset.ends_with('Z'),
            "{reset}"
        );
    }
}
