//! Builds and searches strings. A single `format!` would link 5 KB of std's formatting.

/// Concatenates the parts.
#[must_use]
pub fn concat(parts: &[&str]) -> String {
    let mut string = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        string.push_str(part);
    }
    string
}

/// Joins the parts with a separator. std's `join` would link a kilobyte.
#[cfg(feature = "relay")]
#[must_use]
pub fn joined(parts: &[&str], separator: &str) -> String {
    let mut string = String::new();
    for part in parts {
        if !string.is_empty() {
            string.push_str(separator);
        }
        string.push_str(part);
    }
    string
}

/// Returns the decimal digits of the number.
#[must_use]
pub fn number(value: u64) -> String {
    let mut text = match value / 10 {
        0 => String::new(),
        tens => number(tens),
    };
    text.push(digit(value % 10));
    text
}

/// Returns the index of the first such ASCII character. std's searches are compiled again for each use.
#[must_use]
pub fn find(text: &str, ascii: u8) -> Option<usize> {
    text.bytes().position(|byte| byte == ascii)
}

/// Returns whether the string has this part. std's search would link kilobytes.
#[must_use]
pub fn has(text: &str, part: &str) -> bool {
    let mut rests = (0..text.len()).filter_map(|at| text.as_bytes().get(at..));
    rests.any(|rest| rest.starts_with(part.as_bytes()))
}

/// Returns the parts before and after the first such ASCII character.
#[must_use]
pub fn split(text: &str, ascii: u8) -> Option<(&str, &str)> {
    let at = find(text, ascii)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Returns the parts between such ASCII characters: at least one. std's `split` is compiled again for each use.
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

/// Returns the string without any such characters at its end.
#[must_use]
pub fn without_end(mut text: &str, end: char) -> &str {
    while let Some(rest) = text.strip_suffix(end) {
        text = rest;
    }
    text
}

/// Returns the string without the white space around it.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    let (mut start, mut end) = (None, 0);
    for (index, found) in text.char_indices() {
        if !is_space(found) {
            start.get_or_insert(index);
            end = index + found.len_utf8();
        }
    }
    text.get(start.unwrap_or(end)..end).unwrap_or_default()
}

/// Returns whether the character is white space. std has a table of it.
fn is_space(found: char) -> bool {
    matches!(
        found,
        '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}'
            | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Returns whether the string is empty or has only white space.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// Returns the first character with a forbidden byte, and its index in bytes. If a byte of a character above
/// ASCII is forbidden, its first byte must be.
#[must_use]
pub fn first(text: &str, is_allowed: fn(u8) -> bool) -> Option<(usize, char)> {
    let index = text.bytes().position(|byte| !is_allowed(byte))?;
    Some((index, text.get(index..)?.chars().next()?))
}

/// Describes a string for an error message. The content stays out of the message: it may be a key.
#[must_use]
pub fn string_kind(text: &str) -> String {
    match text {
        "" => "an empty string".into(),
        _ if is_blank(text) => "a blank string".into(),
        _ => string_of(&number(text.encode_utf16().count() as u64)),
    }
}

/// The most bytes of a value that an error message shows. Keys are longer.
const LONGEST_SHOWN: usize = 24;

/// Describes the value of an option that is never a key: a short one of letters, digits and `-:.+` is shown.
#[must_use]
pub fn value_kind(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-:.+ ".contains(&byte);
    if text.len() > LONGEST_SHOWN || is_blank(text) || !text.bytes().all(is_plain) {
        return string_kind(text);
    }
    concat(&["\"", text, "\""])
}

/// Describes a string of this length, in digits.
#[must_use]
pub fn string_of(length: &str) -> String {
    concat(&["a string of ", length, " characters"])
}

/// Describes a string with a forbidden character.
#[must_use]
pub fn with_character(found: &str, index: usize) -> String {
    let index = number(index as u64);
    concat(&["a string with ", found, " at index ", &index])
}

/// Parses decimal digits. std's parsing is compiled again for each type.
#[must_use]
pub fn whole(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_u64, |value, byte| {
        let digit = byte.is_ascii_digit().then_some(u64::from(byte & 0xf))?;
        // `checked_mul` would link a multiplication of 128 bits.
        (value < u64::MAX / 10).then(|| value * 10 + digit)
    })
}

/// Returns the character as `U+0041`, which is unambiguous in an error message.
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

/// Returns the byte as `0x41`.
#[must_use]
pub fn byte(value: u8) -> String {
    let value = u64::from(value);
    let mut text = String::from("0x");
    text.extend([digit(value / 16), digit(value % 16)]);
    text
}

fn digit(value: u64) -> char {
    // The value is less than 16.
    #[allow(clippy::cast_possible_truncation)]
    let value = value as u8;
    char::from(value + if value < 10 { b'0' } else { b'A' - 10 })
}

/// Decodes Base64, with either alphabet, to Latin-1.
#[must_use]
pub fn from_base64(text: &str) -> Option<String> {
    let mut decoded = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in without_end(text, '=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [byte, ..] = (held >> bits).to_le_bytes();
            decoded.push(char::from(byte));
        }
    }
    Some(decoded)
}
