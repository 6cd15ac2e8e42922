//! The check of an id.

use crate::support::values::{assert_refused, with_key};
use crate::support::{cases, values};
use policy::http::request::{Operation, Request};
use policy::options::batch_id::BatchId;
use proptest::prelude::*;

fn is_unreserved(found: char) -> bool {
    found.is_ascii_alphanumeric() || "-._~".contains(found)
}

#[test]
fn bad_ids_are_refused_with_their_kind() {
    let long = "a".repeat(257);
    for (id, part) in [
        ("", "an empty string"),
        (" ", "a blank string"),
        ("\t\n", "a blank string"),
        (".", "nothing but dots"),
        ("..", "nothing but dots"),
        ("....", "nothing but dots"),
        ("%2e%2e", "\"%\" at index 0"),
        ("..%2Fx", "\"%\" at index 2"),
        ("a/b", "\"/\" at index 1"),
        ("../x", "\"/\" at index 2"),
        ("a\\b", "\"\\\" at index 1"),
        ("ab?beta=true", "\"?\" at index 2"),
        ("ab#c", "\"#\" at index 2"),
        ("ab\n", "U+000A at index 2"),
        ("a\0", "U+0000 at index 1"),
        ("a b", "U+0020 at index 1"),
        ("b\u{e4}tch", "U+00E4 at index 1"),
        // A lone surrogate, as it arrives.
        ("a\u{fffd}", "U+FFFD at index 1"),
        ("\u{ff41}", "U+FF41 at index 0"),
        ("\u{feff}a", "U+FEFF at index 0"),
        (long.as_str(), "a string of 257 characters"),
    ] {
        assert_refused(
            BatchId::check(id),
            "id",
            &["1 to 256 letters, digits", part],
        );
    }
}

#[test]
fn of_all_ascii_characters_the_unreserved_ones_are_taken() {
    for byte in 0..=127_u8 {
        let id = format!("a{}", char::from(byte));
        let accepted = BatchId::check(&id).is_ok();
        assert_eq!(accepted, is_unreserved(char::from(byte)), "{id:?}");
    }
}

#[test]
fn lengths_1_and_256_are_taken() {
    for id in ["a", "~", ".a", "a..", &"x".repeat(256)] {
        assert_eq!(BatchId::check(id).unwrap().as_str(), id);
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn an_accepted_id_stands_in_the_url_as_it_is(id in prop_oneof![
        any::<String>(),
        "[-A-Za-z0-9._~/%?#\\\\ ]{0,12}",
        "[-A-Za-z0-9._~]{0,300}",
    ]) {
        let Ok(checked) = BatchId::check(&id) else {
            let is_good = (1..=256).contains(&id.chars().count())
                && id.chars().all(is_unreserved)
                && id.contains(|found| found != '.');
            prop_assert!(!is_good, "{id:?} was refused");
            return Ok(());
        };
        prop_assert!(id.chars().all(is_unreserved));
        let settings = values::settings(&with_key());
        let url = |operation| Request::build(&settings, operation, None).url;
        let expected = format!("https://api.anthropic.com/v1/messages/batches/{id}");
        prop_assert_eq!(url(Operation::Delete(&checked)), expected.clone());
        prop_assert_eq!(url(Operation::Retrieve(&checked)), expected.clone());
        prop_assert_eq!(url(Operation::Cancel(&checked)), format!("{expected}/cancel"));
    }
}
