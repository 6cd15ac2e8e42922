//! Option values, hosts and environments, and how a refusal is looked at.

use super::{ID, KEY};
use policy::base::error::{Code, Failure, Result};
use policy::base::input_value::{Elements, Value};
use policy::options::Settings;
use policy::options::batch_id::BatchId;
use policy::options::given::Given;
use policy::options::runtime::Host;
use std::fmt::Debug;

/// The text as a value, kept for as long as the tests run.
pub(crate) fn text(text: &str) -> Value<'static> {
    Value::Text(text.to_owned().leak())
}

/// An array, as a driver hands it over.
pub(crate) fn array(elements: &[Value<'_>]) -> Value<'static> {
    let mut written = String::new();
    for element in elements {
        write(element, &mut written);
    }
    Value::Array(Elements {
        text: written.leak(),
        count: u32::try_from(elements.len()).unwrap(),
    })
}

fn write(value: &Value<'_>, to: &mut String) {
    let written = match value {
        Value::Undefined => "u".to_owned(),
        Value::Null => "n".to_owned(),
        Value::Bool(true) => "t".to_owned(),
        Value::Bool(false) => "f".to_owned(),
        Value::Number(number) if number.is_infinite() => {
            format!("#{}Infinity:", if *number < 0.0 { "-" } else { "" })
        }
        Value::Number(number) => format!("#{number:?}:").replace(".0:", ":"),
        Value::Text(text) => format!("\"{}:{text}", text.encode_utf16().count()),
        Value::LongText(length) => format!("L{length}:"),
        Value::Date(ms) => format!("D{ms}:"),
        Value::Array(array) => format!("[{}:{}", array.count, array.text),
        Value::Function => "F".to_owned(),
        Value::Signal => "A".to_owned(),
        Value::Object => "O".to_owned(),
        Value::Other("a symbol") => "S".to_owned(),
        Value::Other(_) => "B".to_owned(),
    };
    to.push_str(&written);
}

pub(crate) fn texts(texts: &[&str]) -> Value<'static> {
    let texts: Vec<_> = texts.iter().map(|element| text(element)).collect();
    array(&texts)
}

/// The option `headers` as the checks get it.
pub(crate) fn pairs(pairs: &[(&str, Value<'_>)]) -> Value<'static> {
    let pair = |(name, value): &(&str, Value<'_>)| array(&[text(name), *value]);
    array(&pairs.iter().map(pair).collect::<Vec<_>>())
}

pub(crate) fn id() -> BatchId {
    BatchId::check(&text(ID)).unwrap()
}

/// Options with nothing but a key.
pub(crate) fn with_key() -> Given<'static> {
    Given {
        api_key: text(KEY),
        ..Given::default()
    }
}

pub(crate) fn server() -> Host {
    Host::default()
}

pub(crate) fn page(origin: &str) -> Host {
    Host {
        page: true,
        origin: Some(origin.to_owned()),
    }
}

/// Checks options on a server without environment variables.
pub(crate) fn check(given: &Given) -> Result<Settings> {
    check_at(given, &server(), &Environment::default())
}

/// The variables that are set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    pub(crate) api_key: Option<String>,
    pub(crate) auth_token: Option<String>,
    pub(crate) base_url: Option<String>,
}

pub(crate) fn check_at(given: &Given, host: &Host, environment: &Environment) -> Result<Settings> {
    Settings::check(given, host, &|name| match name {
        "ANTHROPIC_API_KEY" => environment.api_key.clone(),
        "ANTHROPIC_AUTH_TOKEN" => environment.auth_token.clone(),
        "ANTHROPIC_BASE_URL" => environment.base_url.clone(),
        other => panic!("{other} is nothing to look up"),
    })
}

pub(crate) fn settings(given: &Given) -> Settings {
    check(given).unwrap()
}

/// One value of each kind that is not a string, and its name in a message.
pub(crate) fn kinds() -> Vec<(Value<'static>, &'static str)> {
    vec![
        (Value::Undefined, "undefined"),
        (Value::Null, "null"),
        (Value::Bool(true), "the boolean true"),
        (Value::Bool(false), "the boolean false"),
        (Value::Number(5.0), "the number 5"),
        (Value::Number(-3.0), "the number -3"),
        (Value::Number(0.5), "a number with a fraction"),
        (Value::Number(f64::NAN), "NaN"),
        (Value::Number(f64::INFINITY), "Infinity"),
        (Value::Number(f64::NEG_INFINITY), "-Infinity"),
        (Value::Number(1e300), "a number too large"),
        (
            Value::LongText(10_000_000),
            "a string of 10000000 characters",
        ),
        (array(&[]), "an array"),
        (Value::Function, "a function"),
        (Value::Object, "an object"),
        (Value::Other("a symbol"), "a symbol"),
        (Value::Other("a bigint"), "a bigint"),
    ]
}

/// The failure of something that must fail.
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
    assert_eq!(failure.attempts, 0, "nothing may have been sent");
    let message = &failure.message;
    assert!(
        message.starts_with(&format!("{option} ")),
        "names {option}: {message}"
    );
    for part in parts {
        assert!(message.contains(part), "says {part}: {message}");
    }
}
