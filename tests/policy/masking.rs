//! A key shows in no body that a relay forwards, in any split of the body.

use crate::support::{assert_hardly_slower, cases};
use policy::relay::masking::mask_part;
use proptest::prelude::*;

/// Masks a body that arrives in these parts, as `streamed.js` does, and returns it.
#[track_caller]
fn through(secrets: &[&str], parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut held = Vec::new();
    let mut given = 0;
    let longest = secrets.iter().map(|it| it.len()).max().unwrap_or(0);
    for index in 0..=parts.len() {
        let more = index < parts.len();
        let part = parts.get(index).copied().unwrap_or_default();
        given += part.len();
        let masked = mask_part(secrets.iter().copied(), &held, part, more);
        out.extend(masked.shown);
        held = masked.held;
        let back = given - out.len();
        assert!(back <= 6 * longest + 5, "{back} bytes are held back");
        assert!(held.len() <= back + 6, "{} bytes are kept", held.len());
        assert!(more || back == 0, "all has come out at the end");
    }
    out
}

#[track_caller]
fn assert_masked(secrets: &[&str], body: &str, expected: &str) {
    let shown = |parts: &[&[u8]]| String::from_utf8_lossy(&through(secrets, parts)).into_owned();
    let bytes = body.as_bytes();
    assert_eq!(shown(&[bytes]), expected, "whole");
    for at in 0..=bytes.len() {
        let (before, after) = bytes.split_at(at);
        assert_eq!(shown(&[before, after]), expected, "split at {at}");
    }
    let singles: Vec<_> = bytes.chunks(1).collect();
    assert_eq!(shown(&singles), expected, "byte by byte");
}

const KEY: &str = "sk-ant-1234";

#[test]
fn wherever_the_body_is_split() {
    assert_masked(&[KEY], "", "");
    assert_masked(&[KEY], "nothing in it", "nothing in it");
    assert_masked(&[KEY], KEY, "***********");
    assert_masked(&[KEY], "a sk-ant-1234 b", "a *********** b");
    assert_masked(&[KEY], "sk-ant-1234sk-ant-1234", &"*".repeat(22));
    assert_masked(&[], KEY, KEY);
    assert_masked(&[""], KEY, KEY);
}

#[test]
fn near_misses_stay() {
    for body in [
        "sk-ant-123",
        "sk-ant-1235",
        "k-ant-1234",
        "sk-sk-ant-123sk-ant-12\u{e4}",
        "SK-ANT-1234",
    ] {
        assert_masked(&[KEY], body, body);
    }
    assert_masked(&[KEY], "sk-ant-sk-ant-1234", "sk-ant-***********");
    assert_masked(&["aabaabaac"], "aabaabaabaac", "aab*********");
}

#[test]
fn secrets_that_overlap_leave_nothing_of_each_other() {
    assert_masked(&["abababab"], "xababababababx", "x************x");
    assert_masked(&["abcd1234", "1234wxyz"], "abcd1234wxyz", "************");
    assert_masked(&["abcd1234", "1234wxyz"], "abcd1234wxy!", "********wxy!");
    assert_masked(
        &["sk-12345", "sk-12345-67890"],
        "sk-12345-67890",
        &"*".repeat(14),
    );
    assert_masked(
        &["Bearer tok-1234", "tok-1234"],
        "Bearer tok-1234, tok-1234",
        "***************, ********",
    );
}

#[test]
fn however_json_may_write_it() {
    for written in [
        r"tok\/en+x=",
        r"tok\/en\u002bx\u003d",
        r"\u0074ok/en\u002Bx=",
        r"\u0074\u006f\u006b\u002f\u0065\u006e\u002b\u0078\u003d",
    ] {
        let expected = format!(r#"{{"a\\":"{}"}}"#, "*".repeat(written.len()));
        assert_masked(
            &["tok/en+x="],
            &format!(r#"{{"a\\":"{written}"}}"#),
            &expected,
        );
    }
    assert_masked(
        &["caf\u{e9}-cookie"],
        r"caf\u00e9-cookie",
        "****************",
    );
    // They begin as escapes, but are not.
    assert_masked(&[KEY], r"\u00 \u12 \", r"\u00 \u12 \");
    assert_masked(&["a\\bcdefgh"], r"a\bcdefgh", "*********");
}

#[test]
fn a_short_secret_only_if_it_stands_alone() {
    for (body, expected) in [
        ("k", "*"),
        ("kick k-k k", "kick *-* *"),
        ("1k k_ \u{e4}k k\u{e4}", "1k k_ \u{e4}k k\u{e4}"),
        ("\"k\"", "\"*\""),
    ] {
        assert_masked(&["k"], body, expected);
    }
    assert_masked(&["ab", "k-", "-a"], "zk- zk-a ab-a", "zk- zk-a **-a");
}

#[test]
fn an_unfinished_beginning_is_all_that_is_held_back() {
    let held = |body: &str| {
        let masked = mask_part([KEY].into_iter(), &[], body.as_bytes(), true);
        body.len() - masked.shown.len()
    };
    for (body, expected) in [("{}", 0), ("xsk-an", 5), ("sk-ant-1234", 0), ("sk-anx", 0)] {
        assert_eq!(held(body), expected, "{body}");
    }
}

#[test]
fn it_takes_time_in_proportion_to_the_body() {
    let part = "a".repeat(20_000);
    let parts: Vec<_> = (0..4).map(|_| part.as_bytes()).collect();
    assert_hardly_slower(2_000, |secret| {
        assert_eq!(through(&[secret], &parts).len(), 80_000);
    });
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Uses few characters, so that secrets overlap, repeat, and are cut by escapes.
    #[test]
    fn parts_change_nothing(
        secrets in prop::collection::vec(r"[ab\\u0]{1,3}|[ab\\]{8,10}|a{4,8}b{4,8}|b{4,8}a{4,8}", 1..4),
        body in r"([ab\\]|a{4,8}|b{4,8}|u0061|u00|_ ){0,60}",
        cuts in prop::collection::vec(0_usize..60, 0..6),
    ) {
        let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
        let bytes = body.as_bytes();
        let mut cuts: Vec<_> = cuts.into_iter().map(|at| at.min(bytes.len())).collect();
        cuts.sort_unstable();
        let mut parts = Vec::new();
        let mut begin = 0;
        for at in cuts {
            parts.push(&bytes[begin..at]);
            begin = at;
        }
        parts.push(&bytes[begin..]);
        let whole = through(&secrets, &[bytes]);
        prop_assert_eq!(through(&secrets, &parts), whole.clone());
        let shown = String::from_utf8(whole).unwrap();
        for secret in secrets.iter().filter(|secret| secret.len() >= 8) {
            prop_assert!(!shown.contains(secret), "{}", shown);
        }
    }
}
