//! Reads the dates of HTTP headers. std's parsing of numbers would link the formatting of its errors:
//! several kilobytes.

use crate::base::strings::{find, whole};
use crate::base::timestamp::{days_in, days_since_1970};

const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

/// Returns the seconds since 1970 of a date in one of the three formats of RFC 9110, each of them GMT:
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
/// Neither the name of the day nor the order of the separators is checked.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let mut numbers = [0; 5];
    let mut count = 0;
    let mut month = None;
    // The asctime format: year last.
    let (mut is_month_first, mut is_gmt) = (false, false);
    let mut rest = text.get(find(text, b' ')?..)?;
    while let Some(first) = rest.bytes().next() {
        let is_separator = |byte: u8| find(" ,-:", byte).is_some();
        let end = rest.bytes().position(is_separator).unwrap_or(rest.len());
        let (part, after) = rest.split_at_checked(end.max(1))?;
        rest = after;
        if is_separator(first) {
            continue;
        }
        if first.is_ascii_digit() {
            *numbers.get_mut(count)? = number(part)?;
            count += 1;
        } else if month.is_none() {
            let index = MONTHS.chunks(3).position(|name| name == part.as_bytes())?;
            month = Some(u32::try_from(index).ok()? + 1);
            is_month_first = count == 0;
        } else if part == "GMT" && !is_gmt {
            is_gmt = true;
        } else {
            return None;
        }
    }
    let [day, year, hour, minute, second] = match numbers {
        [day, hour, minute, second, year] if is_month_first => [day, year, hour, minute, second],
        numbers => numbers,
    };
    let is_date = count == 5 && (1..=31).contains(&day) && is_gmt != is_month_first;
    if !is_date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let year = match year {
        // The format with two digits.
        short @ 0..70 => short + 2_000,
        short @ 70..100 => short + 1_900,
        year @ 1_970.. => year,
        _ => return None,
    };
    let month = month?;
    if day > days_in(year, month) {
        return None;
    }
    let days = u64::try_from(days_since_1970(year, month, day)).ok()?;
    let seconds = (hour * 60 + minute) * 60 + second;
    Some(days * 86_400 + u64::from(seconds))
}

/// Reads a number of at most four digits.
fn number(digits: &str) -> Option<u32> {
    let number = whole(digits).filter(|_| digits.len() <= 4)?;
    u32::try_from(number).ok()
}
