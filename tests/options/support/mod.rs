//! Options as JavaScript writes them, and assertions on a refusal.

use crate::options::host::Host;
use crate::options::request::request;
use crate::options::table::{CALL, Options, Set, lines};
use crate::options::value::Encoded;
use policy::base::error::{Code, Failure, Result};
use policy::options::Settings;
use proptest::test_runner::Config;
use std::fmt::Debug;

/// The folder of the project.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

pub(crate) const KEY: &str = "sk-test-SECRET";

/// For property tests: no files with earlier failures, and a number of cases; `FUZZ_CASES` is another.
pub(crate) fn cases(cases: u32) -> Config {
    let wanted = std::env::var("FUZZ_CASES").ok();
    let cases = wanted.map_or(cases, |wanted| {
        wanted.parse().expect("FUZZ_CASES is a number")
    });
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

fn sized(letter: char, content: &str) -> String {
    format!("{letter}{}:{content}", content.encode_utf16().count())
}

pub(crate) fn text(content: &str) -> String {
    sized('"', content)
}

pub(crate) fn number(number: i64) -> String {
    format!("#{number}:")
}

pub(crate) fn words(kind: &str) -> String {
    sized('K', kind)
}

pub(crate) fn array(elements: &[String]) -> String {
    sized('[', &elements.concat())
}

pub(crate) fn texts(texts: &[&str]) -> String {
    array(
        &texts
            .iter()
            .map(|element| text(element))
            .collect::<Vec<_>>(),
    )
}

/// The option `headers`.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| array(&[text(name), (*value).to_owned()]);
    array(&pairs.iter().map(pair).collect::<Vec<_>>())
}

/// An options object: names, and values as they are written.
pub(crate) fn object(set: Set, given: &[(&str, String)]) -> String {
    let mut written = String::from("{");
    for (wanted, value) in given {
        let lines = lines(set);
        let line = lines.lines().filter_map(|line| line.split_once(':'));
        let (index, _) = line
            .into_iter()
            .find(|(_, name)| name == wanted)
            .expect(wanted);
        written.extend([index, ":", value]);
    }
    written
}

/// The options of a call with a key, checked on a server.
pub(crate) fn check(given: &[(&str, String)]) -> Result<Settings> {
    let mut given = given.to_vec();
    if !given
        .iter()
        .any(|(name, _)| matches!(*name, "apiKey" | "authToken"))
    {
        given.push(("apiKey", text(KEY)));
    }
    check_at(&Host::default(), &given, &[])
}

pub(crate) fn page(origin: &str) -> Host {
    Host {
        page: true,
        origin: Some(origin.to_owned()),
        resends: false,
    }
}

pub(crate) fn check_at(
    host: &Host,
    given: &[(&str, String)],
    environment: &[(&str, &str)],
) -> Result<Settings> {
    let object = object(CALL, given);
    let options = Options::read(Encoded(&object), CALL)?;
    request(&options, host, &|wanted| {
        let found = environment.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| (*value).to_owned())
    })
}

/// One value of each kind that is not a string, its letter first, and its words in a message.
pub(crate) fn kinds() -> Vec<(String, &'static str)> {
    let long = "a string of 10000000 characters";
    let mut kinds = vec![
        ("u".into(), "undefined"),
        ("n".into(), "null"),
        ("t".into(), "the boolean true"),
        ("f".into(), "the boolean false"),
        (number(5), "the number 5"),
        (number(-3), "the number -3"),
        ("L10000000:".into(), long),
        (array(&[]), "an array"),
        ("D5:".into(), "a Date"),
        ("F".into(), "a function"),
        ("A".into(), "an AbortSignal"),
        ("O".into(), "an object"),
    ];
    for kind in [
        "NaN",
        "a number with a fraction",
        "a symbol",
        "an invalid Date",
    ] {
        kinds.push((words(kind), kind));
    }
    kinds
}

/// Returns the kinds whose letter is not one of `letters`.
pub(crate) fn kinds_but(letters: &str) -> impl Iterator<Item = (String, &'static str)> {
    let kinds = kinds().into_iter();
    kinds.filter(move |(value, _)| !letters.contains(&value[..1]))
}

#[track_caller]
pub(crate) fn failure<T: Debug>(result: Result<T>) -> Box<Failure> {
    match result {
        Ok(value) => panic!("must fail, but gave {value:?}"),
        Err(failure) => failure,
    }
}

/// Asserts on a refusal of an option: its name comes first, and the parts are in the message.
#[track_caller]
pub(crate) fn assert_refused<T: Debug>(result: Result<T>, option: &str, parts: &[&str]) {
    let failure = failure(result);
    assert_eq!(failure.code, Code::InvalidOption, "{failure:?}");
    let message = &failure.message;
    assert!(
        message.starts_with(&format!("{option} ")),
        "names {option}: {message}"
    );
    for part in parts {
        assert!(message.contains(part), "says {part}: {message}");
    }
}
