//! The checks that options share.

use crate::base::error::{Failure, Result};
use crate::base::strings::{code_point, concat, first, number, string_kind, with_character};

/// The longest time, in milliseconds, that a timer takes.
pub const MAX_MS: u32 = 2_147_483_647;

/// The whole numbers that an option takes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    expected: &'static str,
    from: u32,
    to: u32,
}

impl Bounds {
    /// Creates the bounds of whole numbers from `from` to `to`.
    #[must_use]
    pub const fn new(from: u32, to: u32) -> Self {
        Self {
            expected: "a whole number",
            from,
            to,
        }
    }

    /// Creates the bounds of milliseconds from `from` to the longest time that a timer takes.
    #[must_use]
    pub const fn milliseconds(from: u32) -> Self {
        Self {
            expected: "a whole number of milliseconds",
            ..Self::new(from, MAX_MS)
        }
    }

    /// Returns whether the number is one of them.
    #[must_use]
    pub fn contains(&self, value: u32) -> bool {
        (self.from..=self.to).contains(&value)
    }

    /// Checks the value of the option with this name.
    pub fn check(&self, name: &str, value: u32) -> Result<()> {
        if self.contains(value) {
            return Ok(());
        }
        Err(self.wrong(name, &concat(&["the number ", &number(value.into())])))
    }

    /// Returns the failure of an option. `found` describes its value.
    #[must_use]
    pub fn wrong(&self, name: &str, found: &str) -> Box<Failure> {
        let (from, to) = (number(self.from.into()), number(self.to.into()));
        let expected = concat(&[self.expected, " from ", &from, " to ", &to]);
        Failure::wrong(name, &expected, found)
    }
}

/// Checks that a string has at least one character, and only allowed ones; the error describes the string.
pub fn visible(text: &str, is_allowed: fn(u8) -> bool) -> std::result::Result<&str, String> {
    match first(text, is_allowed) {
        Some((index, wrong)) => Err(with_character(&code_point(wrong), index)),
        None if text.is_empty() => Err(string_kind(text)),
        None => Ok(text),
    }
}

/// Describes the values of an option that becomes the whole value of a header.
pub const VISIBLE: &str = "a string of visible ASCII characters";

/// Checks an option that becomes the whole value of a header.
pub fn check_visible<'a>(option: &str, text: &'a str) -> Result<&'a str> {
    visible(text, |byte| byte.is_ascii_graphic())
        .map_err(|found| Failure::wrong(option, VISIBLE, &found))
}
