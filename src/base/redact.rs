//! Takes secrets out of texts that go into an error.

/// What replaces a secret.
const REDACTED: &str = "[redacted]";

/// The shortest beginning of a secret, in characters, that is taken out at the end of a text that
/// was cut there.
const SHORTEST_PART: usize = 4;

/// Replaces every occurrence of a secret: as it is, and as a JSON document may write it. Of a text
/// that was `cut`, also what the cut has left of one at the end.
pub(crate) fn redact(text: &mut String, secrets: &[&[String]], cut: bool) {
    let secrets = || {
        secrets
            .iter()
            .copied()
            .flatten()
            .filter(|secret| !secret.is_empty())
    };
    let mut kept = String::new();
    let mut rest = text.as_str();
    let mut found = false;
    while let Some(first) = rest.chars().next() {
        // The longest, where one secret begins with another.
        let length = secrets()
            .filter_map(|secret| occurrence(rest, secret, cut))
            .max();
        if let Some(after) = length.and_then(|length| rest.get(length..)) {
            found = true;
            kept.push_str(REDACTED);
            rest = after;
        } else {
            kept.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    if found {
        *text = kept;
    }
}

/// How many bytes of the text's beginning are the secret.
fn occurrence(text: &str, secret: &str, cut: bool) -> Option<usize> {
    beginning(text, secret, cut, plain).max(beginning(text, secret, cut, unescaped))
}

fn beginning(
    text: &str,
    secret: &str,
    cut: bool,
    read: fn(&str, char) -> Option<&str>,
) -> Option<usize> {
    let mut rest = text;
    for (index, expected) in secret.chars().enumerate() {
        if rest.is_empty() && cut && index >= SHORTEST_PART {
            break;
        }
        rest = read(rest, expected)?;
    }
    Some(text.len() - rest.len())
}

fn plain(text: &str, expected: char) -> Option<&str> {
    text.strip_prefix(expected)
}

/// What follows the character at the beginning of a JSON string, which may write it as an escape.
fn unescaped(text: &str, expected: char) -> Option<&str> {
    let Some(rest) = text.strip_prefix('\\') else {
        return text.strip_prefix(expected);
    };
    let code = || {
        let digits = rest.strip_prefix('u')?;
        let hex = digits.get(..4)?.chars();
        let code = hex
            .map(|digit| digit.to_digit(16))
            .try_fold(0, |code, digit| Some(code * 16 + digit?))?;
        (code == u32::from(expected)).then(|| digits.get(4..))?
    };
    code().or_else(|| rest.strip_prefix(expected))
}
