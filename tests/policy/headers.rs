//! The option `headers`: the names and values that HTTP forbids, and the merge with the defaults.

use crate::support::KEY;
use crate::support::cases;
use crate::support::values::{assert_refused, headers, settings, with_key};
use policy::base::error::Result;
use policy::base::headers::Headers;
use policy::options::RequestOptions;
use policy::options::extra_headers::ExtraHeaders;
use proptest::prelude::*;

fn sent(extra: &[(&str, Option<&str>)]) -> Headers {
    settings(&RequestOptions {
        headers: headers(extra),
        ..with_key()
    })
    .headers()
    .clone()
}

fn check(name: &str, value: Option<&str>) -> Result<ExtraHeaders> {
    ExtraHeaders::check([(name, value)])
}

#[track_caller]
fn assert_sent(extra: &[(&str, Option<&str>)], expected: &[(&str, &str)]) {
    let sent = sent(extra);
    let sent: Vec<(&str, &str)> = sent.iter().collect();
    assert_eq!(sent, expected);
}

const ACCEPT: (&str, &str) = ("accept", "application/json");
const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");
const API_KEY: (&str, &str) = ("x-api-key", KEY);

#[test]
fn added_headers_come_last_in_their_order_in_lower_case() {
    assert_sent(
        &[
            ("X-B", Some("2")),
            ("x-a", Some("1")),
            ("X-Empty", Some("")),
        ],
        &[
            ACCEPT,
            VERSION,
            API_KEY,
            ("x-b", "2"),
            ("x-a", "1"),
            ("x-empty", ""),
        ],
    );
}

#[test]
fn none_removes_a_default() {
    assert_sent(&[], &[ACCEPT, VERSION, API_KEY]);
    assert_sent(&[("Anthropic-Version", None)], &[ACCEPT, API_KEY]);
    assert_sent(
        &[("accept", None), ("x-unknown", None)],
        &[VERSION, API_KEY],
    );
    assert_sent(&[("X-API-Key", None)], &[ACCEPT, VERSION]);
}

#[test]
fn a_header_replaces_the_default_of_its_name() {
    assert_sent(
        &[("Accept", Some("*/*"))],
        &[VERSION, API_KEY, ("accept", "*/*")],
    );
    assert_sent(
        &[("x-api-key", Some("other"))],
        &[ACCEPT, VERSION, ("x-api-key", "other")],
    );
}

#[test]
fn the_values_of_a_repeated_name_are_joined() {
    assert_sent(
        &[("x-a", Some("1")), ("x-b", Some("b")), ("X-A", Some("2"))],
        &[ACCEPT, VERSION, API_KEY, ("x-a", "1, 2"), ("x-b", "b")],
    );
    // Also with an empty value.
    assert_sent(
        &[("x-a", Some("")), ("x-a", Some("2"))],
        &[ACCEPT, VERSION, API_KEY, ("x-a", ", 2")],
    );
}

#[test]
fn names_that_http_forbids_are_refused() {
    for (name, part) in [
        ("", "an empty string"),
        ("a b", "0x20"),
        ("a:b", "0x3A"),
        ("a\n", "0x0A"),
        ("a\r\nb", "0x0D"),
        ("(a)", "0x28"),
        ("a\"", "0x22"),
        ("a/b", "0x2F"),
        ("a\0", "0x00"),
        ("\u{e4}", "0xC3"),
        ("{}", "0x7B"),
    ] {
        // Also a name that only removes.
        for value in [Some("x"), None] {
            assert_refused(
                check(name, value),
                "headers",
                &["header name that HTTP forbids", part],
            );
        }
    }
}

#[test]
fn values_that_http_forbids_are_refused() {
    for (value, part) in [
        ("a\nb", "U+000A"),
        ("a\r\nx: y", "U+000D"),
        ("\0", "U+0000"),
        ("\u{7f}", "U+007F"),
        ("\u{100}", "U+0100"),
        ("\u{fffd}", "U+FFFD"),
        ("\u{1f600}", "U+1F600"),
    ] {
        assert_refused(check("X-A", Some(value)), "headers[\"x-a\"]", &[part]);
    }
    for value in ["a b\tc", "caf\u{e9}", "~!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}"] {
        assert!(check("x-a", Some(value)).is_ok(), "{value:?}");
    }
}

#[test]
fn every_token_character_may_stand_in_a_name() {
    for byte in 0..=127_u8 {
        let name = char::from(byte).to_string();
        let is_token = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let accepted = check(&name, Some("x")).is_ok();
        assert_eq!(accepted, is_token, "{name:?}");
    }
}

#[test]
fn headers_with_a_credential_are_known_as_such() {
    for (name, value, is_credential) in [
        ("x-api-key", Some("k"), true),
        ("X-Api-Key", Some("k"), true),
        ("Authorization", Some("Bearer t"), true),
        ("authorization", None, false),
        ("cookie", Some("a=b"), false),
        ("x-other", Some("k"), false),
    ] {
        let extra = check(name, value).unwrap();
        assert_eq!(extra.has_credential(), is_credential, "{name}");
    }
}

#[test]
fn secrets_are_the_values_that_must_not_show() {
    let extra = headers(&[
        ("x-api-key", Some("k1")),
        ("Authorization", Some("Bearer t1")),
        ("Proxy-Authorization", Some("Basic p1")),
        ("Cookie", Some("c1")),
        ("x-other", Some("shown")),
    ]);
    let secrets = extra.secrets();
    assert_eq!(secrets, ["k1", "Bearer t1", "t1", "Basic p1", "p1", "c1"]);
    // A secret of spaces would be removed from every string with spaces.
    let blank = headers(&[("authorization", Some("Bearer  "))]);
    assert_eq!(blank.secrets(), ["Bearer  "]);
}

#[test]
fn the_credentials_of_other_headers_are_also_secrets() {
    for name in [
        "cf-access-client-secret",
        "x-goog-api-key",
        "x-goog-iap-jwt-assertion",
        "x-amz-security-token",
        "x-vercel-protection-bypass",
        "x-auth",
        "X-Password",
    ] {
        assert_eq!(headers(&[(name, Some("v1"))]).secrets(), ["v1"], "{name}");
    }
    for name in [
        "x-trace",
        "user-agent",
        "anthropic-beta",
        "cf-access-client-id",
    ] {
        assert!(
            headers(&[(name, Some("v1"))]).secrets().is_empty(),
            "{name}"
        );
    }
    let parts = |name, value: &str| {
        let [whole, parts @ ..] = &headers(&[(name, Some(value))]).secrets()[..] else {
            panic!("{name} has no secret")
        };
        assert_eq!(whole, value);
        parts.to_vec()
    };
    // The password is "open sesame", of a user "me" or none.
    for (basic, password) in [
        ("bWU6b3BlbiBzZXNhbWU=", "open sesame"),
        ("bWU6b3BlbiBzZXNhbWU", "open sesame"),
        // In Latin-1, as the authors of that scheme had it.
        ("OnDkc3N3b3J0", "pässwort"),
    ] {
        let value = format!("Basic {basic}");
        assert_eq!(parts("authorization", &value), [basic, password]);
    }
    // "me:abc" is too short, "me" has no password, and the last one is not Base64.
    for basic in ["bWU6YWJj", "bWU=", "b!=="] {
        assert_eq!(parts("authorization", &format!("Basic {basic}")), [basic]);
    }
    let cookies = parts("cookie", "session=abcd-1; theme=on; flag; id = efgh-2 ");
    assert_eq!(
        cookies,
        ["theme=on; flag; id = efgh-2 ", "abcd-1", "efgh-2"]
    );
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn accepted_headers_are_the_headers_that_http_allows(name in any::<String>(), value in any::<String>()) {
        let extra = check(&name, Some(&value));
        let name_is_good = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
        let value_is_good = value
            .chars()
            .all(|c| c == '\t' || (' '..='\u{ff}').contains(&c) && c != '\u{7f}');
        prop_assert_eq!(extra.is_ok(), name_is_good && value_is_good);
    }
}

#[test]
fn headers_are_lines_of_a_name_and_its_value() {
    let mut headers = Headers::new();
    assert_eq!(headers.iter().count(), 0);
    headers.push("a", "1");
    headers.push("b", "");
    headers.push("a", "2");
    assert_eq!(headers.lines(), "a\n1\nb\n\na\n2\n");
    assert_eq!(headers, Headers::of_lines(headers.lines().to_owned()));
    let all: Vec<_> = headers.iter().collect();
    assert_eq!(all, [("a", "1"), ("b", ""), ("a", "2")]);
    assert_eq!((headers.get("a"), headers.get("b")), (Some("1"), Some("")));
    // A name is not a value, and a line that is cut off is not a header.
    assert_eq!(headers.get("1"), None);
    let cut = Headers::of_lines("a\n1\nb".to_owned());
    assert_eq!(cut.iter().collect::<Vec<_>>(), [("a", "1")]);
}
