//! The check of the option `headers`, and its merge with the default headers.

use crate::base::error::{Failure, Result};
use crate::base::headers::{Headers, is_credential};
use crate::base::strings::{
    byte, code_point, concat, find, first, from_base64, is_blank, parts, split, string_kind,
    trimmed,
};

/// Shorter passwords and values of cookies are not redacted, because they occur in other strings.
const SHORTEST_PART: usize = 4;

/// The caller's `headers`: the headers to add, and the defaults to remove.
///
/// ```
/// use delete_message_batch_policy::ExtraHeaders;
///
/// let headers = ExtraHeaders::check([("x-trace", Some("42")), ("anthropic-version", None)])?;
/// # Ok::<(), Box<delete_message_batch_policy::Failure>>(())
/// ```
#[doc(hidden)]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExtraHeaders {
    added: Headers,
    removed: Vec<String>,
}

impl ExtraHeaders {
    /// Checks the headers: names, and values or `None` to remove a default.
    pub fn check<'a>(pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Result<Self> {
        let mut extra = Self::default();
        for (name, value) in pairs {
            extra.add(name, value)?;
        }
        Ok(extra)
    }

    /// Adds a header, or removes a default.
    #[doc(hidden)]
    pub fn add(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        let name = check_name(name)?;
        match value {
            None => self.removed.push(name),
            Some(value) => {
                check_value(&option_of(&name), value)?;
                self.added.push(&name, value);
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
            if is_credential(name) && !is_blank(value) {
                secrets.push(value.to_owned());
                add_parts(value, &mut secrets);
            }
        }
        secrets
    }

    /// Returns the remaining defaults, then the added headers. The values of a repeated name are joined, as fetch
    /// joins them.
    #[must_use]
    pub fn merged(&self, defaults: Headers) -> Headers {
        if *self == Self::default() {
            return defaults;
        }
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

/// Adds the parts of a credential that are secret by themselves: the token of `Bearer TOKEN`, the password of
/// `Basic`, the values of cookies.
fn add_parts(value: &str, secrets: &mut Vec<String>) {
    let mut add = |part: &str, shortest| {
        if part.len() >= shortest && !is_blank(part) {
            secrets.push(part.to_owned());
        }
    };
    if let Some((_, token)) = split(value, b' ') {
        add(token, 0);
        let decoded = from_base64(token).unwrap_or_default();
        let password = split(&decoded, b':').map_or("", |(_, password)| password);
        add(password, SHORTEST_PART);
    }
    for part in parts(value, b';') {
        let value = split(part, b'=').map_or("", |(_, value)| trimmed(value));
        add(value, SHORTEST_PART);
    }
}

/// Returns the name of a header as an error shows it.
#[must_use]
#[doc(hidden)]
pub fn option_of(name: &str) -> String {
    concat(&["headers[\"", name, "\"]"])
}

/// Checks that a header name is a token of RFC 9110, and returns it in lower case.
#[doc(hidden)]
pub fn check_name(name: &str) -> Result<String> {
    let is_token =
        |byte: &u8| byte.is_ascii_alphanumeric() || find("!#$%&'*+-.^_`|~", *byte).is_some();
    let mut found = string_kind(name);
    match name.bytes().find(|byte| !is_token(byte)) {
        None if !name.is_empty() => return Ok(name.to_ascii_lowercase()),
        None => {}
        Some(wrong) => found.extend([" with the byte ", &byte(wrong)]),
    }
    Err(wrong_name(&found))
}

/// Returns the failure of a header name. `found` describes it.
#[must_use]
#[doc(hidden)]
pub fn wrong_name(found: &str) -> Box<Failure> {
    let problem = concat(&["has a header name that HTTP forbids: ", found]);
    Failure::invalid_option("headers", &problem)
}

/// Checks that a header value has only visible Latin-1, spaces and tabs, which every fetch can send.
#[doc(hidden)]
pub fn check_value(option: &str, value: &str) -> Result<()> {
    // In UTF-8, a character of Latin-1 above ASCII begins with 0xC2 or 0xC3.
    let is_allowed = |found| matches!(found, b'\t' | b' '..=b'~' | 0x80..=0xc3);
    match first(value, is_allowed) {
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
