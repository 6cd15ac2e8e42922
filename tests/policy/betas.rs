//! The beta flags: the refused ones, and the value of the header.

use crate::support::cases;
use crate::support::values::assert_refused;
use policy::options::betas::{AnthropicBeta, Betas};
use proptest::prelude::*;

fn header(flags: &[&str]) -> Option<String> {
    let betas = Betas::check(flags.iter().copied()).unwrap();
    betas.header().map(str::to_owned)
}

#[test]
fn without_a_flag_there_is_no_header() {
    assert_eq!(Betas::default().header(), None);
    assert_eq!(header(&[]), None);
}

#[test]
fn flags_are_joined_in_order_each_once() {
    for (flags, expected) in [
        (vec!["b"], "b"),
        (vec!["b", "a", "c"], "b,a,c"),
        (vec!["b", "a", "b", "c", "a"], "b,a,c"),
        (vec!["a", "A"], "a,A"),
        (vec!["a", "a"], "a"),
    ] {
        assert_eq!(header(&flags).as_deref(), Some(expected));
    }
}

#[test]
fn known_flags_and_unknown_ones_are_sent_alike() {
    let all: Vec<&str> = AnthropicBeta::ALL
        .iter()
        .map(AnthropicBeta::as_str)
        .collect();
    assert_eq!(header(&all), Some(all.join(",")));
    let next = "message-batches-2027-01-01";
    assert_eq!(header(&[next]).as_deref(), Some(next));
}

#[test]
fn a_flag_that_would_break_the_header_is_refused() {
    for (flag, part) in [
        ("", "an empty string"),
        ("a,b", "U+002C"),
        (",", "U+002C"),
        ("a b", "U+0020"),
        (" a", "U+0020"),
        ("a\n", "U+000A"),
        ("a\r\nx-api-key: b", "U+000D"),
        ("a\tb", "U+0009"),
        ("\u{7f}", "U+007F"),
        ("b\u{e4}ta", "U+00E4"),
        ("a\u{fffd}", "U+FFFD"),
    ] {
        assert_refused(Betas::check(["good", flag]), "betas[1]", &[part]);
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_header_splits_back_into_the_flags(flags in prop::collection::vec("[!-+--~]{1,6}|[ab]", 1..12)) {
        let given: Vec<&str> = flags.iter().map(String::as_str).collect();
        let header = header(&given).unwrap();
        let sent: Vec<&str> = header.split(',').collect();
        let mut once: Vec<&str> = Vec::new();
        for flag in given {
            if !once.contains(&flag) {
                once.push(flag);
            }
        }
        prop_assert_eq!(sent, once);
    }
}
