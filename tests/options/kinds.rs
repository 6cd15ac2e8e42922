//! Numbers, choices, functions, booleans and strings among the options.

use crate::options::deletion::deletion;
use crate::options::table::{BULK, DELETION, Options};
use crate::options::value::Encoded;
use crate::support::{
    KEY, array, assert_refused, check, kinds, kinds_but, number, object, text, words,
};
use policy::base::error::{Code, Result};
use policy::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};

fn plan(name: &str, value: &str) -> Result<DeletionOptions> {
    let given = object(DELETION, &[(name, value.to_owned())]);
    let options = Options::read(Encoded(&given), DELETION)?;
    Ok(deletion(&options, IfMissing::Reject))
}

/// The numeric options, and the smallest number that each takes.
const NUMBERS: &[(&str, i64)] = &[
    ("maxRetries", 0),
    ("maxRetryDelay", 0),
    ("timeout", 1),
    ("totalTimeout", 1),
];

#[test]
fn numbers_are_whole_and_within_the_limit_of_a_timer() {
    let others = [
        (number(-1), "the number -1"),
        (number(2_147_483_648), "the number 2147483648"),
        (number(9_007_199_254_740_991), "the number 9007199254740991"),
        (words("a number too large"), "a number too large"),
        (text("5"), "a string of 1 characters"),
    ];
    for (value, kind) in kinds_but("u#").chain(others) {
        for (name, from) in NUMBERS {
            let range = format!("from {from} to 2147483647, not {kind}");
            assert_refused(check(&[(name, value.clone())]), name, &[&range]);
        }
        assert_refused(
            plan("pollInterval", &value),
            "pollInterval",
            &["from 1 to", kind],
        );
    }
}

#[test]
fn zero_is_a_count_and_a_delay_but_no_timeout() {
    for (name, from) in NUMBERS {
        let result = check(&[(name, number(0))]);
        match from {
            0 => drop(result.unwrap()),
            _ => assert_refused(result, name, &["the number 0"]),
        }
    }
    let refused = plan("pollInterval", &number(0));
    assert_refused(refused, "pollInterval", &["the number 0"]);
}

#[test]
fn values_arrive_where_they_belong() {
    let settings = check(&[
        ("maxRetries", number(0)),
        ("maxRetryDelay", number(7)),
        ("timeout", number(1)),
        ("totalTimeout", number(2_147_483_647)),
        ("workspaceId", text("w")),
        ("anthropicVersion", text("2026-01-01")),
        ("onAttempt", "F".into()),
    ])
    .unwrap();
    assert_eq!(settings.retries().max_retries, 0);
    assert_eq!(settings.retries().max_delay_ms, 7);
    assert_eq!(settings.timeout(), 1);
    assert_eq!(settings.total_timeout(), Some(2_147_483_647));
    assert_eq!(settings.headers().get("anthropic-workspace-id"), Some("w"));
    assert_eq!(
        settings.headers().get("anthropic-version"),
        Some("2026-01-01")
    );
    assert!(settings.reports_attempts());
    assert_eq!(plan("pollInterval", &number(9)).unwrap().poll_interval, 9);
}

#[test]
fn defaults_are_those_of_the_policy() {
    let settings = check(&[]).unwrap();
    assert_eq!(
        (
            settings.retries().max_retries,
            settings.retries().max_delay_ms
        ),
        (2, 60_000)
    );
    assert_eq!(
        (settings.timeout(), settings.total_timeout()),
        (60_000, None)
    );
    assert_eq!(settings.headers().get("x-api-key"), Some(KEY));
    assert!(!settings.reports_attempts() && !settings.is_beta());
    assert_eq!(
        plan("ifProcessing", "u").unwrap(),
        DeletionOptions::default()
    );
}

#[test]
fn choices_are_one_of_a_few() {
    for (choice, meaning) in [
        ("reject", IfProcessing::Reject),
        ("wait", IfProcessing::Wait),
        ("cancel", IfProcessing::Cancel),
    ] {
        let plan = plan("ifProcessing", &text(choice)).unwrap();
        assert_eq!(plan.if_processing, meaning);
    }
    for (choice, meaning) in [("reject", IfMissing::Reject), ("ignore", IfMissing::Ignore)] {
        assert_eq!(
            plan("ifMissing", &text(choice)).unwrap().if_missing,
            meaning
        );
        let given = object(BULK, &[("ifMissing", text(choice))]);
        let options = Options::read(Encoded(&given), BULK).unwrap();
        assert_eq!(deletion(&options, IfMissing::Ignore).if_missing, meaning);
    }
    let none = Options::read(Encoded("{"), BULK).unwrap();
    assert_eq!(
        deletion(&none, IfMissing::Ignore).if_missing,
        IfMissing::Ignore
    );
    for choice in ["ignore", "Wait", "cancel ", "delete", ""] {
        let expected = "must be \"reject\" or \"wait\" or \"cancel\", not ";
        assert_refused(
            plan("ifProcessing", &text(choice)),
            "ifProcessing",
            &[expected],
        );
    }
    for choice in ["wait", "IGNORE", "x"] {
        let expected = format!("must be \"reject\" or \"ignore\", not \"{choice}\"");
        assert_refused(plan("ifMissing", &text(choice)), "ifMissing", &[&expected]);
    }
    // A key, in the wrong option.
    for key in [
        "sk-ant-api03-of-a-hundred-characters",
        "p\u{e4}ssword",
        "a_b",
    ] {
        let failure = plan("ifMissing", &text(key)).unwrap_err();
        assert!(!failure.message.contains(key), "{failure:?}");
    }
    for (value, kind) in kinds_but("u") {
        for name in ["ifProcessing", "ifMissing"] {
            assert_refused(plan(name, &value), name, &[kind]);
        }
    }
}

#[test]
fn each_option_takes_its_kinds_only() {
    let function = "must be a function, not ";
    let boolean = "must be true or false, not ";
    let visible = "must be a string of visible ASCII characters, not ";
    for (name, letters, expected) in [
        ("fetch", "uF", function),
        ("onAttempt", "uF", function),
        ("dangerouslyAllowBrowser", "utf", boolean),
        ("workspaceId", "u\"", visible),
        ("anthropicVersion", "u\"", visible),
        ("apiKey", "unF\"", visible),
        ("authToken", "unF\"", visible),
        ("baseURL", "un\"", "must be a URL as a string, not "),
        ("signal", "unA", "must be an AbortSignal, not "),
        ("headers", "u[", "must be an object or a Headers, not "),
        ("betas", "u[", "must be an array of strings, not "),
    ] {
        for (value, kind) in kinds() {
            let is_right = letters.contains(&value[..1]);
            let result = check(&[(name, value)]);
            match result {
                Ok(_) => assert!(is_right, "{name}: {kind}"),
                // Without a key.
                Err(failure) if is_right => assert_eq!(failure.code, Code::MissingCredentials),
                Err(failure) => {
                    assert_eq!(failure.message, format!("{name} {expected}{kind}"));
                }
            }
        }
        if !letters.contains('"') {
            let refused = check(&[(name, text("12345"))]);
            assert_refused(refused, name, &[expected, "a string of 5 characters"]);
        }
    }
}

#[test]
fn strings_for_headers_are_visible_ascii() {
    for name in ["workspaceId", "anthropicVersion"] {
        for bad in ["", " ", "a b", "a\n", "\u{e4}"] {
            assert_refused(check(&[(name, text(bad))]), name, &["visible ASCII"]);
        }
    }
}

#[test]
fn the_id_of_a_batch_is_a_string() {
    let check = |value: &str| Encoded(value).value().unwrap().batch_id("id");
    for (value, kind) in kinds_but("L") {
        let expected = format!("not {kind}, and it must be a string");
        assert_refused(check(&value), "id", &["1 to 256 letters", &expected]);
    }
    let long = check("L10000:").unwrap_err().message;
    assert!(long.ends_with("not a string of 10000 characters"), "{long}");
    assert_refused(check(&text("a/b")), "id", &["\"/\" at index 1"]);
    assert_eq!(check(&text("a")).unwrap().as_str(), "a");
    assert_refused(check(&array(&[text("a")])), "id", &["an array"]);
}
