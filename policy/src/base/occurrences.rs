//! Finds secrets in bytes: as they are, and as a JSON document may write them.

/// A secret of fewer bytes is found only if no letter, digit or `_` is beside it, because it may be a
/// part of another name.
const SHORT: usize = 8;

/// The secrets that begin at one byte.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The end of the longest secret; 0 if none begins here.
    pub(crate) end: usize,
    /// The most bytes of a secret that stand from here to the end of the searched bytes, which may cut it.
    pub(crate) part: usize,
}

/// A search through bytes, from index to index.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    bytes: &'a [u8],
    /// True if more bytes follow.
    more: bool,
    has_escapes: bool,
    /// The beginning and the end of the unit at the index of the last step. The end is beyond the bytes if they cut it.
    unit_begin: usize,
    unit_end: usize,
}

/// A byte as it is, or one or two of a character that JSON writes as an escape.
struct Unit {
    first: u8,
    second: Option<u8>,
    end: usize,
}

impl<'a> Search<'a> {
    pub(crate) fn new(bytes: &'a [u8], more: bool) -> Self {
        Self {
            bytes,
            more,
            has_escapes: bytes.contains(&b'\\'),
            unit_begin: 0,
            unit_end: 0,
        }
    }

    /// Finds the secrets that begin at an index. The indexes of the steps must grow.
    pub(crate) fn step(&mut self, at: usize, secrets: &[&[u8]]) -> Found {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let is_unit = at >= self.unit_end;
        let unit = is_unit.then(|| self.unit(at));
        if let Some(unit) = &unit {
            (self.unit_begin, self.unit_end) = (at, unit.end);
        }
        let mut found = Found::default();
        for secret in secrets {
            let length = rest.len().min(secret.len());
            // Most bytes differ from the first one.
            if rest.first() == secret.first() && rest.get(..length) == secret.get(..length) {
                self.add(&mut found, at, at + length, length, secret);
            }
            if self.has_escapes
                && unit.as_ref().map(|unit| &unit.first) == secret.first()
                && let Some((end, length)) = self.compare(at, secret)
            {
                self.add(&mut found, at, end, length, secret);
            }
        }
        found
    }

    /// Returns the beginning of the unit at the index of the last step.
    #[cfg(feature = "relay")]
    pub(crate) fn unit_begin(&self) -> usize {
        self.unit_begin
    }

    /// Returns whether the bytes' end cuts the escape at the index of the last step.
    #[cfg(feature = "relay")]
    pub(crate) fn is_cut(&self) -> bool {
        self.unit_end > self.bytes.len()
    }

    /// Compares a secret with units. Returns their end and the number of bytes that are equal, unless one differs.
    fn compare(&self, mut at: usize, secret: &[u8]) -> Option<(usize, usize)> {
        let mut length = 0;
        while length < secret.len() {
            let unit = self.unit(at);
            if unit.end > self.bytes.len() {
                break;
            }
            for byte in [Some(unit.first), unit.second].into_iter().flatten() {
                if secret.get(length) != Some(&byte) {
                    return None;
                }
                length += 1;
            }
            at = unit.end;
        }
        Some((at, length))
    }

    /// Adds a secret to those found, of which this number of bytes is there.
    fn add(&self, found: &mut Found, begin: usize, end: usize, length: usize, secret: &[u8]) {
        let is_short = secret.len() < SHORT;
        if length < secret.len() || (is_short && self.more && end == self.bytes.len()) {
            found.part = found.part.max(length);
        } else if !is_short || (length > 0 && self.stands_alone(begin, end)) {
            found.end = found.end.max(end);
        }
    }

    /// Returns whether no letter, digit or `_` is beside an occurrence.
    fn stands_alone(&self, begin: usize, end: usize) -> bool {
        let is_part = |index: Option<usize>| {
            let beside = index.and_then(|index| self.bytes.get(index));
            beside.is_some_and(|byte| {
                byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii()
            })
        };
        !is_part(begin.checked_sub(1)) && !is_part(Some(end))
    }

    /// Returns the unit at an index. The end of a unit that is cut lies beyond the bytes if `more` follow.
    fn unit(&self, at: usize) -> Unit {
        let get = |at: usize| self.bytes.get(at).copied();
        let unit = |first, length| Unit {
            first,
            second: None,
            end: at + length,
        };
        match (get(at), get(at + 1)) {
            (Some(b'\\'), Some(b'u')) => {}
            (Some(b'\\'), Some(escape)) => return unit(escape, 2),
            (Some(b'\\'), None) if self.more => return unit(b'\\', 2),
            (first, _) => return unit(first.unwrap_or(0), 1),
        }
        let Some(digits) = self.bytes.get(at + 2..at + 6) else {
            return unit(b'u', if self.more { 6 } else { 2 });
        };
        let code = digits.iter().try_fold(0, |code, digit| {
            Some(code * 16 + char::from(*digit).to_digit(16)?)
        });
        // Header values have no character beyond U+00FF.
        match code.and_then(|code| u8::try_from(code).ok()) {
            Some(code) if code.is_ascii() => unit(code, 6),
            Some(code) => Unit {
                second: Some(0x80 | (code & 0x3f)),
                ..unit(0xc0 | (code >> 6), 6)
            },
            None => unit(b'u', 2),
        }
    }
}
