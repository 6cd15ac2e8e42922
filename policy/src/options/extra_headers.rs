//! The check of the option `headers`, and its merge with the default headers.

use crate::base::encoded::elements;
use crate::base::error::{Failure, Result};
use crate::base::headers::{CREDENTIALS, Headers};
use crate::base::input_value::Value;
use crate::base::strings::{byte, code_point, concat, find, first, is_blank, split};
use crate::options::checks::text_of;

/// The caller's `headers`: the headers to add, and the defaults to remove.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExtraHeaders {
    added: Headers,
    removed: Vec<String>,
}

impl ExtraHeaders {
    /// Checks the option `headers`, given as an array of name and value pairs.
    pub fn check(value: &Value) -> Result<Self> {
        let pairs = match value {
            Value::Undefined => return Ok(Self::default()),
            Value::Array(pairs) => *pairs,
            other => {
                return Err(Failure::wrong("headers", "an object or a Headers", other));
            }
        };
        let mut extra = Self::default();
        for pair in elements(pairs) {
            if let Value::Array(pair) = pair {
                let mut pair = elements(pair);
                if let (Some(name), Some(value), None) = (pair.next(), pair.next(), pair.next()) {
                    extra.add(&name, &value)?;
                    continue;
                }
            }
            return Err(Failure::invalid_option(
                "headers",
                &concat(&["must hold pairs of a name and a value, not ", &pair.kind()]),
            ));
        }
        Ok(extra)
    }

    fn add(&mut self, name: &Value, value: &Value) -> Result<()> {
        let name = check_name(name)?;
        match value {
            Value::Undefined => {}
            Value::Null => self.removed.push(name),
            Value::Text(value) => {
                check_value(&option_of(&name), value)?;
                self.added.push(&name, value);
            }
            other => {
                let expected = "a string, or null to remove a default";
                return Err(Failure::wrong(&option_of(&name), expected, other));
            }
        }
        Ok(())
    }

    /// Returns whether a credential is among the added headers.
    #[must_use]
    pub fn has_credential(&self) -> bool {
        self.added.get("authorization").is_some() || self.added.get("x-api-key").is_some()
    }

    /// Returns whether the default with this name, in lower case, is removed or replaced.
    #[must_use]
    pub fn replaces(&self, name: &str) -> bool {
        self.added.get(name).is_some() || self.removed.iter().any(|removed| removed == name)
    }

    /// Returns the values that no error may show.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets = Vec::new();
        for (name, value) in self.added.iter() {
            if !CREDENTIALS.contains(&name) {
                continue;
            }
            // The token of `Bearer TOKEN` is also a secret.
            let token = split(value, b' ').map_or("", |(_, token)| token);
            for secret in [value, token] {
                if !is_blank(secret) {
                    secrets.push(secret.to_owned());
                }
            }
        }
        secrets
    }

    /// Returns the remaining defaults, then the added headers. The values of a repeated name are joined, as fetch
    /// would.
    #[must_use]
    pub fn merged(&self, defaults: &Headers) -> Headers {
        let mut merged = Headers::new();
        for (name, value) in defaults.iter() {
            if !self.replaces(name) {
                merged.push(name, value);
            }
        }
        for (name, _) in self.added.iter() {
            if merged.get(name).is_some() {
                continue;
            }
            let mut all = String::new();
            // An empty value also gets a separator.
            let mut separator = "";
            for (other, value) in self.added.iter() {
                if other == name {
                    all.extend([separator, value]);
                    separator = ", ";
                }
            }
            merged.push(name, &all);
        }
        merged
    }
}

fn option_of(name: &str) -> String {
    concat(&["headers[\"", name, "\"]"])
}

/// Checks that a header name is a token of RFC 9110, and returns it in lower case.
fn check_name(name: &Value) -> Result<String> {
    let mut found = name.kind();
    if let Value::Text(given) = name
        && !given.is_empty()
    {
        let is_token =
            |byte: &u8| byte.is_ascii_alphanumeric() || find("!#$%&'*+-.^_`|~", *byte).is_some();
        match given.bytes().find(|byte| !is_token(byte)) {
            None => return Ok(given.to_ascii_lowercase()),
            Some(wrong) => found.extend([" with the byte ", &byte(wrong)]),
        }
    }
    Err(Failure::invalid_option(
        "headers",
        &concat(&["has a header name that HTTP forbids: ", &found]),
    ))
}

/// Checks that a header value has only visible Latin-1, spaces and tabs, which every fetch can send.
pub fn check_value(option: &str, value: &str) -> Result<()> {
    let is_wrong = |found| !matches!(found, '\t' | ' '..='~' | '\u{80}'..='\u{ff}');
    match first(value, is_wrong) {
        None => Ok(()),
        Some((_, found)) => Err(Failure::invalid_option(
            option,
            &concat(&[
                "must not contain ",
                &code_point(found),
                ", which HTTP forbids in a header",
            ]),
        )),
    }
}

/// Checks an option that becomes a header's whole value: visible ASCII, not empty.
pub fn check_visible<'a>(option: &str, value: &Value<'a>) -> Result<&'a str> {
    text_of(value, |found| !found.is_ascii_graphic()).map_err(|found| {
        let rule = "must be a string of visible ASCII characters, not ";
        Failure::invalid_option(option, &concat(&[rule, &found]))
    })
}
