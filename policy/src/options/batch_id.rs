//! The check of a batch's id.

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::{code_point, concat, first, is_blank, with_character};
use std::fmt;
use std::str::FromStr;

/// The id of a Message Batch that is safe as one segment of a path.
///
/// 1 to 256 of the characters that a URL never encodes (letters, digits, `-`, `.`, `_`, `~`), and
/// not only dots. Nothing else is sent, encoded or not: proxies exist that decode `%2F` and so
/// turn an id into another path. The API's reference says that the format of ids may change, so
/// no prefix is required.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BatchId(String);

impl BatchId {
    /// The longest id, in characters.
    pub const MAX_LENGTH: usize = 256;

    /// Checks an id that a caller passed.
    pub fn check(value: &Value) -> Result<Self> {
        Self::check_as("id", value)
    }

    /// Checks the id that an option or an argument of that name holds.
    pub fn check_as(name: &str, value: &Value) -> Result<Self> {
        let found = match value {
            Value::Text(given) => {
                let length = given.encode_utf16().count();
                if length > Self::MAX_LENGTH || is_blank(given) {
                    value.kind()
                } else if let Some((index, found)) = first(given, |found| !is_unreserved(found)) {
                    with_character(&describe(found), index)
                } else if given.bytes().all(|byte| byte == b'.') {
                    "a string of nothing but dots".into()
                } else {
                    return Ok(Self((*given).to_owned()));
                }
            }
            Value::LongText(_) => value.kind(),
            _ => concat(&[&value.kind(), ", and it must be a string"]),
        };
        let rule = "must be 1 to 256 letters, digits, \"-\", \".\", \"_\" or \"~\", not ";
        Err(Failure::invalid_option(name, &concat(&[rule, &found])))
    }

    /// The id, as it stands in a path.
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
        Self::check(&text.into())
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_unreserved(found: char) -> bool {
    found.is_ascii_alphanumeric() || matches!(found, '-' | '.' | '_' | '~')
}

fn describe(found: char) -> String {
    if found.is_ascii_graphic() {
        concat(&["\"", found.encode_utf8(&mut [0; 4]), "\""])
    } else {
        code_point(found)
    }
}
