//! The headers of a page that a relay forwards, and the headers that it refuses.

use crate::relay::{APP, OWN, decide, forwarded, given, rules};
use crate::support::responses::headers;
use policy::relay::refusal;
use policy::relay::rules::{Decision, RelayOptions, Rules};

#[test]
fn the_refusal_of_a_body_says_so() {
    assert_eq!(
        refusal::HAS_BODY.message,
        "this request must not have a body"
    );
}

#[test]
fn of_the_pages_headers_only_betas_and_an_allowed_workspace_go_on() {
    let forward = forwarded(decide(
        &rules(),
        "DELETE",
        "/api/v1/messages/batches/x?beta=true",
        &[
            ("authorization", "Bearer page"),
            ("x-api-key", "page"),
            ("cookie", "a=b"),
            ("origin", APP),
            ("anthropic-version", "2099-01-01"),
            ("anthropic-beta", " one-2024-01-01,two,, three,"),
            ("anthropic-workspace-id", "wrkspc_01"),
            ("x-forwarded-host", "evil"),
            ("content-length", "0"),
        ],
    ));
    assert_eq!(
        forward.headers,
        headers(&[
            ("anthropic-beta", "one-2024-01-01,two,three"),
            ("anthropic-workspace-id", "wrkspc_01"),
        ])
    );
    // Deno, Bun and workerd send an empty body in chunks with a deletion.
    for (method, encoding, is_refused) in [
        ("DELETE", "chunked", false),
        ("DELETE", "gzip, chunked", true),
        ("GET", "chunked", true),
    ] {
        let headers = [("transfer-encoding", encoding)];
        let found = decide(&rules(), method, "/api/v1/messages/batches/x", &headers);
        let expected = Decision::Refuse(&refusal::HAS_BODY);
        assert_eq!(found == expected, is_refused, "{method} {encoding}");
    }
    // The official SDK sends an empty one.
    let empty = decide(
        &rules(),
        "DELETE",
        "/api/v1/messages/batches/x",
        &[("anthropic-beta", "")],
    );
    assert!(forwarded(empty).headers.lines().is_empty());
}

#[test]
fn some_headers_are_refused() {
    let long = "x".repeat(2_049);
    let large = "x".repeat(16_385);
    for (name, value, refusal) in [
        ("x-http-method-override", "DELETE", &refusal::OVERRIDDEN),
        ("x-http-method", "DELETE", &refusal::OVERRIDDEN),
        ("x-method-override", "DELETE", &refusal::OVERRIDDEN),
        ("content-length", "2", &refusal::HAS_BODY),
        ("content-length", "00", &refusal::HAS_BODY),
        ("content-length", "", &refusal::HAS_BODY),
        ("content-length", "0, 5", &refusal::HAS_BODY),
        ("transfer-encoding", "chunked", &refusal::HAS_BODY),
        ("transfer-encoding", "identity", &refusal::HAS_BODY),
        ("anthropic-beta", "a\tb", &refusal::BAD_BETAS),
        ("anthropic-beta", "a\u{0}", &refusal::BAD_BETAS),
        ("anthropic-beta", "a;b", &refusal::BAD_BETAS),
        ("anthropic-beta", "a b, c", &refusal::BAD_BETAS),
        ("anthropic-beta", "\u{e4}", &refusal::BAD_BETAS),
        ("anthropic-beta", &long, &refusal::BAD_BETAS),
        (
            "anthropic-workspace-id",
            "wrkspc_02",
            &refusal::BAD_WORKSPACE,
        ),
        ("anthropic-workspace-id", "", &refusal::BAD_WORKSPACE),
        ("x-large", &large, &refusal::LARGE_HEADERS),
    ] {
        let found = decide(
            &rules(),
            "GET",
            "/api/v1/messages/batches",
            &[(name, value)],
        );
        assert_eq!(found, Decision::Refuse(refusal), "{name}");
    }
}

#[test]
fn a_page_is_the_relays_own_by_the_host_that_its_browser_used() {
    let own = "https://app.internal";
    let public = Rules::check(RelayOptions {
        public_origin: Some("https://public.example".into()),
        ..given()
    })
    .unwrap();
    for (rules, headers, is_own) in [
        (rules(), vec![("origin", OWN)], true),
        (rules(), vec![("origin", own)], false),
        (
            rules(),
            vec![("origin", own), ("host", "app.internal")],
            true,
        ),
        (
            rules(),
            vec![("origin", own), ("host", "APP.internal")],
            true,
        ),
        (
            rules(),
            vec![("origin", own), ("host", "app.internal:8443")],
            false,
        ),
        (
            rules(),
            vec![("origin", own), ("x-forwarded-host", "app.internal")],
            true,
        ),
        (
            rules(),
            vec![("origin", own), ("x-forwarded-host", "app.internal, proxy")],
            true,
        ),
        (
            rules(),
            vec![("origin", own), ("x-forwarded-host", "proxy, app.internal")],
            false,
        ),
        (
            rules(),
            vec![
                ("origin", own),
                ("host", "app.internal"),
                ("sec-fetch-site", "same-origin"),
            ],
            true,
        ),
        (
            rules(),
            vec![
                ("origin", own),
                ("host", "app.internal"),
                ("sec-fetch-site", "cross-site"),
            ],
            false,
        ),
        (
            rules(),
            vec![
                ("origin", own),
                ("host", "app.internal"),
                ("sec-fetch-site", "same-site"),
            ],
            false,
        ),
        (rules(), vec![("origin", "null"), ("host", "null")], false),
        (
            rules(),
            vec![("origin", "ftp://app"), ("host", "app")],
            false,
        ),
        (rules(), vec![("origin", "https://"), ("host", "")], false),
        (
            public.clone(),
            vec![("origin", "https://public.example")],
            true,
        ),
        (public, vec![("origin", "https://other.example")], false),
    ] {
        let found = decide(&rules, "GET", "/api/v1/messages/batches", &headers);
        let is_refused = found == Decision::Refuse(&refusal::FOREIGN);
        assert_eq!(!is_refused, is_own, "{headers:?}");
    }
}
