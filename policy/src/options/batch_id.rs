//! The check of a batch's id.

use crate::base::error::{Failure, Result};
use crate::base::strings::{code_point, concat, first, is_blank, string_kind, with_character};
use std::fmt;
use std::str::FromStr;

/// The id of a Message Batch that is safe as one segment of a path.
///
/// 1 to 256 of the characters that a URL never encodes (letters, digits, `-`, `.`, `_`, `~`), and
/// not only dots. Nothing else is sent, encoded or not: some proxies decode `%2F` and so
/// turn an id into another path. The API's reference says that the format of ids may change, so
/// no prefix is required.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BatchId(String);

impl BatchId {
    /// The longest id, in characters.
    pub const MAX_LENGTH: usize = 256;

    /// Checks an id that a caller passed.
    pub fn check(text: &str) -> Result<Self> {
        Self::check_as("id", text)
    }

    /// Checks the id that an option or an argument of that name holds.
    pub fn check_as(name: &str, text: &str) -> Result<Self> {
        // A key must show neither in a URL nor in an error's message.
        if text.starts_with("sk-ant-") {
            let problem = "looks like a credential: give the id of a batch";
            return Err(Failure::invalid_option(name, problem));
        }
        if Self::is_valid(text) {
            return Ok(Self(text.to_owned()));
        }
        let is_long = text.encode_utf16().count() > Self::MAX_LENGTH;
        let found = match first(text, is_unreserved) {
            _ if is_long || is_blank(text) => string_kind(text),
            Some((index, found)) => with_character(&describe(found), index),
            None => "a string of nothing but dots".into(),
        };
        Err(Self::wrong(name, &found))
    }

    /// Returns whether the string is an id.
    #[must_use]
    pub fn is_valid(text: &str) -> bool {
        text.len() <= Self::MAX_LENGTH
            && text.bytes().all(is_unreserved)
            && text.bytes().any(|byte| byte != b'.')
    }

    /// Returns the failure of an id. `found` describes the value.
    #[doc(hidden)]
    #[must_use]
    pub fn wrong(name: &str, found: &str) -> Box<Failure> {
        let expected = "1 to 256 letters, digits, \"-\", \".\", \"_\" or \"~\"";
        Failure::wrong(name, expected, found)
    }

    /// Checks that the id is not one of the secrets.
    pub fn unless_secret(&self, name: &str, secrets: &[String]) -> Result<()> {
        if secrets.contains(&self.0) {
            let problem = "is the credential: give the id of a batch";
            return Err(Failure::invalid_option(name, problem));
        }
        Ok(())
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// ```
/// use delete_message_batch_policy::BatchId;
///
/// let id: BatchId = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF".parse()?;
/// assert!("../models".parse::<BatchId>().is_err());
/// # Ok::<(), Box<delete_message_batch_policy::Failure>>(())
/// ```
impl FromStr for BatchId {
    type Err = Box<Failure>;

    fn from_str(text: &str) -> Result<Self> {
        Self::check(text)
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_unreserved(found: u8) -> bool {
    found.is_ascii_alphanumeric() || matches!(found, b'-' | b'.' | b'_' | b'~')
}

fn describe(found: char) -> String {
    if found.is_ascii_graphic() {
        concat(&["\"", found.encode_utf8(&mut [0; 4]), "\""])
    } else {
        code_point(found)
    }
}
