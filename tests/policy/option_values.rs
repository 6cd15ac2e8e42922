//! Numbers, choices and functions among the options.

use crate::support::values::{assert_refused, check, kinds, settings, text, with_key};
use policy::base::error::Result;
use policy::base::input_value::Value;
use policy::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};
use policy::jobs::report::concurrency;
use policy::options::checks::MAX_MS;
use policy::options::given::Given;

type Put = for<'a> fn(&mut Given<'a>, Value<'a>);

/// The numeric options, and the smallest number that each takes.
const NUMBERS: &[(&str, u32, Put)] = &[
    ("maxRetries", 0, |given, value| given.max_retries = value),
    ("maxRetryDelay", 0, |given, value| {
        given.max_retry_delay = value
    }),
    ("timeout", 1, |given, value| given.timeout = value),
    ("totalTimeout", 1, |given, value| {
        given.total_timeout = value
    }),
];

fn with(put: Put, value: Value) -> Given {
    let mut given = with_key();
    put(&mut given, value);
    given
}

fn poll_interval(value: Value) -> Result<DeletionOptions> {
    DeletionOptions::check(
        &Value::Undefined,
        &Value::Undefined,
        &value,
        IfMissing::Reject,
    )
}

#[test]
fn defaults() {
    let settings = settings(&with_key());
    assert_eq!(settings.policy.max_retries, 2);
    assert_eq!(settings.policy.max_delay_ms, 60_000);
    assert_eq!(settings.timeout, 60_000);
    assert_eq!(settings.total_timeout, None);
    assert!(!settings.beta);
    assert_eq!(
        poll_interval(Value::Undefined).unwrap(),
        DeletionOptions {
            if_processing: IfProcessing::Reject,
            if_missing: IfMissing::Reject,
            poll_interval: 2_000,
        }
    );
}

#[test]
fn numbers_are_whole_and_within_the_limit_of_a_timer() {
    let bad = [
        (Value::Number(-1.0), "the number -1"),
        (Value::Number(1.5), "a number with a fraction"),
        (Value::Number(f64::NAN), "NaN"),
        (Value::Number(f64::INFINITY), "Infinity"),
        (Value::Number(f64::NEG_INFINITY), "-Infinity"),
        (Value::Number(2_147_483_648.0), "the number 2147483648"),
        (Value::Number(1e300), "a number too large"),
        (Value::Number(f64::MIN_POSITIVE), "a number with a fraction"),
        (text("5"), "a string of 1 characters"),
    ];
    let others = kinds()
        .into_iter()
        .filter(|(value, _)| !matches!(value, Value::Undefined | Value::Number(_)));
    for (value, part) in bad.into_iter().chain(others) {
        for (name, from, put) in NUMBERS {
            let range = format!("from {from} to 2147483647");
            assert_refused(check(&with(*put, value)), name, &[&range, part]);
        }
        assert_refused(poll_interval(value), "pollInterval", &["from 1 to", part]);
    }
}

#[test]
fn zero_is_a_count_and_a_delay_but_no_timeout() {
    for zero in [0.0, -0.0] {
        for (name, from, put) in NUMBERS {
            let result = check(&with(*put, Value::Number(zero)));
            if *from == 0 {
                result.unwrap();
            } else {
                assert_refused(result, name, &["the number 0"]);
            }
        }
        assert_refused(
            poll_interval(Value::Number(zero)),
            "pollInterval",
            &["the number 0"],
        );
    }
}

#[test]
fn numbers_arrive_where_they_belong() {
    let given = Given {
        max_retries: Value::Number(0.0),
        max_retry_delay: Value::Number(7.0),
        timeout: Value::Number(1.0),
        total_timeout: Value::Number(f64::from(MAX_MS)),
        ..with_key()
    };
    let settings = settings(&given);
    assert_eq!(settings.policy.max_retries, 0);
    assert_eq!(settings.policy.max_delay_ms, 7);
    assert_eq!(settings.timeout, 1);
    assert_eq!(settings.total_timeout, Some(2_147_483_647));
    assert_eq!(poll_interval(Value::Number(9.0)).unwrap().poll_interval, 9);
}

#[test]
fn choices_are_one_of_a_few() {
    let plan = |processing: &str, missing: &str| {
        DeletionOptions::check(
            &text(processing),
            &text(missing),
            &Value::Undefined,
            IfMissing::Reject,
        )
    };
    for (choice, meaning) in [
        ("reject", IfProcessing::Reject),
        ("wait", IfProcessing::Wait),
        ("cancel", IfProcessing::Cancel),
    ] {
        assert_eq!(plan(choice, "reject").unwrap().if_processing, meaning);
    }
    for (choice, meaning) in [("reject", IfMissing::Reject), ("ignore", IfMissing::Ignore)] {
        assert_eq!(plan("reject", choice).unwrap().if_missing, meaning);
    }
    let of_processing = "must be \"reject\" or \"wait\" or \"cancel\", not a string of";
    for choice in ["ignore", "Wait", "cancel ", "delete"] {
        assert_refused(plan(choice, "reject"), "ifProcessing", &[of_processing]);
    }
    for choice in ["wait", "IGNORE", "x"] {
        assert_refused(
            plan("wait", choice),
            "ifMissing",
            &["\"reject\" or \"ignore\""],
        );
    }
    for (value, kind) in kinds().into_iter().skip(1) {
        let none = Value::Undefined;
        assert_refused(
            DeletionOptions::check(&value, &none, &none, IfMissing::Reject),
            "ifProcessing",
            &[kind],
        );
        assert_refused(
            DeletionOptions::check(&none, &value, &none, IfMissing::Reject),
            "ifMissing",
            &[kind],
        );
    }
}

#[test]
fn texts_for_headers_are_visible_ascii() {
    let options: [(&str, Put); 2] = [
        ("workspaceId", |given, value| given.workspace_id = value),
        ("anthropicVersion", |given, value| {
            given.anthropic_version = value
        }),
    ];
    for (name, put) in options {
        for bad in ["", " ", "a b", "a\n", "\u{e4}"] {
            assert_refused(check(&with(put, text(bad))), name, &["visible ASCII"]);
        }
        for (value, kind) in kinds().into_iter().skip(1) {
            assert_refused(check(&with(put, value)), name, &[kind]);
        }
        check(&with(put, Value::Undefined)).unwrap();
    }
}

#[test]
fn functions_are_functions() {
    let options: [(&str, Put); 2] = [
        ("fetch", |given, value| given.fetch = value),
        ("onAttempt", |given, value| given.on_attempt = value),
    ];
    for (name, put) in options {
        for (value, kind) in kinds() {
            let result = check(&with(put, value));
            if matches!(value, Value::Undefined | Value::Function) {
                result.unwrap();
            } else {
                assert_refused(result, name, &["must be a function", kind]);
            }
        }
    }
}

#[test]
fn concurrency_is_from_1_to_256_and_8_by_default() {
    for (given, expected) in [
        (Value::Undefined, 8),
        (Value::Number(1.0), 1),
        (Value::Number(256.0), 256),
    ] {
        assert_eq!(concurrency(&given).unwrap(), expected);
    }
    for bad in [0.0, 257.0, 1.5, f64::NAN] {
        let refused = concurrency(&Value::Number(bad));
        assert_refused(refused, "concurrency", &["a whole number"]);
    }
}
