//! Masks the secrets in a body while it streams, part by part.
//!
//! Each byte of a secret is overwritten by another byte, so that the body keeps its stated
//! length. A secret may begin in one part and end in the next. So bytes that may begin a secret are held back,
//! always fewer than the secret has, in each of the ways in which JSON may write it.

use crate::base::occurrences::Search;

/// Each byte of a secret becomes this one.
const MASK: u8 = b'*';

/// The part of a body that is handed on, and the state for the next part.
#[derive(Debug, PartialEq, Eq)]
pub struct MaskedPart {
    /// These bytes are handed on.
    pub shown: Vec<u8>,
    /// Pass it with the next part. Nothing else is kept.
    pub held: Vec<u8>,
}

/// Masks the secrets in a part of a body. `held` is the result of the part before, empty for the first one. If
/// `more` parts follow, bytes may be held back.
#[must_use]
pub fn mask_part<'a>(
    secrets: impl Iterator<Item = &'a str>,
    held: &[u8],
    part: &[u8],
    more: bool,
) -> MaskedPart {
    // The number of hidden bytes; then the bytes to search again: the last one that was handed on, if there
    // is one, and the bytes that were held back.
    let (hidden, again) = held.split_first_chunk().unwrap_or((&[0; 4], held));
    let (from, again) = again.split_first().unwrap_or((&0, again));
    let mut bytes = again.to_vec();
    bytes.extend_from_slice(part);
    let from = usize::from(*from);
    let masked = mask(
        secrets,
        &bytes,
        from,
        u32::from_le_bytes(*hidden) as usize,
        more,
    );
    let start = masked.ready.saturating_sub(1);
    let hidden = u32::try_from(masked.hidden).unwrap_or(u32::MAX);
    let mut held = hidden.to_le_bytes().to_vec();
    held.push(u8::from(masked.ready > 0));
    held.extend_from_slice(bytes.get(start..).unwrap_or_default());
    for (begin, end) in masked.ranges {
        for byte in bytes.iter_mut().take(end).skip(begin) {
            *byte = MASK;
        }
    }
    let shown = bytes.get(from..masked.ready).unwrap_or_default().to_vec();
    MaskedPart { shown, held }
}

/// The masking of a part.
struct Masked {
    /// The bytes before this index are handed on; the rest is searched again, with the next part.
    ready: usize,
    /// The beginnings and ends of the secrets before `ready`.
    ranges: Vec<(usize, usize)>,
    /// The number of bytes from `ready` on that belong to a secret which begins before it.
    hidden: usize,
}

/// Finds the secrets in a part of a body. The bytes before `from` were handed on already: they are
/// there because the bytes beside a short secret matter. The first `hidden` bytes from `from` on belong
/// to a secret that was found before. If `more` parts follow, bytes may be held back.
fn mask<'a>(
    secrets: impl Iterator<Item = &'a str>,
    bytes: &[u8],
    from: usize,
    hidden: usize,
    more: bool,
) -> Masked {
    let secrets: Vec<_> = secrets.map(str::as_bytes).collect();
    let mut search = Search::new(bytes, more);
    let mut ranges = vec![(from, from + hidden)];
    let mut ready = bytes.len();
    for at in from..bytes.len() {
        let found = search.step(at, &secrets);
        if found.end > 0 {
            ranges.push((at, found.end));
        }
        if more && (found.part > 0 || search.is_cut()) {
            // The bytes to search again must not begin in the middle of an escape.
            ready = ready.min(search.unit_begin());
        }
    }
    // The rest of a secret that was found before stays hidden, even if no byte is ready now.
    let mut hidden = (from + hidden).saturating_sub(ready);
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
