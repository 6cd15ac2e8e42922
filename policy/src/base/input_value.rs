//! A value that a caller passed, in the few kinds that a check distinguishes.
//!
//! A Rust program makes one of a string, a number or a boolean by `into()`, and of several by
//! [`Array`](crate::base::array::Array).

use crate::base::strings::{self, concat, is_blank};

/// The value of an option, nothing checked yet. Options have their names and rules from the JavaScript
/// package, and so the kinds of JavaScript's values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Value<'a> {
    /// `undefined`, or an option that was not given.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, NaN and infinities included.
    Number(f64),
    /// A string of at most [`Value::MAX_TEXT`] UTF-16 code units.
    Text(&'a str),
    /// A longer string: its length. It is never copied, so that it can't fill the memory.
    LongText(u32),
    /// A `Date`, in milliseconds since 1970; NaN where it is no date.
    Date(f64),
    /// An array and its elements.
    Array(Elements<'a>),
    /// A function.
    Function,
    /// An `AbortSignal`.
    Signal,
    /// Any other object.
    Object,
    /// A symbol or a bigint.
    Other(&'static str),
}

/// The elements of an array, as a driver has handed them over. A Rust program makes them by
/// [`Array`](crate::base::array::Array).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Elements<'a> {
    /// The text that begins with the first one.
    pub text: &'a str,
    /// How many there are.
    pub count: u32,
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        match u32::try_from(text.encode_utf16().count()) {
            Ok(length) if length <= Self::MAX_TEXT => Self::Text(text),
            length => Self::LongText(length.unwrap_or(u32::MAX)),
        }
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Number(value.into())
    }
}

impl Value<'_> {
    /// The longest string that is read at all, in UTF-16 code units.
    pub const MAX_TEXT: u32 = 65_536;

    /// Whether the option counts as not given.
    #[must_use]
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// Describes the kind of the value, for an error message. A string's content stays out of it:
    /// it may be a key.
    #[must_use]
    pub fn kind(&self) -> String {
        let ([before, sign], number, after) = match self {
            Self::Number(number) if is_countable(*number) => {
                let sign = if *number < 0.0 { "-" } else { "" };
                // Whole, and less than 2^53.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                (["the number ", sign], number.abs() as u64, "")
            }
            Self::Text(text) if !is_blank(text) => {
                let length = text.encode_utf16().count();
                (["a string of ", ""], length as u64, " characters")
            }
            Self::LongText(length) => (["a string of ", ""], (*length).into(), " characters"),
            other => return other.name().into(),
        };
        concat(&[before, sign, &strings::number(number), after])
    }

    /// The kind of a value without a number in it.
    fn name(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Bool(true) => "the boolean true",
            Self::Bool(false) => "the boolean false",
            Self::Number(number) if number.is_nan() => "NaN",
            Self::Number(f64::INFINITY) => "Infinity",
            Self::Number(f64::NEG_INFINITY) => "-Infinity",
            Self::Number(number) if number.fract() == 0.0 => "a number too large",
            Self::Number(_) => "a number with a fraction",
            Self::Text("") => "an empty string",
            Self::Text(_) | Self::LongText(_) => "a blank string",
            Self::Date(ms) if ms.is_nan() => "an invalid Date",
            Self::Date(_) => "a Date",
            Self::Array(_) => "an array",
            Self::Function => "a function",
            Self::Signal => "an AbortSignal",
            Self::Object => "an object",
            Self::Other(name) => name,
        }
    }

    /// The number, if it is a whole one from `from` to `to`.
    #[must_use]
    pub fn whole(&self, from: u32, to: u32) -> Option<u32> {
        match self {
            // The cast is exact: the guard leaves whole numbers of the range only.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Self::Number(number)
                if number.fract() == 0.0 && (f64::from(from)..=f64::from(to)).contains(number) =>
            {
                Some(*number as u32)
            }
            _ => None,
        }
    }
}

/// Whether the number can be shown without formatting a float, which weighs several kilobytes.
fn is_countable(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < 9e15
}
