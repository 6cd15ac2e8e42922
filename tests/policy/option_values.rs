//! Numbers and strings among the options.

use crate::support::changed;
use crate::support::values::{assert_refused, check, settings, with_key};
use policy::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};
use policy::internal::checks::{Bounds, MAX_MS};
use policy::internal::strings::is_blank;
use policy::jobs::concurrency::Concurrency;
use policy::options::RequestOptions;

type Put = fn(&mut RequestOptions<'static>, u32);

/// The numeric options, and the smallest number that each takes.
const NUMBERS: &[(&str, u32, Put)] = &[
    ("maxRetries", 0, |given, value| {
        given.retries.max_retries = value
    }),
    ("maxRetryDelay", 0, |given, value| {
        given.retries.max_delay_ms = value
    }),
    ("timeout", 1, |given, value| given.timeout = value),
    ("totalTimeout", 1, |given, value| {
        given.total_timeout = Some(value)
    }),
];

fn with(put: Put, value: u32) -> RequestOptions<'static> {
    let mut given = with_key();
    put(&mut given, value);
    given
}

#[test]
fn defaults() {
    let settings = settings(&with_key());
    assert_eq!(settings.retries().max_retries, 2);
    assert_eq!(settings.retries().max_delay_ms, 60_000);
    assert_eq!(settings.timeout(), 60_000);
    assert_eq!(settings.total_timeout(), None);
    assert!(!settings.is_beta());
    assert_eq!(
        DeletionOptions::default(),
        changed!(DeletionOptions {
            if_processing: IfProcessing::Reject,
            if_missing: IfMissing::Reject,
            poll_interval: 2_000,
        })
    );
}

#[test]
fn numbers_are_within_the_limit_of_a_timer() {
    for (name, from, put) in NUMBERS {
        for (value, is_right) in [
            (0, *from == 0),
            (1, true),
            (MAX_MS, true),
            (MAX_MS + 1, false),
        ] {
            let result = check(&with(*put, value));
            if is_right {
                result.unwrap();
                continue;
            }
            let range = format!("from {from} to 2147483647, not the number {value}");
            assert_refused(result, name, &["must be a whole number", &range]);
        }
    }
}

#[test]
fn numbers_arrive_where_they_belong() {
    let mut given = with_key();
    for ((_, _, put), value) in NUMBERS.iter().zip([0, 7, 1, MAX_MS]) {
        put(&mut given, value);
    }
    let settings = settings(&given);
    assert_eq!(settings.retries().max_retries, 0);
    assert_eq!(settings.retries().max_delay_ms, 7);
    assert_eq!(settings.timeout(), 1);
    assert_eq!(settings.total_timeout(), Some(2_147_483_647));
}

#[test]
fn the_unit_of_bounds_is_named() {
    let milliseconds = Bounds::milliseconds(5).check("x", 4).unwrap_err().message;
    assert_eq!(
        milliseconds,
        "x must be a whole number of milliseconds from 5 to 2147483647, not the number 4"
    );
    let number = Bounds::new(5, 6).check("x", 7).unwrap_err().message;
    assert_eq!(
        number,
        "x must be a whole number from 5 to 6, not the number 7"
    );
    assert!(Bounds::new(5, 6).check("x", 5).is_ok() && Bounds::new(5, 6).contains(6));
}

#[test]
fn strings_for_headers_are_visible_ascii() {
    type PutText = fn(&mut RequestOptions<'static>, &'static str);
    let options: [(&str, PutText); 2] = [
        ("workspaceId", |given, value| {
            given.workspace_id = Some(value)
        }),
        ("anthropicVersion", |given, value| {
            given.anthropic_version = value
        }),
    ];
    for (name, put) in options {
        for bad in ["", " ", "a b", "a\n", "\u{e4}"] {
            let mut given = with_key();
            put(&mut given, bad);
            assert_refused(check(&given), name, &["visible ASCII"]);
        }
    }
}

#[test]
fn concurrency_is_from_1_to_256_and_8_by_default() {
    assert_eq!(Concurrency::default(), Concurrency::check(8).unwrap());
    for good in [1, 256] {
        Concurrency::check(good).unwrap();
    }
    for bad in [0, 257] {
        let refused = Concurrency::check(bad);
        assert_refused(refused, "concurrency", &["a whole number from 1 to 256"]);
    }
}

#[test]
fn a_blank_string_has_the_white_space_of_unicode_alone() {
    for found in '\0'..=char::MAX {
        let text = found.to_string();
        assert_eq!(is_blank(&text), found.is_whitespace(), "{found:?}");
    }
}
