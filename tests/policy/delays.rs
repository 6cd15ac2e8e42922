//! The delay before another attempt: the response's own, the growth, the jitter.

use crate::support::{cases, responses};
use policy::http::retry::{Advice, RetryDecision, decide_retry, is_retryable};
use policy::options::RetryPolicy;
use proptest::prelude::*;
use std::time::{Duration, SystemTime};

/// 2026-11-24 12:00:00 UTC, which was a Tuesday.
const NOON: f64 = 1_795_521_600_000.0;

fn read(headers: &[(&str, &str)]) -> Advice {
    Advice::read(&responses::headers(headers), NOON)
}

fn wait(headers: &[(&str, &str)]) -> Option<u32> {
    read(headers).retry_after_ms
}

const PATIENT: RetryPolicy = RetryPolicy {
    max_retries: 20,
    max_delay_ms: 60_000,
};

fn stated(ms: u32) -> Advice {
    Advice {
        should_retry: None,
        retry_after_ms: Some(ms),
    }
}

#[test]
fn retry_after_in_seconds() {
    for (value, ms) in [
        ("1", Some(1_000)),
        ("60", Some(60_000)),
        (" 7 ", Some(7_000)),
        ("007", Some(7_000)),
        ("1.5", Some(1_500)),
        (".25", Some(250)),
        ("2.", Some(2_000)),
        ("0.0001", Some(1)),
        ("1.0000000000000000000001", Some(1_000)),
        ("0", None),
        ("0.0", None),
        ("-1", None),
        ("+1", None),
        ("", None),
        (".", None),
        ("1.2.3", None),
        ("1e3", None),
        ("soon", None),
        ("1 s", None),
        ("NaN", None),
        ("Infinity", None),
        ("\u{661}", None),
        // Thirty days, which no timer takes; then more than the number can hold.
        ("2592000", Some(2_592_000_000)),
        ("4294967.297", Some(u32::MAX)),
        ("18446744073709551616", Some(u32::MAX)),
        ("18446744073709551615", Some(u32::MAX)),
        ("99999999999999999999999", Some(u32::MAX)),
        // Joined by a proxy.
        ("2, 2", Some(2_000)),
        ("1,3 , 2", Some(3_000)),
        ("2, soon", None),
        ("2,", None),
    ] {
        assert_eq!(wait(&[("retry-after", value)]), ms, "{value:?}");
    }
}

#[test]
fn retry_after_ms() {
    for (value, ms) in [
        ("1", Some(1)),
        ("250", Some(250)),
        ("0.5", Some(1)),
        ("12.1", Some(13)),
        ("0", None),
        ("-5", None),
        ("x", None),
        ("2147483647", Some(2_147_483_647)),
        ("2147483648", Some(2_147_483_648)),
        ("4294967297", Some(u32::MAX)),
        ("7, 7", Some(7)),
    ] {
        assert_eq!(wait(&[("retry-after-ms", value)]), ms, "{value:?}");
    }
}

#[test]
fn milliseconds_come_before_seconds() {
    let both = |ms, seconds| wait(&[("retry-after", seconds), ("retry-after-ms", ms)]);
    assert_eq!(both("250", "9"), Some(250));
    assert_eq!(both("soon", "9"), Some(9_000));
    assert_eq!(both("", "9"), Some(9_000));
}

#[test]
fn retry_after_as_a_date() {
    for (date, ms) in [
        ("Tue, 24 Nov 2026 12:00:01 GMT", Some(1_000)),
        ("Tue, 24 Nov 2026 12:01:00 GMT", Some(60_000)),
        ("Tuesday, 24-Nov-26 12:00:05 GMT", Some(5_000)),
        ("Tue Nov 24 12:00:05 2026", Some(5_000)),
        ("Tue, 24 Nov 2026 12:00:00 GMT", None),
        ("Tue, 24 Nov 2026 11:59:59 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Some(u32::MAX)),
        ("Tue, 32 Nov 2026 12:00:00 GMT", None),
        ("Tue, 31 Nov 2026 12:00:00 GMT", None),
        ("2026-11-24T12:00:05Z", None),
        ("Tue, 24 Nov 2026 24:00:05 GMT", None),
        ("Tue, 24 Nov 2026 12:60:05 GMT", None),
        ("Tue, 24 Nov 2026 12:00:60 GMT", None),
        ("Tue, 24 Nov 2026 12:00:05", None),
        ("Tue, 24 Nov 2026 12:00 GMT", None),
        ("Tue, 00 Nov 2026 12:00:05 GMT", None),
        ("Tue, 24 Nov 2026 12:00:05 PST", None),
        ("Tue, 24 Nov 2026 12:00:05 GMT GMT", None),
    ] {
        assert_eq!(wait(&[("retry-after", date)]), ms, "{date}");
    }
    let date = responses::headers(&[("retry-after", "Tue, 24 Nov 2026 12:00:01 GMT")]);
    assert_eq!(Advice::read(&date, NOON + 250.0).retry_after_ms, Some(750));
    // By the server's clock, which may differ from this one.
    let skewed = [
        ("retry-after", "Tue, 24 Nov 2026 09:00:05 GMT"),
        ("date", "Tue, 24 Nov 2026 09:00:00 GMT"),
    ];
    assert_eq!(wait(&skewed), Some(5_000));
    for broken in [f64::NAN, f64::INFINITY, -1.0] {
        let _ = Advice::read(&date, broken);
    }
}

#[test]
fn x_should_retry_decides_then_the_status() {
    for (value, expected) in [
        ("true", Some(true)),
        ("false", Some(false)),
        ("TRUE", None),
        ("1", None),
        ("", None),
    ] {
        assert_eq!(
            read(&[("x-should-retry", value)]).should_retry,
            expected,
            "{value}"
        );
    }
    assert_eq!(read(&[]), Advice::default());
    for status in 400..=599_u16 {
        let by_status = matches!(status, 408 | 409 | 429 | 500..);
        for (header, expected) in [(None, by_status), (Some(true), true), (Some(false), false)] {
            let advice = Advice {
                should_retry: header,
                retry_after_ms: None,
            };
            assert_eq!(
                is_retryable(status, advice),
                expected,
                "{status} {header:?}"
            );
        }
    }
}

#[test]
fn without_advice_the_delay_doubles_from_half_a_second_to_eight() {
    let full = [
        500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000,
    ];
    for (retries, full) in (0_u32..).zip(full) {
        for (random, delay) in [(0.0, full), (0.5, full - full / 8), (1.0, full - full / 4)] {
            let found = decide_retry(PATIENT, retries, Advice::default(), random);
            assert_eq!(
                found,
                RetryDecision::RetryAfter(delay),
                "{retries} {random}"
            );
        }
    }
}

#[test]
fn the_retries_run_out() {
    for max_retries in [0, 1, 2, 7] {
        let policy = RetryPolicy {
            max_retries,
            ..PATIENT
        };
        for retries in 0..10 {
            let gives_up =
                decide_retry(policy, retries, Advice::default(), 0.0) == RetryDecision::GiveUp;
            assert_eq!(gives_up, retries >= max_retries);
        }
    }
}

#[test]
fn a_wait_above_the_limit_is_not_slept_through() {
    let policy = RetryPolicy {
        max_delay_ms: 1_000,
        ..PATIENT
    };
    for (ms, expected) in [
        (1, RetryDecision::RetryAfter(1)),
        (999, RetryDecision::RetryAfter(999)),
        (1_000, RetryDecision::RetryAfter(1_000)),
        (1_001, RetryDecision::GiveUp),
        (u32::MAX, RetryDecision::GiveUp),
    ] {
        assert_eq!(decide_retry(policy, 0, stated(ms), 0.5), expected, "{ms}");
    }
    // Our own delay is cut to the limit.
    assert_eq!(
        decide_retry(policy, 5, Advice::default(), 0.0),
        RetryDecision::RetryAfter(1_000)
    );
    let none = RetryPolicy {
        max_delay_ms: 0,
        ..PATIENT
    };
    assert_eq!(
        decide_retry(none, 0, Advice::default(), 0.0),
        RetryDecision::RetryAfter(0)
    );
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_delay_is_never_above_the_limit(
        max_retries in 0_u32..5, retries in any::<u32>(), max_delay_ms in any::<u32>(),
        retry_after_ms in any::<Option<u32>>(), random in any::<f64>(),
    ) {
        let policy = RetryPolicy { max_retries, max_delay_ms };
        let advice = Advice { should_retry: None, retry_after_ms };
        if let RetryDecision::RetryAfter(ms) = decide_retry(policy, retries, advice, random) {
            prop_assert!(retries < max_retries);
            prop_assert!(ms <= max_delay_ms);
            prop_assert_eq!(retry_after_ms.is_some_and(|stated| stated != ms), false);
        }
    }

    #[test]
    fn jitter_takes_at_most_a_quarter(retries in 0_u32..40, random in 0.0..=1.0_f64) {
        let full = 8_000.min(500 << retries.min(10));
        let RetryDecision::RetryAfter(ms) = decide_retry(RetryPolicy { max_retries: 99, ..PATIENT }, retries, Advice::default(), random) else {
            return Err(TestCaseError::fail("gave up"));
        };
        prop_assert!((full - full / 4..=full).contains(&ms));
    }

    #[test]
    fn reading_any_string_succeeds(text in any::<String>(), ms in "[0-9.]{0,30}", now in any::<f64>()) {
        for (name, value) in [("retry-after", text), ("retry-after-ms", ms.clone()), ("retry-after", ms)] {
            let advice = Advice::read(&responses::headers(&[(name, &value)]), now);
            prop_assert!(advice.retry_after_ms.is_none_or(|ms| ms > 0));
        }
    }

    #[test]
    fn a_delay_in_seconds_is_exact(ms in 1_u32..2_147_483_647) {
        let seconds = format!("{}.{:03}", ms / 1_000, ms % 1_000);
        prop_assert_eq!(wait(&[("retry-after", &seconds)]), Some(ms));
        prop_assert_eq!(wait(&[("retry-after-ms", &ms.to_string())]), Some(ms));
    }

    #[test]
    fn a_delay_until_a_date_is_exact(seconds in 1_u64..2_000_000) {
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_521_600);
        let date = httpdate::fmt_http_date(noon + Duration::from_secs(seconds));
        prop_assert_eq!(wait(&[("retry-after", &date)]).map(u64::from), Some(seconds * 1_000));
    }
}
