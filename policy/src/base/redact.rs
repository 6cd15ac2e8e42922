//! Removes secrets from the strings of an error.

use crate::base::headers::{Headers, REDACTED};
use crate::base::occurrences::Search;

/// The shortest beginning of a secret, in characters, that is removed from the end of a string that
/// was cut there.
const SHORTEST_PART: usize = 4;

/// Removes secrets from the names and values of headers.
pub(crate) fn redact_headers(headers: &mut Headers, secrets: &[&[String]]) {
    if possible(headers.lines(), secrets, false).is_empty() {
        return;
    }
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
/// was `cut`, also replaces the part of a secret that the cut has left at the end.
pub fn redact(text: &mut String, secrets: &[&[String]], cut: bool) {
    let secrets = possible(text, secrets, cut);
    let mut search = Search::new(text.as_bytes(), false);
    let mut kept = String::new();
    // The end of the last occurrence.
    let mut last = 0;
    for at in 0..text.len() {
        let mut found = search.step(at, &secrets);
        if cut && found.part >= SHORTEST_PART {
            found.end = text.len();
        }
        if found.end == 0 {
            continue;
        }
        // Otherwise, it is a part of the occurrence before, or more of it.
        if at >= last {
            kept.push_str(text.get(last..at).unwrap_or_default());
            kept.push_str(REDACTED);
        }
        last = last.max(found.end);
    }
    if last > 0 {
        kept.push_str(text.get(last..).unwrap_or_default());
        *text = kept;
    }
}

/// Returns the secrets that the string is long enough for: JSON's escapes make a secret longer.
fn possible<'a>(text: &str, secrets: &[&'a [String]], cut: bool) -> Vec<&'a [u8]> {
    let secrets = secrets.iter().copied().flatten().map(String::as_bytes);
    let length = if cut { usize::MAX } else { text.len() };
    secrets.filter(|secret| secret.len() <= length).collect()
}
