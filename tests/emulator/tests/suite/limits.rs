//! The rate limit, on the world's clock.

use crate::support::World;
use serde_json::json;

const ANY: &str = "/msgbatch_none";

#[test]
fn the_bucket_empties_refuses_and_fills() {
    let world = World::new();
    world.post("settings", &json!({ "requestsPerMinute": 10, "burst": 3 }));
    for left in ["2", "1", "0"] {
        let response = world.api("GET", ANY);
        assert_eq!(response.status, 404);
        assert_eq!(
            response.header("anthropic-ratelimit-requests-limit"),
            Some("10")
        );
        assert_eq!(
            response.header("anthropic-ratelimit-requests-remaining"),
            Some(left)
        );
        assert_eq!(response.header("retry-after"), None);
    }
    let id = world.batch("ended");
    let refused = world.api("DELETE", &format!("/{id}"));
    refused.assert_error(429, "rate_limit_error");
    assert!(!world.is_deleted(&id));
    assert_eq!(
        refused.header("retry-after"),
        Some("6"),
        "a token each 6 s, rounded up"
    );
    assert_eq!(refused.header("retry-after-ms"), None);
    assert_eq!(
        refused.header("anthropic-ratelimit-requests-remaining"),
        Some("0")
    );
    let reset: jiff::Timestamp = refused
        .header("anthropic-ratelimit-requests-reset")
        .unwrap()
        .parse()
        .unwrap();
    let full_in = reset.as_millisecond() - jiff::Timestamp::now().as_millisecond();
    assert!((17_000..=18_001).contains(&full_in), "full in {full_in} ms");
    assert_eq!(world.get("stats")["rateLimited"], 1);

    world.post("settings", &json!({ "retryAfterMs": true }));
    let refused = world.api("GET", ANY);
    let ms: u32 = refused.header("retry-after-ms").unwrap().parse().unwrap();
    assert!((4_000..=6_000).contains(&ms), "{ms} ms");

    world.post("clock", &json!({ "advanceMs": 6_000 }));
    assert_eq!(world.api("DELETE", &format!("/{id}")).status, 200);
    world.api("GET", ANY).assert_error(429, "rate_limit_error");
    world.post("clock", &json!({ "advanceMs": 3_600_000 }));
    let passed = (0..5)
        .filter(|_| world.api("GET", ANY).status == 404)
        .count();
    assert_eq!(passed, 3, "no more than the burst is saved up");
}

#[test]
fn a_refused_client_costs_no_token() {
    let world = World::new();
    world.post("settings", &json!({ "requestsPerMinute": 1 }));
    for _ in 0..3 {
        let path = format!("/v1/messages/batches{ANY}");
        assert_eq!(world.send("GET", &path, &[], None).status, 401);
    }
    assert_eq!(world.api("GET", ANY).status, 404);
    assert_eq!(world.api("GET", ANY).status, 429);
    world.post("settings", &json!({ "requestsPerMinute": null }));
    assert_eq!(world.api("GET", ANY).status, 404, "no limit any more");
}
