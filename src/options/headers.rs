//! The rules for header names and values, and how a caller's headers meet the defaults.

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::{byte, code_point, find, first, is_blank, split, text, with_character};

/// Header names and values, in the order in which they are sent.
pub type Headers = Vec<(String, String)>;

/// Headers whose value is a credential, whoever gave them.
const CREDENTIALS: [&str; 4] = [
    "authorization",
    "x-api-key",
    "proxy-authorization",
    "cookie",
];

/// A caller's `headers`: what is added and which defaults go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra {
    added: Headers,
    removed: Vec<String>,
}

impl Extra {
    /// Checks the option `headers`, given as an array of name and value pairs.
    pub fn check(value: &Value) -> Result<Self> {
        let pairs = match value {
            Value::Undefined => return Ok(Self::default()),
            Value::Array(pairs) => pairs,
            other => {
                return Err(Failure::wrong("headers", "an object or a Headers", other));
            }
        };
        let mut extra = Self::default();
        for pair in pairs {
            if let Value::Array(elements) = pair
                && let [name, value] = elements.as_slice()
            {
                extra.take(name, value)?;
                continue;
            }
            return Err(Failure::invalid_option(
                "headers",
                &text(&["must hold pairs of a name and a value, not ", &pair.kind()]),
            ));
        }
        Ok(extra)
    }

    fn take(&mut self, name: &Value, value: &Value) -> Result<()> {
        let name = check_name(name)?;
        match value {
            Value::Undefined => {}
            Value::Null => self.removed.push(name),
            Value::Text(value) => {
                check_value(&option_of(&name), value)?;
                self.removed.push(name.clone());
                self.added.push((name, value.clone()));
            }
            other => {
                let what = "a string, or null to remove a default";
                return Err(Failure::wrong(&option_of(&name), what, other));
            }
        }
        Ok(())
    }

    /// Whether a credential is among them.
    #[must_use]
    pub fn has_credential(&self) -> bool {
        self.added
            .iter()
            .any(|(name, _)| name == "authorization" || name == "x-api-key")
    }

    /// Whether the default of that (lower-case) name is taken out or replaced.
    #[must_use]
    pub fn replaces(&self, name: &str) -> bool {
        self.removed.iter().any(|removed| removed == name)
    }

    /// The values that must not show in an error.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets = Vec::new();
        for (name, value) in &self.added {
            if !CREDENTIALS.contains(&name.as_str()) {
                continue;
            }
            // Of `Bearer TOKEN` also the token by itself.
            let token = split(value, b' ').map_or("", |(_, token)| token);
            for secret in [value, token] {
                if !is_blank(secret) {
                    secrets.push(secret.to_owned());
                }
            }
        }
        secrets
    }

    /// The defaults that stay, then what was added. A name that comes twice is joined, as fetch
    /// would.
    pub fn merge_into(self, headers: &mut Headers) {
        headers.retain(|(name, _)| !self.replaces(name));
        for (name, value) in self.added {
            match headers.iter_mut().find(|(known, _)| *known == name) {
                Some((_, joined)) => joined.extend([", ", &value]),
                None => headers.push((name, value)),
            }
        }
    }
}

fn option_of(name: &str) -> String {
    text(&["headers[\"", name, "\"]"])
}

/// A header name is a token of RFC 9110; it comes back in lower case.
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
        &text(&["has a header name that HTTP forbids: ", &found]),
    ))
}

/// A header value is visible Latin-1, spaces and tabs: what every fetch can send.
pub fn check_value(option: &str, value: &str) -> Result<()> {
    let is_wrong = |found| !matches!(found, '\t' | ' '..='~' | '\u{80}'..='\u{ff}');
    match first(value, is_wrong) {
        None => Ok(()),
        Some((_, found)) => Err(Failure::invalid_option(
            option,
            &text(&[
                "must not contain ",
                &code_point(found),
                ", which HTTP forbids in a header",
            ]),
        )),
    }
}

/// An option that becomes a header's whole value: visible ASCII, not empty.
pub fn check_visible(option: &str, value: &Value) -> Result<String> {
    let found = match value {
        Value::Text(given) if !given.is_empty() => {
            match first(given, |found| !found.is_ascii_graphic()) {
                None => return Ok(given.clone()),
                Some((index, wrong)) => with_character(&code_point(wrong), index),
            }
        }
        other => other.kind(),
    };
    let words = "must be a string of visible ASCII characters, not ";
    Err(Failure::invalid_option(option, &text(&[words, &found])))
}
