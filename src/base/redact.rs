//! Takes secrets out of texts that go into an error.

use crate::base::strings::find;

/// What replaces a secret.
const REDACTED: &str = "[redacted]";

/// The shortest beginning of a secret, in characters, that is taken out at the end of a text that
/// was cut there.
const SHORTEST_PART: usize = 4;

/// A secret of fewer characters is taken out only where no letter, digit or `_` is beside it: it
/// may be a part of other words.
const SHORT: usize = 8;

/// A character, and where it begins and ends in the text.
type Read = (char, usize, usize);

/// Where an occurrence begins and ends.
type Range = (usize, usize);

/// Replaces every occurrence of a secret: as it is, and as a JSON document may write it. Of a text
/// that was `cut`, also what the cut has left of one at the end. Takes time in proportion to the
/// text, whatever is in it.
pub(crate) fn redact(text: &mut String, secrets: &[&[String]], cut: bool) {
    let mut found = Vec::new();
    let has_escapes = find(text, b'\\').is_some();
    for secret in secrets.iter().copied().flatten() {
        let secret: Vec<char> = secret.chars().collect();
        if secret.is_empty() {
            continue;
        }
        found = merged(found, occurrences(text, &secret, cut, plain));
        if has_escapes {
            found = merged(found, occurrences(text, &secret, cut, unescaped));
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

/// Finds the secret by the algorithm of Knuth, Morris and Pratt: no character is read twice.
fn occurrences(
    text: &str,
    secret: &[char],
    cut: bool,
    read: fn(&str, usize) -> Option<Read>,
) -> Vec<Range> {
    let mut found = Vec::new();
    let borders = borders(secret);
    let mut matched = 0;
    // Where the last characters begin, as many as the secret has, in a ring.
    let mut begins = vec![0; secret.len()];
    let mut count = 0;
    let mut at = 0;
    while let Some((character, begin, end)) = read(text, at) {
        at = end;
        if let Some(slot) = begins.get_mut(count % secret.len()) {
            *slot = begin;
        }
        count += 1;
        matched = advance(secret, &borders, matched, character);
        if matched == secret.len()
            && let Some(begin) = begins.get(count % secret.len()).copied()
        {
            if secret.len() >= SHORT || stands_alone(text, begin, end) {
                found.push((begin, end));
            }
            matched = border(&borders, matched);
        }
    }
    if cut
        && matched >= SHORTEST_PART
        && let Some(begin) = begins.get((count - matched) % secret.len())
    {
        found.push((*begin, text.len()));
    }
    found
}

/// The ranges of both lists by where they begin. std's sorting would weigh several kilobytes.
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

/// How many characters of the secret are matched after another one of the text.
fn advance(secret: &[char], borders: &[usize], mut matched: usize, character: char) -> usize {
    loop {
        if secret.get(matched) == Some(&character) {
            return matched + 1;
        }
        if matched == 0 {
            return 0;
        }
        matched = border(borders, matched);
    }
}

/// Of each beginning of the secret, the length of the longest shorter beginning that it ends with.
fn borders(secret: &[char]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(secret.len());
    for (index, character) in secret.iter().enumerate() {
        let next = match index {
            0 => 0,
            _ => advance(secret, &borders, border(&borders, index), *character),
        };
        borders.push(next);
    }
    borders
}

fn border(borders: &[usize], matched: usize) -> usize {
    let index = matched.checked_sub(1);
    index
        .and_then(|index| borders.get(index))
        .copied()
        .unwrap_or(0)
}

fn stands_alone(text: &str, begin: usize, end: usize) -> bool {
    let is_part = |beside: Option<char>| {
        beside.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii())
    };
    let before = text.get(..begin).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    !is_part(before) && !is_part(after)
}

fn plain(text: &str, at: usize) -> Option<Read> {
    let character = text.get(at..)?.chars().next()?;
    Some((character, at, at + character.len_utf8()))
}

/// A character of a JSON string, which may be written as an escape.
fn unescaped(text: &str, at: usize) -> Option<Read> {
    let (character, begin, end) = plain(text, at)?;
    if character != '\\' {
        return Some((character, begin, end));
    }
    let Some((escape, _, end)) = plain(text, end) else {
        return Some((character, begin, end));
    };
    let code = || {
        let mut code = 0;
        for digit in text.get(end..end + 4)?.chars() {
            code = code * 16 + digit.to_digit(16)?;
        }
        Some((char::from_u32(code)?, begin, end + 4))
    };
    match escape {
        'u' => code().or(Some((escape, begin, end))),
        _ => Some((escape, begin, end)),
    }
}
