//! Which of a page's headers a relay hands on, and which it refuses.

use crate::relay::{APP, decide, forwarded, rules};
use delete_message_batch::relay::policy::Decision;
use delete_message_batch::relay::refusal;

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
            ("anthropic-beta", "one-2024-01-01,two, three"),
            ("anthropic-workspace-id", "wrkspc_01"),
            ("x-forwarded-host", "evil"),
            ("content-length", "0"),
        ],
    ));
    assert_eq!(
        forward.headers,
        [
            ("anthropic-beta", "one-2024-01-01,two, three"),
            ("anthropic-workspace-id", "wrkspc_01"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    // The official SDK sends an empty one.
    let empty = decide(
        &rules(),
        "DELETE",
        "/api/v1/messages/batches/x",
        &[("anthropic-beta", "")],
    );
    assert!(forwarded(empty).headers.is_empty());
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
