//! The requests that a relay forwards, and the requests that it refuses.

use crate::support::{ID, cases};
use policy::relay::refusal;
use policy::relay::route::Endpoint;
use policy::relay::rules::{Decision, Forward, PageRequest, RelayOptions, Rules};
use proptest::prelude::*;

pub(crate) const OWN: &str = "https://relay.example";
pub(crate) const APP: &str = "https://app.example";

pub(crate) fn owned(strings: &[&str]) -> Vec<String> {
    strings.iter().map(|string| (*string).to_owned()).collect()
}

pub(crate) fn given() -> RelayOptions {
    RelayOptions {
        allowed_origins: owned(&[APP, "http://localhost:3000"]),
        base_path: "/api".into(),
        allowed_workspaces: owned(&["wrkspc_01"]),
        ..RelayOptions::default()
    }
}

pub(crate) fn rules() -> Rules {
    Rules::check(given()).unwrap()
}

/// Decides on a request to the relay; the URL is one below its origin.
pub(crate) fn decide(
    rules: &Rules,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
) -> Decision {
    let find = |wanted: &str| {
        let mut found = headers.iter().filter(|(name, _)| *name == wanted);
        found.next().map(|(_, value)| (*value).to_owned())
    };
    rules.decide(&PageRequest {
        method,
        url: &format!("{OWN}{target}"),
        header_bytes: headers.iter().map(|(n, v)| n.len() + v.len()).sum(),
        header: &find,
    })
}

#[track_caller]
pub(crate) fn forwarded(decision: Decision) -> Forward {
    match decision {
        Decision::Forward(forward) => forward,
        other => panic!("must be forwarded, but: {other:?}"),
    }
}

fn status(decision: &Decision) -> u16 {
    match decision {
        Decision::Refuse(refusal) => refusal.status,
        Decision::Preflight(_) => 204,
        Decision::Forward(_) => 200,
    }
}

#[test]
fn the_four_calls_are_forwarded_without_the_base_path() {
    let batch = format!("/v1/messages/batches/{ID}");
    for (method, below, endpoint) in [
        ("GET", "/v1/messages/batches", Endpoint::List),
        ("GET", "/v1/messages/batches?limit=20", Endpoint::List),
        (
            "GET",
            "/v1/messages/batches?limit=1000&after_id=msgbatch_1&beta=true",
            Endpoint::List,
        ),
        (
            "GET",
            "/v1/messages/batches?before_id=msgbatch_1",
            Endpoint::List,
        ),
        ("GET", &batch, Endpoint::Retrieve),
        ("DELETE", &batch, Endpoint::Delete),
        ("DELETE", &format!("{batch}?beta=true"), Endpoint::Delete),
        ("POST", &format!("{batch}/cancel"), Endpoint::Cancel),
        ("DELETE", "/v1/messages/batches/cancel", Endpoint::Delete),
        ("DELETE", "/v1/messages/batches/.a~-_9", Endpoint::Delete),
    ] {
        let forward = forwarded(decide(&rules(), method, &format!("/api{below}"), &[]));
        assert_eq!(
            (forward.endpoint, forward.target.as_str()),
            (endpoint, below),
            "{method}"
        );
        assert_eq!(forward.endpoint.method().as_str(), method);
        assert!(forward.headers.lines().is_empty());
    }
}

#[test]
fn other_paths_do_not_exist() {
    for target in [
        "",
        "/",
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/messages",
        "/api/v1/models",
        "/v1/messages/batches",
        "/apiv1/messages/batches",
        "/API/v1/messages/batches",
        "/api/V1/messages/batches",
        "/api//v1/messages/batches",
        "/api/v1//messages/batches",
        "/api/v1/messages/batches/",
        "/api/v1/messages/batches//",
        "/api/v1/messages/batches//x",
        "/api/v1/messages/batches/x/",
        "/api/v1/messages/batches/x//cancel",
        "/api/v1/messages/batches/x/cancel/",
        "/api/v1/messages/batches/x/cancel/cancel",
        "/api/v1/messages/batches/x/results",
        "/api/v1/messages/batches//cancel",
        "/api/v1/messages/batches/..",
        "/api/v1/messages/batches/../batches",
        "/api/v1/messages/batches/..;/x",
        "/api/v1/messages/batches/.",
        "/api/v1/messages/batches/%2e%2e",
        "/api/v1/messages/batches/..%2fx",
        "/api/v1/messages/batches/%6Dsgbatch_1",
        "/api/v1/messages/batches/x%00",
        "/api/v1/messages/batches/x\\..\\y",
        "/api/v1/messages/batches\\x",
        "/api/v1/messages/batches/x:y",
        "/api/v1/messages/batches/x;y",
        "/api/v1/messages/batches/x@y",
        "/api/v1/messages/batches/x y",
        "/api/v1/messages/batches/x#y",
        "/api/v1/messages/batches#",
        "/api/v1/messages/batches/\u{fc}",
        "?/api/v1/messages/batches",
    ] {
        for method in ["GET", "POST", "DELETE", "OPTIONS"] {
            let decision = decide(&rules(), method, target, &[]);
            assert_eq!(decision, Decision::Refuse(&refusal::NO_ROUTE), "{target}");
        }
    }
    let long = format!("/api/v1/messages/batches/{}", "x".repeat(257));
    assert_eq!(status(&decide(&rules(), "GET", &long, &[])), 404);
}

#[test]
fn other_methods_are_refused() {
    let batch = "/api/v1/messages/batches/x";
    let cancel = "/api/v1/messages/batches/x/cancel";
    for (method, target) in [
        ("POST", "/api/v1/messages/batches"),
        ("DELETE", "/api/v1/messages/batches"),
        ("HEAD", "/api/v1/messages/batches"),
        ("OPTIONS", "/api/v1/messages/batches"),
        ("POST", batch),
        ("PUT", batch),
        ("PATCH", batch),
        ("HEAD", batch),
        ("TRACE", batch),
        ("delete", batch),
        ("PROPFIND", batch),
        ("", batch),
        ("GET", cancel),
        ("DELETE", cancel),
    ] {
        let decision = decide(&rules(), method, target, &[]);
        assert_eq!(decision, Decision::Refuse(&refusal::NO_METHOD), "{method}");
    }
}

#[test]
fn parameters_are_known_single_and_valid() {
    for query in [
        "limit=1&api_key=x",
        "limit",
        "limit=",
        "limit=0",
        "limit=1001",
        "limit=9999",
        "limit=-1",
        "limit=1e3",
        "limit=00001",
        "limit=1&limit=2",
        "after_id=",
        "after_id=..",
        "after_id=%2e",
        "after_id=x&after_id=y",
        "beta=false",
        "beta",
        "beta=true&beta=true",
        "Beta=true",
        "limit=1&",
        "&limit=1",
        "&",
        "limit=1;beta=true",
        "limit=1?beta=true",
        "_method=DELETE",
        "limit=1#x",
    ] {
        let decision = decide(
            &rules(),
            "GET",
            &format!("/api/v1/messages/batches?{query}"),
            &[],
        );
        assert_eq!(decision, Decision::Refuse(&refusal::BAD_QUERY), "{query}");
    }
    for query in ["limit=1", "after_id=x", "before_id=x"] {
        let target = format!("/api/v1/messages/batches/x?{query}");
        let decision = decide(&rules(), "DELETE", &target, &[]);
        assert_eq!(decision, Decision::Refuse(&refusal::BAD_QUERY), "{query}");
    }
}

#[test]
fn an_origin_is_the_relays_own_or_one_of_the_list() {
    let target = "/api/v1/messages/batches";
    for (origin, site, expected) in [
        (Some(APP), None, 200),
        (Some(APP), Some("cross-site"), 200),
        (Some("http://localhost:3000"), Some("same-site"), 200),
        (Some(OWN), None, 200),
        (Some(OWN), Some("same-origin"), 200),
        (None, None, 200),
        (None, Some("same-origin"), 200),
        (None, Some("none"), 200),
        (None, Some("cross-site"), 403),
        (None, Some("same-site"), 403),
        (None, Some("whatever"), 403),
        (Some(OWN), Some("cross-site"), 403),
        (Some("null"), None, 403),
        (Some(""), None, 403),
        (Some("*"), None, 403),
        (Some("https://evil.example"), None, 403),
        (Some("https://evil.example"), Some("same-origin"), 403),
        (Some("https://app.example.evil.example"), None, 403),
        (Some("https://evilapp.example"), None, 403),
        (Some("https://sub.app.example"), None, 403),
        (Some("https://app.example:443"), None, 403),
        (Some("https://app.example:8443"), None, 403),
        (Some("http://app.example"), None, 403),
        (Some("HTTPS://APP.EXAMPLE"), None, 403),
        (Some("https://app.example/"), None, 403),
        (Some("https://app.example, https://evil.example"), None, 403),
        (Some("https://app.example\u{e9}"), None, 403),
    ] {
        let headers: Vec<(&str, &str)> = [("origin", origin), ("sec-fetch-site", site)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let found = status(&decide(&rules(), "GET", target, &headers));
        assert_eq!(found, expected, "{origin:?} {site:?}");
        // Its preflight is also refused.
        let preflight = [headers, vec![("access-control-request-method", "DELETE")]].concat();
        let found = status(&decide(&rules(), "OPTIONS", target, &preflight));
        assert_eq!(
            found,
            if expected == 200 { 204 } else { 403 },
            "{origin:?} {site:?}"
        );
    }
}

#[test]
fn a_preflight_may_ask_for_headers() {
    let headers = [
        ("origin", APP),
        ("access-control-request-method", "DELETE"),
        ("access-control-request-headers", "anthropic-version,x-a"),
    ];
    let target = "/api/v1/messages/batches/x";
    assert_eq!(
        decide(&rules(), "OPTIONS", target, &headers),
        Decision::Preflight("anthropic-version,x-a".into())
    );
}

#[test]
fn a_long_url_is_refused() {
    let target = format!("/api/v1/messages/batches?after_id={}", "x".repeat(2_100));
    assert_eq!(
        decide(&rules(), "GET", &target, &[]),
        Decision::Refuse(&refusal::LONG_URL)
    );
}

#[test]
fn allow_narrows() {
    let only = |endpoints: &[Endpoint]| {
        Rules::check(RelayOptions {
            allow: Some(endpoints.to_vec()),
            ..given()
        })
        .unwrap()
    };
    let batch = "/api/v1/messages/batches/x";
    let calls = [
        (Endpoint::List, "GET", "/api/v1/messages/batches".to_owned()),
        (Endpoint::Retrieve, "GET", batch.to_owned()),
        (Endpoint::Cancel, "POST", format!("{batch}/cancel")),
        (Endpoint::Delete, "DELETE", batch.to_owned()),
    ];
    for (allowed, ..) in &calls {
        for (name, method, target) in &calls {
            let found = status(&decide(&only(&[*allowed]), method, target, &[]));
            assert_eq!(found, if name == allowed { 200 } else { 403 });
            assert_eq!(status(&decide(&only(&[]), method, target, &[])), 403);
        }
    }
}

#[test]
fn refusals_are_in_the_apis_envelope() {
    assert_eq!(
        refusal::NO_ROUTE.body_saying(refusal::NO_ROUTE.message),
        r#"{"type":"error","error":{"type":"route_error","message":"relay: no such route"}}"#
    );
    for (refusal, again) in [
        (&refusal::FOREIGN, false),
        (&refusal::REDIRECTED, false),
        (&refusal::NOT_REACHED, true),
        (&refusal::TOO_LATE, true),
        (&refusal::FAILED, true),
    ] {
        assert_eq!(refusal.again, again, "{refusal:?}");
        assert!(!refusal.message.contains(['"', '\\']));
    }
}

proptest! {
    #![proptest_config(cases(1_024))]

    #[test]
    fn a_forwarded_request_is_a_known_call_and_nothing_else(
        method in "(GET|POST|DELETE|PUT)",
        target in prop_oneof![
            "/\\PC*",
            "/api/v1/messages/batches(/[a-z0-9._~%\\\\/-]{0,8})?(/cancel)?(\\?[a-z_=&;0-9%.]{0,12})?",
        ],
    ) {
        // Without a slash, it would be a part of the host.
        prop_assume!(target.starts_with('/'));
        if let Decision::Forward(Forward { target: found, headers, .. }) =
            decide(&rules(), &method, &target, &[])
        {
            // A question mark at the end has no effect.
            prop_assert_eq!(format!("/api{found}"), target.strip_suffix('?').unwrap_or(&target));
            prop_assert!(headers.lines().is_empty());
            let (path, query) = found.split_once('?').unwrap_or((&found, ""));
            let rest = path.strip_prefix("/v1/messages/batches").unwrap();
            prop_assert!(rest.is_empty() || rest.starts_with('/'));
            let of_url = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
            prop_assert!(rest.chars().all(of_url) && !rest.contains("//") && !rest.contains("/../"));
            prop_assert!(query.chars().all(|c| of_url(c) || "=&".contains(c)));
        }
    }
}
