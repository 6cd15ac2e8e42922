//! Puts texts together. std's formatting, once a single `format!` uses it, weighs 5 KB.

/// The parts as one text.
pub(crate) fn text(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        text.push_str(part);
    }
    text
}

/// The number in decimal digits.
pub(crate) fn number(value: u64) -> String {
    let mut digits = Vec::new();
    let mut rest = value;
    loop {
        digits.push(digit(rest % 10));
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    digits.iter().rev().collect()
}

/// The character as `U+0041`, of which an error message can't be misread.
pub(crate) fn code_point(found: char) -> String {
    let value = u64::from(found);
    let mut text = String::from("U+");
    for place in (0..6).rev() {
        let rest = value >> (4 * place);
        if place < 4 || rest > 0 {
            text.push(digit(rest % 16));
        }
    }
    text
}

/// The byte as `0x41`.
pub(crate) fn byte(value: u8) -> String {
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
