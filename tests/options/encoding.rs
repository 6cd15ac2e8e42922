//! The string in which JavaScript hands values over, and options of chance.

use crate::options::host::Host;
use crate::options::relay::rules;
use crate::options::table::{CALL, Id, Options, RELAY, names};
use crate::options::value::{Encoded, Value};
use crate::support::{array, cases, check_at, kinds, number, object, page, text, words};
use policy::base::error::Code;
use proptest::prelude::*;

/// A string that no error may show.
const SECRET: &str = "hunter2-SECRET";

/// Values as they are written, each string with the secret in it.
fn value() -> impl Strategy<Value = String> {
    let kinds = kinds()
        .into_iter()
        .map(|(value, _)| value)
        .collect::<Vec<_>>();
    let secret = |given: String| text(&format!("{given}{SECRET}\u{7}"));
    let scalar = prop_oneof![
        prop::sample::select(kinds),
        any::<String>().prop_map(secret),
        "[-a-zA-Z0-9:/._, \u{80}-\u{ff}]{0,20}".prop_map(secret),
        (-10_i64..4_000).prop_map(number),
        any::<i64>().prop_map(|ms| format!("D{ms}:")),
    ];
    scalar.prop_recursive(2, 12, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(|elements| array(&elements))
    })
}

fn read(text: &str) -> Value<'_> {
    Encoded(text).value().expect("a value")
}

#[test]
fn a_value_has_its_letter_and_its_content() {
    for (value, kind) in kinds() {
        assert_eq!(read(&value).kind(), kind);
    }
    for (content, kind) in [
        ("", "an empty string"),
        (" \t", "a blank string"),
        ("a", "a string of 1 characters"),
        ("\u{e4}\u{1f600}:\"", "a string of 5 characters"),
    ] {
        let written = text(content);
        assert_eq!(read(&written).text(), Some(content));
        assert_eq!(read(&written).kind(), kind);
    }
    assert_eq!(read(&number(7)).number(), Some(7));
    assert_eq!(read(&number(7)).ms(), Some(7.0));
    assert_eq!(read("D-7:").ms(), Some(-7.0));
    for written in [
        number(-7),
        number(4_294_967_296),
        text("7"),
        "D7:".into(),
        words("7"),
    ] {
        assert_eq!(read(&written).number(), None, "{written}");
    }
    for written in [text("7"), words("NaN"), "L7:".into()] {
        assert_eq!(read(&written).ms(), None, "{written}");
    }
    assert!(read("t").is_true() && !read("f").is_true() && read("F").is_function());
    assert_eq!(read(&text("[1:n")).elements().count(), 0);
    assert_eq!(
        read(&array(&["n".into(), array(&[]), "u".into()]))
            .elements()
            .count(),
        3
    );
}

#[test]
fn a_value_that_is_cut_off_or_unknown_is_not_read() {
    for written in [
        "",
        "X",
        "x",
        "\u{e4}",
        "#5",
        "\"5:abc",
        "\"-1:",
        "\"a:",
        "[9:n",
        "\"3:\u{1f600}",
        "K1:",
    ] {
        assert_eq!(Encoded(written).value(), None, "{written}");
    }
    let mut rest = Encoded("ab");
    assert!(!rest.skip(b'b') && rest.skip(b'a') && rest.skip(b'b') && !rest.skip(b'b'));
    // Half of a pair of surrogates is read with the other half.
    assert_eq!(Encoded("1:\u{1f600}x").string(), Some("\u{1f600}"));
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn values_are_read_one_after_the_other(values in prop::collection::vec(value(), 0..6)) {
        let all = values.concat();
        let mut rest = Encoded(&all);
        for value in &values {
            prop_assert_eq!(rest.value(), Some(read(value)));
        }
        prop_assert_eq!(rest.0, "");
        let array = array(&values);
        prop_assert!(read(&array).elements().eq(values.iter().map(|value| read(value))));
    }

    #[test]
    fn whatever_the_string_is_reading_ends(given in prop_oneof![any::<String>(), "([untfFAOX]|[#D\"LK\\[][0-9-]{0,10}:|[a-z\u{80}-\u{10000}])*"]) {
        let mut rest = Encoded(&given);
        for _ in 0..=given.len() {
            let Some(value) = rest.value() else { break };
            prop_assert!(value.elements().count() <= given.len());
            let _ = (value.number(), value.ms(), value.text());
        }
        prop_assert!(given.ends_with(rest.0) || rest.0.is_empty());
        let _ = (Encoded(&given).text(), Encoded(&given).string(), Encoded(&given).number());
        let _ = (Options::read(Encoded(&given), CALL), Host::recognize(&given));
    }

    #[test]
    fn a_kind_says_nothing_of_a_string(value in value(), from in any::<i64>()) {
        let kind = read(&value).kind();
        prop_assert!(!kind.contains(SECRET) && kind.len() < 64);
        prop_assert_eq!(read(&number(from)).number(), u32::try_from(from).ok());
    }

    #[test]
    fn settings_are_found_valid_or_refused_by_name(
        values in prop::collection::vec(prop_oneof![4 => Just("u".to_owned()), 1 => value()], 15), in_page in any::<bool>(),
        key in "[ -~]{0,20}",
    ) {
        let given: Vec<_> = names(CALL).zip(values).collect();
        let host = if in_page { page("https://app.example") } else { Host::default() };
        let key = format!("{SECRET}{key}\u{1}");
        match check_at(&host, &given, &[("ANTHROPIC_API_KEY", &key)]) {
            Ok(settings) => {
                let names: Vec<_> = settings.headers().iter().map(|(name, _)| name).collect();
                prop_assert!(names.iter().all(|name| names.iter().filter(|it| it == &name).count() == 1));
                prop_assert!(i32::try_from(settings.retries().max_retries).is_ok() && settings.timeout() > 0);
            }
            Err(failure) => {
                prop_assert!(!failure.message.contains(SECRET), "{}", failure.message);
                let codes = [Code::InvalidOption, Code::MissingCredentials, Code::BrowserNotAllowed];
                prop_assert!(codes.contains(&failure.code));
                if failure.code == Code::InvalidOption {
                    let named = names(CALL).any(|name| failure.message.starts_with(name));
                    prop_assert!(named || failure.message.starts_with("ANTHROPIC_"), "{}", failure.message);
                }
            }
        }
    }

    #[test]
    fn a_relay_is_found_valid_or_refused_by_name(values in prop::collection::vec(prop_oneof![3 => Just("u".to_owned()), 1 => value()], 15)) {
        let given: Vec<_> = names(RELAY).zip(values).collect();
        let object = object(RELAY, &given);
        let found = Options::read(Encoded(&object), RELAY).and_then(|options| rules(&options));
        if let Err(failure) = found {
            prop_assert!(!failure.message.contains(SECRET), "{}", failure.message);
            prop_assert!(names(RELAY).any(|name| failure.message.starts_with(name)), "{}", failure.message);
        }
    }
}

#[test]
fn the_options_of_a_call_replace_the_defaults_one_by_one() {
    let read = |defaults: &[(&str, String)], given: &[(&str, String)]| {
        let written = format!("{}+{}", object(CALL, defaults), object(CALL, given));
        let options = Options::read(Encoded(&written), CALL).map_err(|failure| failure.option);
        options.map(|options| {
            [Id::ApiKey, Id::AuthToken, Id::Timeout].map(|id| options.get(id).content.to_owned())
        })
    };
    let found = |parts: [&str; 3]| Ok(parts.map(str::to_owned));
    let (key, other, ms) = (text("key"), text("other"), number(5));
    let undefined = || "u".to_owned();
    let defaults = [("apiKey", key.clone()), ("timeout", ms.clone())];
    assert_eq!(read(&defaults, &[]), found(["key", "", "5"]));
    assert_eq!(
        read(&defaults, &[("apiKey", other.clone())]),
        found(["other", "", "5"])
    );
    assert_eq!(
        read(&defaults, &[("timeout", number(6))]),
        found(["key", "", "6"])
    );
    assert_eq!(
        read(&defaults, &[("timeout", undefined())]),
        found(["key", "", "5"])
    );
    // The two credentials are one option.
    assert_eq!(
        read(&defaults, &[("authToken", other)]),
        found(["", "other", "5"])
    );
    assert_eq!(
        read(&defaults, &[("authToken", undefined())]),
        found(["key", "", "5"])
    );
    // A default is checked although the call replaces it.
    let wrong = [("timeout", text("soon"))];
    assert_eq!(
        read(&wrong, &[("timeout", ms)]),
        Err(Some("timeout".to_owned()))
    );
}
