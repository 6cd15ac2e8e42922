//! Times: RFC 3339, ages, HTTP dates, and the numbers of `retry-after`.

use crate::support::cases;
use crate::support::responses::headers;
use policy::base::timestamp::rfc3339;
use policy::http::rate_limit::{LIMIT, REMAINING, RateLimit};
use policy::http::retry::Advice;
use policy::options::selection::point_in_time;
use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};

/// The date of a number of days since 1970, by Howard Hinnant's published algorithm.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let part = (5 * of_year + 2) / 153;
    let day = of_year - (153 * part + 2) / 5 + 1;
    let month = if part < 10 { part + 3 } else { part - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn printed(ms: i64, offset_minutes: i64, digits: usize) -> String {
    let local = ms + offset_minutes * 60_000;
    let (days, of_day) = (local.div_euclid(86_400_000), local.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let (seconds, fraction) = (of_day / 1_000, of_day % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    // Digits after the third have no effect.
    let fraction = match digits {
        0..=2 => format!(".{fraction:03}"),
        more => format!(".{fraction:03}{}", "7".repeat(more - 3)),
    };
    let zone = match offset_minutes {
        0 => "Z".to_owned(),
        minutes => format!(
            "{}{:02}:{:02}",
            if minutes < 0 { '-' } else { '+' },
            minutes.abs() / 60,
            minutes.abs() % 60
        ),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}")
}

fn retry_after(value: &str, now_ms: f64) -> Option<u32> {
    Advice::read(&headers(&[("retry-after", value)]), now_ms).retry_after_ms
}

/// Returns strings that are nearly an HTTP date.
fn http_date() -> impl Strategy<Value = String> {
    prop_oneof![
        "(Sun|Mon|x), [0-9]{1,2} (Jan|Feb|Nov|Dec|nov) (19[6-9][0-9]|20[0-9]{2}|[0-9]{1,5}) [0-9]{2}:[0-6][0-9]:[0-6][0-9] (GMT|UTC|)",
        "(Sunday|Monday), [0-3][0-9]-(Feb|Mar|Apr)-[0-9]{2} [0-2][0-9]:[0-5][0-9]:[0-5][0-9] GMT",
        "(Sun|Mon) (Feb|Mar|Nov) [ 0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9] (19|20)[0-9]{2}",
        "[SunNov0-9:, GMT-]{0,40}",
    ]
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_printed_time_is_read_back(
        ms in -62_135_596_800_000_i64..253_402_214_400_000, offset in -1_439_i64..1_440, digits in 0_usize..12,
    ) {
        let shown = printed(ms, offset, digits);
        prop_assume!(!shown.starts_with('-') && !shown.starts_with("0000") && shown.as_bytes()[4] == b'-');
        prop_assert_eq!(rfc3339(&shown), Some(ms as f64), "{}", shown);
    }

    #[test]
    fn a_time_that_is_read_prints_back(
        given in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,5})?(Z|z|[+-][0-9]{2}:[0-9]{2}|)",
    ) {
        if let Some(ms) = rfc3339(&given) {
            prop_assert!(ms.is_finite() && ms.fract() == 0.0, "{given}: {ms}");
            // A time that does not print back as it stands has another zone, or a leap second.
            let is_plain = given.ends_with(['Z', 'z']) && &given[17..19] != "60";
            let shown = printed(ms as i64, 0, 0);
            prop_assert!(!is_plain || shown[..19] == given.to_uppercase().replace(' ', "T")[..19], "{given}: {shown}");
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_not_a_time(year in 0_i64..10_000, month in 0_u32..20, day in 0_u32..40) {
        let given = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let february = if leap { 29 } else { 28 };
        let lengths = [0, 31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let is_day = day > 0 && lengths.get(month as usize).is_some_and(|length| day <= *length);
        prop_assert_eq!(rfc3339(&given).is_some(), is_day, "{}", given);
    }

    #[test]
    fn a_point_in_time_is_a_number_or_an_error(given in prop_oneof![any::<String>(), "[0-9]{0,8}[smhdwy]?"]) {
        match point_in_time("endedBefore", &given) {
            Ok(_) => {}
            Err(failure) => prop_assert!(failure.message.starts_with("endedBefore must be")),
        }
    }

    #[test]
    fn an_http_date_is_read_as_by_another_reader(given in http_date(), ahead in 1_u64..4_000_000) {
        let other = httpdate::parse_http_date(&given).ok();
        let other = other.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        if let Some(seconds) = other.map(|time| time.as_secs()).filter(|seconds| *seconds >= ahead) {
            let now = ((seconds - ahead) * 1_000) as f64;
            prop_assert_eq!(retry_after(&given, now), Some(ahead as u32 * 1_000), "{}", given);
            // Against the server's own clock.
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds - ahead));
            let headers = headers(&[("date", &date), ("retry-after", &given)]);
            prop_assert_eq!(Advice::read(&headers, 0.0).retry_after_ms, Some(ahead as u32 * 1_000));
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_not_an_http_date(day in 1_u32..40, year in 1970_u32..2100) {
        let given = format!("Mon, {day} Feb {year} 00:00:00 GMT");
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let is_day = day <= if leap { 29 } else { 28 };
        prop_assert_eq!(retry_after(&given, -1.0).is_some(), is_day, "{}", given);
    }

    #[test]
    fn a_retry_after_is_the_longest_of_its_numbers(
        numbers in prop::collection::vec(("[0-9]{1,25}", "(\\.[0-9]{0,12})?"), 1..4), between in " ?, ?",
    ) {
        let shown: Vec<String> = numbers.iter().map(|(whole, fraction)| format!("{whole}{fraction}")).collect();
        let ms = |(whole, fraction): &(String, String)| {
            let whole = whole.parse::<u128>().unwrap().saturating_mul(1_000);
            let digits: String = fraction.trim_start_matches('.').chars().take(9).collect();
            let parts = digits.parse::<u128>().unwrap_or(0) * 1_000;
            whole + parts.div_ceil(10_u128.pow(u32::try_from(digits.len()).unwrap()))
        };
        let longest = numbers.iter().map(ms).max().unwrap();
        let expected = (longest > 0).then(|| u32::try_from(longest).unwrap_or(u32::MAX));
        prop_assert_eq!(retry_after(&shown.join(&between), 0.0), expected, "{:?}", shown);
    }

    #[test]
    fn a_rate_limit_is_a_number_or_nothing(limit in "( |\t)?[0-9+-]{0,12}( )?", remaining in "[^\n]{0,20}") {
        let headers = headers(&[(LIMIT, &limit), (REMAINING, &remaining)]);
        let plain = |text: &str| {
            let text = text.trim();
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten()
        };
        let found = RateLimit::read(&headers);
        prop_assert_eq!(found.limit, plain(&limit).filter(|limit| *limit > 0));
        prop_assert_eq!(found.remaining, plain(&remaining));
    }
}
