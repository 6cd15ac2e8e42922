//! Points in time, from the API and from callers.

use crate::base::strings::find;

/// Reads an age (a number of seconds, minutes, hours, days or weeks) as milliseconds.
pub(crate) fn age(text: &str) -> Option<f64> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let ms = match unit {
        "s" => 1_000_u32,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return None,
    };
    Some(f64::from(digits(count, 1..=6)?) * f64::from(ms))
}

/// Reads an RFC 3339 date and time as milliseconds since 1970; further digits of a fraction are dropped.
#[must_use]
pub fn rfc3339(text: &str) -> Option<f64> {
    let mut rest = text;
    let year = number(&mut rest, 4, "-")?;
    let month = number(&mut rest, 2, "-")?;
    let day = number(&mut rest, 2, "Tt ")?;
    let hour = number(&mut rest, 2, ":")?;
    let minute = number(&mut rest, 2, ":")?;
    let second = number(&mut rest, 2, "")?;
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix('.') {
        let end = after.bytes().position(|byte| !byte.is_ascii_digit())?;
        let shown = digits(after.get(..end.min(3))?, 1..=3)?;
        let scale: &[u32] = &[0, 100, 10, 1];
        fraction = shown * scale.get(end.min(3))?;
        rest = after.get(end..)?;
    }
    // A leap second counts as the second that follows it.
    let is_time = hour < 24 && minute < 60 && second <= 60;
    let is_date = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    if !is_time || !is_date {
        return None;
    }
    let seconds = f64::from(days_since_1970(year, month, day)) * 86_400.0
        + f64::from(hour * 3_600 + minute * 60 + second)
        - offset(rest)?;
    Some(seconds * 1_000.0 + f64::from(fraction))
}

/// Returns by how many seconds the zone is ahead of UTC.
fn offset(zone: &str) -> Option<f64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0.0);
    }
    let sign = match zone.bytes().next()? {
        b'+' => 1.0,
        b'-' => -1.0,
        _ => return None,
    };
    let mut rest = zone.get(1..)?;
    let hours = number(&mut rest, 2, ":")?;
    let minutes = number(&mut rest, 2, "")?;
    let is_offset = hours < 24 && minutes < 60 && rest.is_empty();
    is_offset.then(|| sign * f64::from(hours * 3_600 + minutes * 60))
}

/// Takes `length` digits from the beginning of the string, and one of the separators if there are any.
fn number(text: &mut &str, length: usize, separators: &str) -> Option<u32> {
    let (number, rest) = text.split_at_checked(length)?;
    let number = digits(number, length..=length)?;
    *text = rest;
    if !separators.is_empty() {
        let separator = rest.bytes().next()?;
        *text = find(separators, separator).and_then(|_| rest.get(1..))?;
    }
    Some(number)
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let is_number = length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let value = |value, digit: u8| value * 10 + u32::from(digit & 0xf);
    is_number.then(|| text.bytes().fold(0, value))
}

pub(crate) fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the days since 1970-01-01, in the calendar of RFC 3339.
pub(crate) fn days_since_1970(year: u32, month: u32, day: u32) -> i32 {
    // Years begin in March, so that the leap day is the last of its year.
    let shifted = if month > 2 { year + 400 } else { year + 399 };
    let month = (month + 9) % 12;
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    // 719 468 days from 0000-03-01 to 1970-01-01, and the 400 years of the shift.
    (days + day_of_year).cast_signed() - 719_468 - 146_097
}
