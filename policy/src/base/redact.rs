//! Removes secrets from the strings of an error.

use crate::base::headers::{Headers, REDACTED};
use crate::base::occurrences::{Range, occurrences};
use crate::base::strings::find;

/// The shortest beginning of a secret, in characters, that is removed from the end of a string that
/// was cut there.
const SHORTEST_PART: usize = 4;

/// Removes secrets from the names and values of headers.
pub(crate) fn redact_headers(headers: &mut Headers, secrets: &[&[String]]) {
    let mut clean = Headers::new();
    for (name, value) in headers.iter() {
        let (mut name, mut value) = (name.to_owned(), value.to_owned());
        redact(&mut name, secrets, false);
        redact(&mut value, secrets, false);
        clean.push(&name, &value);
    }
    *headers = clean;
}

/// Replaces every occurrence of a secret: as it is, and as a JSON document may write it. If the string
/// was `cut`, also replaces the part of a secret that the cut has left at the end. The time is linear in the
/// length of the string.
pub fn redact(text: &mut String, secrets: &[&[String]], cut: bool) {
    let mut found = Vec::new();
    let has_escapes = find(text, b'\\').is_some();
    for secret in secrets.iter().copied().flatten() {
        found = merged(found, ranges(text, secret, cut, false));
        if has_escapes {
            found = merged(found, ranges(text, secret, cut, true));
        }
    }
    if found.is_empty() {
        return;
    }
    let mut kept = String::new();
    let mut end = 0;
    let mut last = 0;
    for (from, to) in found {
        // A part of an occurrence before, or more of it.
        if from < last {
            last = last.max(to);
            end = last;
            continue;
        }
        kept.push_str(text.get(end..from).unwrap_or_default());
        kept.push_str(REDACTED);
        (last, end) = (to, to);
    }
    kept.push_str(text.get(end..).unwrap_or_default());
    *text = kept;
}

fn ranges(text: &str, secret: &str, cut: bool, escapes: bool) -> Vec<Range> {
    let mut found = occurrences(text.as_bytes(), 0, secret.as_bytes(), escapes, false);
    if cut && found.matched >= SHORTEST_PART {
        found.ranges.push((found.open, text.len()));
    }
    found.ranges
}

/// Merges both lists, ordered by their beginnings. std's sorting would add several kilobytes.
fn merged(one: Vec<Range>, other: Vec<Range>) -> Vec<Range> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let next = match (one.peek(), other.peek()) {
            (Some((first, _)), Some((second, _))) if first > second => other.next(),
            (Some(_), _) => one.next(),
            (None, _) => other.next(),
        };
        let Some(range) = next else { return merged };
        merged.push(range);
    }
}
