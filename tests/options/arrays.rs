//! The options that are arrays: `betas` and `headers`.

use crate::support::{array, assert_refused, check, kinds, kinds_but, pairs, text, texts};
use policy::options::extra_headers::option_of;

#[test]
fn flags_are_joined() {
    let flags = |value: String| check(&[("betas", value)]).unwrap();
    for value in ["u".to_owned(), texts(&[])] {
        let settings = flags(value);
        assert_eq!(settings.headers().get("anthropic-beta"), None);
        assert!(!settings.is_beta());
    }
    let settings = flags(texts(&["b", "a", "b"]));
    assert_eq!(settings.headers().get("anthropic-beta"), Some("b,a"));
    assert!(settings.is_beta());
}

#[test]
fn a_value_that_is_no_string_is_no_flag() {
    let expected = "must be a flag of visible ASCII characters without a comma, not ";
    for (value, kind) in kinds() {
        let refused = check(&[("betas", array(&[text("a"), text("a"), value]))]);
        assert_refused(refused, "betas[2]", &[expected, kind]);
    }
    for (flag, kind) in [("", "an empty string"), ("a,b", "U+002C at index 1")] {
        let refused = check(&[("betas", texts(&["a", flag]))]);
        assert_refused(refused, "betas[1]", &[expected, kind]);
    }
}

#[test]
fn headers_are_added_or_removed() {
    let given = pairs(&[
        ("X-A", &text("1")),
        ("x-a", &text("2")),
        ("Accept", "n"),
        ("x-b", "u"),
        ("anthropic-version", "u"),
        ("x-c", &text("")),
    ]);
    let settings = check(&[("headers", given)]).unwrap();
    let headers = settings.headers();
    assert_eq!(headers.get("x-a"), Some("1, 2"));
    assert_eq!(headers.get("x-c"), Some(""));
    assert_eq!(headers.get("anthropic-version"), Some("2023-06-01"));
    assert!(headers.get("accept").is_none() && headers.get("x-b").is_none());
}

#[test]
fn a_header_is_a_pair() {
    for (value, kind) in kinds() {
        let refused = check(&[("headers", array(&[value]))]);
        assert_refused(
            refused,
            "headers",
            &["must hold pairs of a name and a value", kind],
        );
    }
    for pair in [
        vec![],
        vec![text("x-a")],
        vec![text("x-a"), text("1"), text("2")],
    ] {
        let refused = check(&[("headers", array(&[array(&pair)]))]);
        assert_refused(refused, "headers", &["pairs", "an array"]);
    }
}

#[test]
fn a_name_is_a_string_and_a_value_a_string_or_null() {
    let forbidden = "header name that HTTP forbids: ";
    for (name, kind) in kinds() {
        let refused = check(&[("headers", array(&[array(&[name, text("x")])]))]);
        assert_refused(refused, "headers", &[forbidden, kind]);
    }
    for (value, kind) in kinds_but("un") {
        let refused = check(&[("headers", pairs(&[("X-A", &value)]))]);
        let expected = "must be a string, or null to remove a default, not ";
        assert_refused(refused, &option_of("x-a"), &[expected, kind]);
    }
    // The name is checked first, and for each value: an error shows it.
    for value in ["u", "n", "F", &text("x")] {
        let refused = check(&[("headers", pairs(&[("a\nb", value)]))]);
        assert_refused(refused, "headers", &[forbidden, "0x0A"]);
    }
    let refused = check(&[("headers", pairs(&[("x-a", &text("\u{100}"))]))]);
    assert_refused(refused, &option_of("x-a"), &["U+0100"]);
}
