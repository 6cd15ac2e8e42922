//! The checks that options share.

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::{code_point, concat, first, number, with_character};

/// The longest time, in milliseconds, that a timer takes.
pub const MAX_MS: u32 = 2_147_483_647;

/// A number of milliseconds from `from` to the longest time a timer takes.
pub fn milliseconds(name: &str, value: &Value, from: u32) -> Result<Option<u32>> {
    integer_in(name, value, "a whole number of milliseconds", from, MAX_MS)
}

/// A whole number within bounds.
pub fn integer_in(
    name: &str,
    value: &Value,
    expected: &str,
    from: u32,
    to: u32,
) -> Result<Option<u32>> {
    if value.is_undefined() {
        return Ok(None);
    }
    value.whole(from, to).map(Some).ok_or_else(|| {
        let (from, to) = (number(from.into()), number(to.into()));
        Failure::wrong(
            name,
            &concat(&[expected, " from ", &from, " to ", &to]),
            value,
        )
    })
}

/// One of a few texts, or undefined.
pub fn one_of<T: Copy>(name: &str, value: &Value, texts: &[(&str, T)], default: T) -> Result<T> {
    let index = position(name, value, &|index| Some(texts.get(index)?.0))?;
    let found = index.and_then(|index| texts.get(index));
    Ok(found.map_or(default, |(_, meaning)| *meaning))
}

/// Which of the texts the value is: compiled once, whatever they mean.
fn position<'a>(
    name: &str,
    value: &Value,
    choice: &dyn Fn(usize) -> Option<&'a str>,
) -> Result<Option<usize>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let mut listed = String::new();
    for index in 0.. {
        let Some(known) = choice(index) else { break };
        if matches!(value, Value::Text(given) if *given == known) {
            return Ok(Some(index));
        }
        let before = if listed.is_empty() { "\"" } else { " or \"" };
        listed.extend([before, known, "\""]);
    }
    Err(Failure::wrong(name, &listed, value))
}

/// `true`, `false` or undefined.
pub fn boolean(name: &str, value: &Value) -> Result<bool> {
    match value {
        Value::Undefined => Ok(false),
        Value::Bool(value) => Ok(*value),
        other => Err(Failure::wrong(name, "true or false", other)),
    }
}

/// A text of at least one character, all of them right; else a description of the value.
pub fn text_of<'a>(
    value: &Value<'a>,
    is_wrong: fn(char) -> bool,
) -> std::result::Result<&'a str, String> {
    match value {
        Value::Text(given) if !given.is_empty() => match first(given, is_wrong) {
            None => Ok(given),
            Some((index, wrong)) => Err(with_character(&code_point(wrong), index)),
        },
        other => Err(other.kind()),
    }
}

/// A function, or undefined.
pub fn check_function(name: &str, value: &Value) -> Result<()> {
    match value {
        Value::Undefined | Value::Function => Ok(()),
        other => Err(Failure::wrong(name, "a function", other)),
    }
}
