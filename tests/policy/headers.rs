//! The option `headers`: the names and values that HTTP forbids, and how they meet the defaults.

use crate::support::KEY;
use crate::support::cases;
use crate::support::values::{
    array, assert_refused, check, kinds, pairs, settings, text, with_key,
};
use policy::base::headers::Headers;
use policy::base::input_value::Value;
use policy::options::extra_headers::ExtraHeaders;
use policy::options::given::Given;
use proptest::prelude::*;

fn sent(extra: &[(&str, Value)]) -> Headers {
    settings(&Given {
        headers: pairs(extra),
        ..with_key()
    })
    .headers
}

#[track_caller]
fn assert_sent(extra: &[(&str, Value)], expected: &[(&str, &str)]) {
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
            ("X-B", text("2")),
            ("x-a", text("1")),
            ("X-Empty", text("")),
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
fn undefined_changes_nothing_and_null_removes() {
    assert_sent(&[("accept", Value::Undefined)], &[ACCEPT, VERSION, API_KEY]);
    assert_sent(&[("Anthropic-Version", Value::Null)], &[ACCEPT, API_KEY]);
    assert_sent(
        &[("accept", Value::Null), ("x-unknown", Value::Null)],
        &[VERSION, API_KEY],
    );
    assert_sent(&[("X-API-Key", Value::Null)], &[ACCEPT, VERSION]);
}

#[test]
fn a_header_replaces_the_default_of_its_name() {
    assert_sent(
        &[("Accept", text("*/*"))],
        &[VERSION, API_KEY, ("accept", "*/*")],
    );
    assert_sent(
        &[("x-api-key", text("other"))],
        &[ACCEPT, VERSION, ("x-api-key", "other")],
    );
}

#[test]
fn a_name_that_comes_twice_is_joined() {
    assert_sent(
        &[("x-a", text("1")), ("x-b", text("b")), ("X-A", text("2"))],
        &[ACCEPT, VERSION, API_KEY, ("x-a", "1, 2"), ("x-b", "b")],
    );
    // An empty value, too.
    assert_sent(
        &[("x-a", text("")), ("x-a", text("2"))],
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
        let given = Given {
            headers: pairs(&[(name, text("x"))]),
            ..with_key()
        };
        assert_refused(
            check(&given),
            "headers",
            &["header name that HTTP forbids", part],
        );
        // Also where it only removes.
        assert_refused(
            ExtraHeaders::check(&pairs(&[(name, Value::Null)])),
            "headers",
            &[part],
        );
    }
    for (value, kind) in kinds() {
        let pair = array(&[array(&[value, text("x")])]);
        assert_refused(ExtraHeaders::check(&pair), "headers", &[kind]);
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
        let given = pairs(&[("X-A", text(value))]);
        assert_refused(ExtraHeaders::check(&given), "headers[\"x-a\"]", &[part]);
    }
    for value in ["a b\tc", "caf\u{e9}", "~!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}"] {
        assert!(
            ExtraHeaders::check(&pairs(&[("x-a", text(value))])).is_ok(),
            "{value:?}"
        );
    }
    for (value, kind) in kinds() {
        if !matches!(value, Value::Undefined | Value::Null) {
            let given = pairs(&[("X-A", value)]);
            assert_refused(ExtraHeaders::check(&given), "headers[\"x-a\"]", &[kind]);
        }
    }
}

#[test]
fn every_token_character_may_stand_in_a_name() {
    for byte in 0..=127_u8 {
        let name = char::from(byte).to_string();
        let is_token = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let accepted = ExtraHeaders::check(&pairs(&[(&name, text("x"))])).is_ok();
        assert_eq!(accepted, is_token, "{name:?}");
    }
}

#[test]
fn a_value_without_pairs_is_refused() {
    for (value, kind) in kinds() {
        if !matches!(value, Value::Undefined | Value::Array(_)) {
            assert_refused(
                ExtraHeaders::check(&value),
                "headers",
                &["an object or a Headers", kind],
            );
        }
        if !matches!(value, Value::Array(_)) {
            let given = array(&[value]);
            assert_refused(ExtraHeaders::check(&given), "headers", &["pairs", kind]);
        }
    }
    for pair in [
        vec![],
        vec![text("x-a")],
        vec![text("x-a"), text("1"), text("2")],
    ] {
        let given = array(&[array(&pair)]);
        assert_refused(
            ExtraHeaders::check(&given),
            "headers",
            &["pairs", "an array"],
        );
    }
}

#[test]
fn headers_with_a_credential_are_known_as_such() {
    for (name, value, is_credential) in [
        ("x-api-key", text("k"), true),
        ("X-Api-Key", text("k"), true),
        ("Authorization", text("Bearer t"), true),
        ("authorization", Value::Null, false),
        ("x-api-key", Value::Undefined, false),
        ("cookie", text("a=b"), false),
        ("x-other", text("k"), false),
    ] {
        let extra = ExtraHeaders::check(&pairs(&[(name, value)])).unwrap();
        assert_eq!(extra.has_credential(), is_credential, "{name}");
    }
}

#[test]
fn secrets_are_the_values_that_must_not_show() {
    let extra = ExtraHeaders::check(&pairs(&[
        ("x-api-key", text("k1")),
        ("Authorization", text("Bearer t1")),
        ("Proxy-Authorization", text("Basic p1")),
        ("Cookie", text("c1")),
        ("x-other", text("shown")),
    ]))
    .unwrap();
    let secrets = extra.secrets();
    assert_eq!(secrets, ["k1", "Bearer t1", "t1", "Basic p1", "p1", "c1"]);
    // A secret of spaces would be taken out of every text with spaces.
    let blank = ExtraHeaders::check(&pairs(&[("authorization", text("Bearer  "))])).unwrap();
    assert_eq!(blank.secrets(), ["Bearer  "]);
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn accepted_headers_are_those_that_http_allows(name in any::<String>(), value in any::<String>()) {
        let extra = ExtraHeaders::check(&pairs(&[(&name, text(&value))]));
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
    // A name is no value, and a line that is cut off is no header.
    assert_eq!(headers.get("1"), None);
    let cut = Headers::of_lines("a\n1\nb".to_owned());
    assert_eq!(cut.iter().collect::<Vec<_>>(), [("a", "1")]);
}
