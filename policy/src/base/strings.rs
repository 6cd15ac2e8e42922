//! Puts texts together. std's formatting, once a single `format!` uses it, weighs 5 KB.

/// The parts as one text.
#[must_use]
pub fn text(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        text.push_str(part);
    }
    text
}

/// The texts with something between them. std's `join` weighs a kilobyte.
#[cfg(feature = "relay")]
#[must_use]
pub fn joined(parts: &[&str], between: &str) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push_str(between);
        }
        text.push_str(part);
    }
    text
}

/// The number in decimal digits.
#[must_use]
pub fn number(value: u64) -> String {
    let mut text = match value / 10 {
        0 => String::new(),
        tens => number(tens),
    };
    text.push(digit(value % 10));
    text
}

/// Where the character of ASCII is first. std's searches are compiled anew wherever one is used.
#[must_use]
pub fn find(text: &str, ascii: u8) -> Option<usize> {
    text.bytes().position(|byte| byte == ascii)
}

/// The texts before and after the first such character of ASCII.
#[must_use]
pub fn split(text: &str, ascii: u8) -> Option<(&str, &str)> {
    let at = find(text, ascii)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The parts between such characters of ASCII: at least one. std's `split` is compiled anew for each.
pub fn parts(text: &str, ascii: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let found = rest?;
        let (part, after) =
            split(found, ascii).map_or((found, None), |(part, after)| (part, Some(after)));
        rest = after;
        Some(part)
    })
}

/// The text without the slashes at its end.
#[must_use]
pub fn without_slashes(mut text: &str) -> &str {
    while let Some(rest) = text.strip_suffix('/') {
        text = rest;
    }
    text
}

/// The text without the white space around it.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    let (mut start, mut end) = (None, 0);
    for (index, found) in text.char_indices() {
        if !found.is_whitespace() {
            start.get_or_insert(index);
            end = index + found.len_utf8();
        }
    }
    text.get(start.unwrap_or(end)..end).unwrap_or_default()
}

/// Whether the text has nothing but white space, or nothing at all.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    trimmed(text).is_empty()
}

/// The first character that may not be there, and its index in bytes.
#[must_use]
pub fn first(text: &str, is_wrong: fn(char) -> bool) -> Option<(usize, char)> {
    text.char_indices().find(|(_, found)| is_wrong(*found))
}

/// A string that has a character, as it is described, where that may not be.
#[must_use]
pub fn with_character(found: &str, index: usize) -> String {
    let index = number(index as u64);
    text(&["a string with ", found, " at index ", &index])
}

/// The number that the decimal digits are. std's parsing is compiled anew for each type.
#[must_use]
pub fn whole(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_u64, |value, byte| {
        let digit = byte.is_ascii_digit().then_some(u64::from(byte & 0xf))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// The character as `U+0041`, of which an error message can't be misread.
#[must_use]
pub fn code_point(found: char) -> String {
    let value = u64::from(found);
    let mut text = String::from("U+");
    for index in (0..6).rev() {
        let rest = value >> (4 * index);
        if index < 4 || rest > 0 {
            text.push(digit(rest % 16));
        }
    }
    text
}

/// The byte as `0x41`.
#[must_use]
pub fn byte(value: u8) -> String {
    let value = u64::from(value);
    let mut text = String::from("0x");
    text.extend([digit(value / 16), digit(value % 16)]);
    text
}

fn digit(value: u64) -> char {
    // A remainder of at most 16.
    #[allow(clippy::cast_possible_truncation)]
    let value = value as u8;
    char::from(value + if value < 10 { b'0' } else { b'A' - 10 })
}
