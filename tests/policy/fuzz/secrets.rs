//! Redaction leaves no part of a secret in a string, in any way of writing it.

use crate::support::cases;
use policy::base::error::{Code, Failure, FailureBody};
use proptest::prelude::*;

/// Returns secrets of few letters, so that a random string contains parts of them often.
fn secrets() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[ab\\\\\"]{8,12}|[a-z/+=]{8,12}|(ab){4,6}|a{8,10}", 1..4)
}

fn redacted(body: &str, secrets: &[String], json: bool) -> String {
    let mut failure = Failure::new(Code::Server, String::new());
    failure.body = Some(FailureBody {
        text: body.into(),
        json,
    });
    failure.redact(&[secrets]);
    failure.body.unwrap().text
}

/// Decodes the string within quotes as a reader of JSON does.
fn read(json: &str) -> String {
    let mut read = String::new();
    let mut rest = json.chars();
    while let Some(next) = rest.next() {
        let escape = if next == '\\' { rest.next() } else { None };
        match escape {
            Some('u') => {
                let ahead: String = rest.clone().take(4).collect();
                let code = u32::from_str_radix(&ahead, 16).ok();
                let code = code.filter(|_| ahead.chars().all(|digit| digit.is_ascii_hexdigit()));
                match code.and_then(char::from_u32) {
                    Some(found) if ahead.len() == 4 => {
                        read.push(found);
                        rest = rest.as_str()[4..].chars();
                    }
                    _ => read.push('u'),
                }
            }
            Some(other) => read.push(other),
            None => read.push(next),
        }
    }
    read
}

/// Writes the string as a JSON document may: `how` chooses for each character.
fn written(text: &str, how: &[u8]) -> String {
    let mut written = String::new();
    for (found, how) in text.chars().zip(how.iter().cycle()) {
        let code = u32::from(found);
        match how % 3 {
            0 => written.extend(["\\u", &format!("{code:04x}")]),
            1 => written.extend(["\\u", &format!("{code:04X}")]),
            _ if matches!(found, '"' | '\\' | '/') => written.extend(['\\', found]),
            _ => written.push(found),
        }
    }
    written
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn nothing_is_left_of_any(
        secrets in secrets(), parts in prop::collection::vec(("[ab\\\\ ]{0,6}", any::<prop::sample::Index>(), 0_usize..13), 0..6),
    ) {
        // Whole secrets and beginnings of them, side by side and one within the other.
        let mut text = String::new();
        for (filling, index, length) in parts {
            let secret = &secrets[index.index(secrets.len())];
            text.push_str(&filling);
            text.push_str(&secret[..length.min(secret.len())]);
        }
        let found = redacted(&text, &secrets, true);
        for secret in &secrets {
            prop_assert!(!found.contains(secret.as_str()), "{text} became {found}");
            prop_assert!(!read(&found).contains(secret.as_str()), "{text} became {found}, read");
        }
        let was_there = secrets.iter().any(|secret| text.contains(secret.as_str()) || read(&text).contains(secret.as_str()));
        prop_assert_eq!(found != text, was_there, "{} became {}", &text, &found);
        prop_assert_eq!(redacted(&found, &secrets, true), found);
    }

    #[test]
    fn nothing_is_left_however_json_writes_it(
        secret in "[ -Z^-~]{8,20}", how in prop::collection::vec(any::<u8>(), 1..20), before in "[ -Z^-~]{0,9}", after in "[ -Z^-~]{0,9}",
    ) {
        let (before, after) = (written(&before, &how), written(&after, &[2]));
        let text = format!("{before}{}{after}", written(&secret, &how));
        prop_assert!(read(&text).contains(&secret), "the text has the secret");
        let found = redacted(&text, std::slice::from_ref(&secret), true);
        prop_assert!(!read(&found).contains(&secret), "{text} became {found}");
        prop_assert!(found.contains("[redacted]"));
    }

    #[test]
    fn a_string_that_was_cut_ends_in_no_beginning_of_a_secret(
        secret in "[a-f0-9]{8,30}", before in "[a-f0-9 ]{0,20}", length in 4_usize..30,
    ) {
        let length = length.min(secret.len());
        let found = redacted(&format!("{before}{}", &secret[..length]), std::slice::from_ref(&secret), false);
        for length in 4..=secret.len() {
            prop_assert!(!found.ends_with(&secret[..length]), "{found}");
        }
        prop_assert!(found.ends_with("[redacted]"));
    }

    #[test]
    fn a_string_without_a_secret_is_unchanged(text in any::<String>(), secret in "[A-Za-z0-9_-]{8,40}") {
        prop_assume!(!text.contains(&secret));
        prop_assert_eq!(redacted(&text, &[secret, String::new()], true), text);
    }
}
