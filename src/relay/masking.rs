//! Takes secrets out of a body while it passes, part by part.
//!
//! Each byte of a secret is overwritten by another one, so that the body stays as long as it is
//! stated to be. A secret may begin in one part and end in the next: only what may be the beginning
//! of one is held back, which is always shorter than a secret is, however JSON writes it.

use crate::base::occurrences::{occurrences, unit_start};

/// What is done with a part.
#[derive(Debug, PartialEq, Eq)]
pub struct Masked {
    /// What stands before this index is handed on; the rest is given again, before the next part.
    pub ready: usize,
    /// Where secrets begin and end before `ready`.
    pub ranges: Vec<(usize, usize)>,
    /// How many bytes from `ready` on belong to a secret that begins before it.
    pub hidden: usize,
}

/// Finds the secrets in a part of a body. The bytes before `from` were handed on already: they are
/// there because what stands beside a short secret matters. The first `hidden` ones behind it belong
/// to a secret found before. With `more` to come, bytes may be held back.
#[must_use]
pub fn mask<'a>(
    secrets: impl Iterator<Item = &'a str>,
    bytes: &[u8],
    from: usize,
    hidden: usize,
    more: bool,
) -> Masked {
    let mut ranges = vec![(from, from + hidden)];
    let mut ready = bytes.len();
    let has_escapes = bytes.contains(&b'\\');
    for secret in secrets {
        for escapes in [false, true] {
            if secret.is_empty() || (escapes && !has_escapes) {
                continue;
            }
            let found = occurrences(bytes, from, secret.as_bytes(), escapes, more);
            ranges.extend(found.ranges);
            ready = ready.min(found.open);
        }
    }
    if !more {
        ready = bytes.len();
    } else if has_escapes {
        // What is given again must not begin in the middle of an escape.
        ready = unit_start(bytes, from, ready);
    }
    let mut hidden = 0;
    ranges.retain_mut(|(begin, end)| {
        if *begin >= ready {
            return false;
        }
        hidden = hidden.max(end.saturating_sub(ready));
        *end = ready.min(*end);
        begin < end
    });
    Masked {
        ready,
        ranges,
        hidden,
    }
}
