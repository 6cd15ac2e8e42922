//! What a caller passed, in the few kinds that a check distinguishes.

use crate::base::strings::{self, is_blank, text};

/// A JavaScript value, seen from a check that knows nothing of JavaScript.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
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
    Text(String),
    /// A longer string: its length. It is never copied, so that it can't fill the memory.
    LongText(u32),
    /// A `Date`, in milliseconds since 1970; NaN where it is no date.
    Date(f64),
    /// An array and its elements.
    Array(Vec<Value>),
    /// A function.
    Function,
    /// Any other object.
    Object,
    /// A symbol or a bigint.
    Other(&'static str),
}

impl Value {
    /// The longest string that is read at all, in UTF-16 code units.
    pub const MAX_TEXT: u32 = 65_536;

    /// Whether the option counts as not given.
    #[must_use]
    pub fn is_undefined(&self) -> bool {
        *self == Self::Undefined
    }

    /// The kind of the value in words, for an error message. A string's content stays out of it:
    /// it may be a key.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Undefined => "undefined".into(),
            Self::Null => "null".into(),
            Self::Bool(true) => "the boolean true".into(),
            Self::Bool(false) => "the boolean false".into(),
            Self::Number(number) => number_kind(*number),
            Self::Text(text) if text.is_empty() => "an empty string".into(),
            Self::Text(text) if is_blank(text) => "a blank string".into(),
            Self::Text(text) => characters(text.encode_utf16().count() as u64),
            Self::LongText(length) => characters((*length).into()),
            Self::Date(ms) if ms.is_nan() => "an invalid Date".into(),
            Self::Date(_) => "a Date".into(),
            Self::Array(_) => "an array".into(),
            Self::Function => "a function".into(),
            Self::Object => "an object".into(),
            Self::Other(name) => (*name).into(),
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

fn characters(count: u64) -> String {
    text(&["a string of ", &strings::number(count), " characters"])
}

/// Tells numbers apart without formatting one: float formatting weighs several kilobytes.
fn number_kind(number: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    if number.is_nan() {
        "NaN".into()
    } else if number.is_infinite() {
        if number > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        }
    } else if number.fract() != 0.0 {
        "a number with a fraction".into()
    } else if number.abs() < 9e15 {
        let sign = if number < 0.0 { "-" } else { "" };
        text(&["the number ", sign, &strings::number(number.abs() as u64)])
    } else {
        "a number too large".into()
    }
}
