//! Points in time, as the API writes them and as a caller may give them.

use crate::support::cases;
use crate::support::values::assert_refused;
use policy::base::timestamp::rfc3339;
use policy::options::selection::{Limit, point_in_time as check};
use proptest::prelude::*;

#[test]
fn rfc_3339() {
    for (given, ms) in [
        ("1970-01-01T00:00:00Z", 0.0),
        ("2024-08-20T18:37:24.100435Z", 1_724_179_044_100.0),
        ("2024-08-20T18:37:24.1Z", 1_724_179_044_100.0),
        ("2024-08-20t18:37:24z", 1_724_179_044_000.0),
        ("2024-08-20 20:37:24+02:00", 1_724_179_044_000.0),
        ("2024-08-20T14:07:24-04:30", 1_724_179_044_000.0),
        ("2000-02-29T12:00:00Z", 951_825_600_000.0),
        ("2026-12-31T23:59:60Z", 1_798_761_600_000.0),
        ("1969-12-31T23:59:59Z", -1_000.0),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000.0),
    ] {
        assert_eq!(rfc3339(given), Some(ms), "{given}");
    }
}

#[test]
fn no_time() {
    for given in [
        "",
        "now",
        "2026",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+2:00",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+01:60",
        "2026-01-01T00:00:00 Z",
        "2026-1-1T0:0:0Z",
        "+2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00ZZ",
        "2026/01/01T00:00:00Z",
        "２０２６-01-01T00:00:00Z",
    ] {
        assert_eq!(rfc3339(given), None, "{given}");
    }
}

#[test]
fn ages_and_everything_else() {
    let at = |given: &str| check("endedBefore", given);
    for (age, ms) in [
        ("30d", 2_592e6),
        ("1s", 1e3),
        ("5m", 3e5),
        ("12h", 432e5),
        ("2w", 12_096e5),
        ("0d", 0.0),
    ] {
        assert_eq!(at(age).unwrap(), Limit::Age(ms), "{age}");
    }
    for bad in [
        "",
        "30",
        "d",
        "-1d",
        "1.5d",
        "30 d",
        "30D",
        "1y",
        "1234567d",
        "30dd",
        "yesterday",
    ] {
        assert_refused(at(bad), "endedBefore", &["must be a Date, an RFC 3339"]);
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn anything_at_all(given in any::<String>()) {
        let _ = check("x", &given);
    }

    #[test]
    fn days_follow_each_other(day in 0_i32..100_000) {
        // A day's date, found from its number by counting.
        let (mut year, mut left) = (1970, day);
        let leap = |year: i32| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        while left >= 365 + i32::from(leap(year)) {
            left -= 365 + i32::from(leap(year));
            year += 1;
        }
        let lengths = [31, 28 + i32::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut month = 0;
        while left >= lengths[month] {
            left -= lengths[month];
            month += 1;
        }
        let given = format!("{year:04}-{:02}-{:02}T00:00:00Z", month + 1, left + 1);
        prop_assert_eq!(rfc3339(&given), Some(f64::from(day) * 86_400_000.0), "{}", given);
    }
}
