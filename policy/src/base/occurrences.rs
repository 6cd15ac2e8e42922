//! Finds secrets in bytes: as they are, and as a JSON document may write them.

/// A secret of fewer bytes is found only if no letter, digit or `_` is beside it, because it may be a
/// part of another name.
const SHORT: usize = 8;

/// The beginning and the end of an occurrence.
pub(crate) type Range = (usize, usize);

/// The result of a search.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The occurrences, ordered by their beginnings.
    pub(crate) ranges: Vec<Range>,
    /// The beginning of a part that the next bytes may complete to an occurrence; the end if there is none.
    pub(crate) open: usize,
    /// The number of the secret's bytes that stand at the end.
    pub(crate) matched: usize,
}

/// A byte as it is, or one or two of a character that JSON writes as an escape.
struct Unit {
    first: u8,
    second: Option<u8>,
    end: usize,
}

/// Finds the secret in the bytes from `from` on, by the algorithm of Knuth, Morris and Pratt, in
/// time in proportion to the bytes. If `more` bytes follow, an occurrence that the bytes' end cuts stays
/// open.
pub(crate) fn occurrences(
    bytes: &[u8],
    from: usize,
    secret: &[u8],
    escapes: bool,
    more: bool,
) -> Found {
    let borders = borders(secret);
    let mut found = Found {
        open: bytes.len(),
        ..Found::default()
    };
    // A ring of the beginnings of the last bytes, one for each byte of the secret.
    let mut begins = vec![0; secret.len()];
    let mut slot = 0;
    let mut matched = 0;
    let mut at = from;
    loop {
        if matched == 0 {
            at = next_start(bytes, at, secret, escapes);
        }
        let Some(unit) = unit(bytes, at, escapes, more) else {
            break;
        };
        if unit.end > bytes.len() {
            found.open = at;
            break;
        }
        for byte in [Some(unit.first), unit.second].into_iter().flatten() {
            if let Some(begin) = begins.get_mut(slot) {
                *begin = at;
            }
            slot = if slot + 1 < secret.len() { slot + 1 } else { 0 };
            matched = advance(secret, &borders, matched, byte);
            if matched == secret.len()
                && let Some(begin) = begins.get(slot).copied()
            {
                matched = border(&borders, matched);
                if secret.len() >= SHORT {
                    found.ranges.push((begin, unit.end));
                } else if more && unit.end == bytes.len() {
                    found.open = found.open.min(begin);
                } else if stands_alone(bytes, begin, unit.end) {
                    found.ranges.push((begin, unit.end));
                }
            }
        }
        at = unit.end;
    }
    if matched > 0 {
        // A remainder would link a panic.
        let lap = if slot < matched { secret.len() } else { 0 };
        let begin = begins.get(slot + lap - matched).copied();
        found.open = found.open.min(begin.unwrap_or(0));
    }
    found.matched = matched;
    found
}

/// Returns the beginning of the unit that `at` is within.
#[cfg(feature = "relay")]
pub(crate) fn unit_start(bytes: &[u8], from: usize, at: usize) -> usize {
    let mut start = from;
    while let Some(unit) = unit(bytes, start, true, true)
        && unit.end <= at
    {
        start = unit.end;
    }
    start
}

/// Returns the index of the next byte that an occurrence may begin with. The first byte of a key is in every
/// body; its first two are in few, which makes this twice as fast.
fn next_start(bytes: &[u8], mut at: usize, secret: &[u8], escapes: bool) -> usize {
    let is_escape = |byte: u8| escapes && byte == b'\\';
    let mut expected = secret.iter().copied();
    let (first, second) = (expected.next(), expected.next());
    while let Some(byte) = bytes.get(at).copied() {
        if is_escape(byte) {
            return at;
        }
        if Some(byte) == first {
            match (bytes.get(at + 1).copied(), second) {
                (Some(next), Some(second)) if next != second && !is_escape(next) => {}
                _ => return at,
            }
        }
        at += 1;
    }
    at
}

/// Returns the unit at a position. If `more` bytes follow, the end of a unit that is cut lies beyond the bytes.
fn unit(bytes: &[u8], at: usize, escapes: bool, more: bool) -> Option<Unit> {
    let first = *bytes.get(at)?;
    let unit = |first, end| Unit {
        first,
        second: None,
        end,
    };
    if first != b'\\' || !escapes {
        return Some(unit(first, at + 1));
    }
    let Some(escape) = bytes.get(at + 1).copied() else {
        return Some(unit(first, if more { at + 2 } else { at + 1 }));
    };
    if escape != b'u' {
        return Some(unit(escape, at + 2));
    }
    let Some(digits) = bytes.get(at + 2..at + 6) else {
        return Some(unit(escape, if more { at + 6 } else { at + 2 }));
    };
    let code = digits.iter().try_fold(0, |code, digit| {
        Some(code * 16 + char::from(*digit).to_digit(16)?)
    });
    // Header values have no character beyond U+00FF.
    Some(match code.and_then(|code| u8::try_from(code).ok()) {
        Some(code) if code.is_ascii() => unit(code, at + 6),
        Some(code) => Unit {
            first: 0xc0 | (code >> 6),
            second: Some(0x80 | (code & 0x3f)),
            end: at + 6,
        },
        None => unit(escape, at + 2),
    })
}

/// Returns the number of the secret's bytes that are matched after another byte.
fn advance(secret: &[u8], borders: &[usize], mut matched: usize, byte: u8) -> usize {
    loop {
        if secret.get(matched) == Some(&byte) {
            return matched + 1;
        }
        if matched == 0 {
            return 0;
        }
        matched = border(borders, matched);
    }
}

/// Returns the failure table of the algorithm of Knuth, Morris and Pratt.
fn borders(secret: &[u8]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(secret.len());
    for (index, byte) in secret.iter().enumerate() {
        let next = match index {
            0 => 0,
            _ => advance(secret, &borders, border(&borders, index), *byte),
        };
        borders.push(next);
    }
    borders
}

/// Returns the entry of the failure table for a number of matched bytes.
fn border(borders: &[usize], matched: usize) -> usize {
    let index = matched.checked_sub(1);
    index
        .and_then(|index| borders.get(index))
        .copied()
        .unwrap_or(0)
}

/// Returns whether no letter, digit or `_` is beside an occurrence.
fn stands_alone(bytes: &[u8], begin: usize, end: usize) -> bool {
    let is_part = |beside: Option<&u8>| {
        beside.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii())
    };
    let before = begin.checked_sub(1).and_then(|index| bytes.get(index));
    !is_part(before) && !is_part(bytes.get(end))
}
