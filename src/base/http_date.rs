//! Reads the dates of HTTP headers. Over integers: what std has for it can format its errors, and
//! that weighs several kilobytes.

use crate::base::strings::find;
use crate::base::timestamp::{days_in, days_since_1970};

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// Seconds since 1970 of a date in one of the three formats of RFC 9110, each of them GMT:
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
/// The name of the day is not looked at.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let mut parts = text
        .as_bytes()
        .split(|byte| find(" ,-", *byte).is_some())
        .filter(|part| !part.is_empty())
        .skip(1);
    let first = parts.next()?;
    let (day, month, time, year) = if first.first()?.is_ascii_digit() {
        let (month, year, time) = (parts.next()?, parts.next()?, parts.next()?);
        (parts.next()? == b"GMT").then_some((first, month, time, year))?
    } else {
        let (day, time, year) = (parts.next()?, parts.next()?, parts.next()?);
        (day, first, time, year)
    };
    if parts.next().is_some() {
        return None;
    }
    let mut clock = time
        .split(|byte| *byte == b':')
        .map(|part| number(part, 59));
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let (Some(day @ 1..=31), 0..=23, None) = (number(day, 31), hour, clock.next()) else {
        return None;
    };
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let year = match number(year, 9_999)? {
        // Of the format with two digits.
        short @ 0..70 => short + 2_000,
        short @ 70..100 => short + 1_900,
        year @ 1_970.. => year,
        _ => return None,
    };
    if day > days_in(year, month) {
        return None;
    }
    let days = u64::try_from(days_since_1970(year, month, day)).ok()?;
    let seconds = (hour * 60 + minute) * 60 + second;
    Some(days * 86_400 + u64::from(seconds))
}

fn number(digits: &[u8], most: u32) -> Option<u32> {
    let is_number = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(digit & 0xf));
    (is_number && value <= most).then_some(value)
}
