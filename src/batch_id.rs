//! What the id of a batch may be.

use crate::error::{Failure, Result};
use crate::text::{code_point, first, number, text};
use crate::value::Value;

/// The id of a Message Batch that is safe as one segment of a path.
///
/// 1 to 256 of the characters that a URL never encodes (letters, digits, `-`, `.`, `_`, `~`), and
/// not only dots. Nothing else is sent, encoded or not: proxies exist that decode `%2F` and so
/// turn an id into another path. The API's reference says that the format of ids may change, so
/// no prefix is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BatchId(String);

impl BatchId {
    /// The longest id, in characters.
    pub const MAX_LENGTH: usize = 256;

    /// Checks what a caller passed as an id.
    pub fn check(value: &Value) -> Result<Self> {
        let Value::Text(given) = value else {
            return Err(refuse(&match value {
                Value::LongText(_) => value.kind(),
                _ => text(&[&value.kind(), ", and it must be a string"]),
            }));
        };
        if given.is_empty() || given.trim().is_empty() {
            return Err(refuse(&value.kind()));
        }
        let length = given.encode_utf16().count();
        if length > Self::MAX_LENGTH {
            return Err(refuse(&value.kind()));
        }
        if let Some((index, found)) = first(given, |found| !is_unreserved(found)) {
            return Err(refuse(&text(&[
                "a string with ",
                &describe(found),
                " at index ",
                &number(index as u64),
            ])));
        }
        if given.bytes().all(|byte| byte == b'.') {
            return Err(refuse("a string of nothing but dots"));
        }
        Ok(Self(given.clone()))
    }

    /// The id, as it stands in a path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_unreserved(found: char) -> bool {
    found.is_ascii_alphanumeric() || matches!(found, '-' | '.' | '_' | '~')
}

fn describe(found: char) -> String {
    if found.is_ascii_graphic() {
        text(&["\"", found.encode_utf8(&mut [0; 4]), "\""])
    } else {
        code_point(found)
    }
}

fn refuse(found: &str) -> Box<Failure> {
    Failure::invalid_option(
        "id",
        &text(&[
            "must be 1 to 256 letters, digits, \"-\", \".\", \"_\" or \"~\", not ",
            found,
        ]),
    )
}
