//! JavaScript's values, and the string in which `pkg/run/values.js` writes them.
//!
//! Each value is a letter and, for most, a content. A length is one of UTF-16 code units.
//!
//! | letter | value |
//! |---|---|
//! | `u` `n` `t` `f` | undefined, null, true, false |
//! | `F` `A` `O` | a function, an `AbortSignal`, another object |
//! | `#5:` `D5:` | a whole number below 2^53, a date in milliseconds since 1970 |
//! | `"3:abc` | a string: its length, and the string |
//! | `L70000:` | a longer string: its length. It is not copied, so that it can't fill the memory. |
//! | `[10:"1:a"1:b` | an array: the length of its elements, and the elements |
//! | `K3:NaN` | another value, in the words of an error message |
//! | `X` | a value that can't be read |
//!
//! `+` is between the defaults of a client and the options of a call.

use policy::base::error::Result;
use policy::internal::strings::{concat, split, string_kind, string_of, whole};
use policy::options::batch_id::BatchId;

/// A value: its letter and its content.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value<'a> {
    pub letter: u8,
    pub content: &'a str,
}

/// The value of an option that is not given.
pub const UNDEFINED: Value<'static> = Value {
    letter: b'u',
    content: "",
};

impl<'a> Value<'a> {
    /// Returns the string, if it is one.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        (self.letter == b'"').then_some(self.content)
    }

    /// Returns the number, if it is one and not negative.
    #[must_use]
    pub fn number(self) -> Option<u32> {
        let number = (self.letter == b'#').then(|| whole(self.content))?;
        u32::try_from(number?).ok()
    }

    /// Returns the milliseconds of a date or of a number.
    #[must_use]
    pub fn ms(self) -> Option<f64> {
        let digits = self.content.strip_prefix('-').unwrap_or(self.content);
        let ms = matches!(self.letter, b'D' | b'#').then(|| whole(digits))??;
        // Exact: below 2^53.
        #[allow(clippy::cast_precision_loss)]
        let ms = ms as f64;
        Some(if digits == self.content { ms } else { -ms })
    }

    /// Returns the elements of the array; no elements if the value is not an array.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        let is_array = self.letter == b'[';
        let mut rest = Encoded(if is_array { self.content } else { "" });
        std::iter::from_fn(move || rest.value())
    }

    #[must_use]
    pub fn is_function(self) -> bool {
        self.letter == b'F'
    }

    #[must_use]
    pub fn is_true(self) -> bool {
        self.letter == b't'
    }

    /// Describes the value for an error message. A string's content stays out of it: it may be a key.
    #[must_use]
    pub fn kind(self) -> String {
        let kind = match self.letter {
            b'"' => return string_kind(self.content),
            b'L' => return string_of(self.content),
            b'#' => return concat(&["the number ", self.content]),
            b'n' => "null",
            b't' => "the boolean true",
            b'f' => "the boolean false",
            b'F' => "a function",
            b'A' => "an AbortSignal",
            b'O' => "an object",
            b'D' => "a Date",
            b'[' => "an array",
            b'K' => self.content,
            _ => "undefined",
        };
        kind.into()
    }

    /// Checks that the value is the id of a batch. `name` is that of the option or argument.
    pub fn batch_id(self, name: &str) -> Result<BatchId> {
        let found = match self.letter {
            b'"' => return BatchId::check_as(name, self.content),
            b'L' => self.kind(),
            _ => concat(&[&self.kind(), ", and it must be a string"]),
        };
        Err(BatchId::wrong(name, &found))
    }
}

/// The part of a string that is not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'a>(pub &'a str);

impl<'a> Encoded<'a> {
    /// Skips an ASCII letter, if it is next.
    pub fn skip(&mut self, letter: u8) -> bool {
        let is_next = self.0.bytes().next() == Some(letter);
        if is_next {
            self.0 = self.0.get(1..).unwrap_or_default();
        }
        is_next
    }

    /// Reads a whole number and the colon after it.
    pub fn number(&mut self) -> Option<u32> {
        u32::try_from(whole(self.until_colon()?)?).ok()
    }

    /// Reads a string and its length, without a letter before it.
    pub fn string(&mut self) -> Option<&'a str> {
        let mut end = self.number()? as usize;
        if !self.0.get(..end).is_some_and(str::is_ascii) {
            let mut chars = self.0.chars();
            while end > 0 {
                end = end.saturating_sub(chars.next()?.len_utf16());
            }
            end = self.0.len() - chars.as_str().len();
        }
        let (text, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Some(text)
    }

    /// Reads a string; skips another value.
    pub fn text(&mut self) -> Option<String> {
        self.value()?.text().map(str::to_owned)
    }

    /// Reads the next value; none at the end, and for one that can't be read.
    pub fn value(&mut self) -> Option<Value<'a>> {
        let letter = self.0.bytes().next()?;
        // No letter of the format is above ASCII.
        self.0 = self.0.get(1..).unwrap_or_default();
        let content = match letter {
            b'u' | b'n' | b't' | b'f' | b'F' | b'A' | b'O' => "",
            b'"' | b'[' | b'K' => self.string()?,
            b'#' | b'D' | b'L' => self.until_colon()?,
            _ => return None,
        };
        Some(Value { letter, content })
    }

    fn until_colon(&mut self) -> Option<&'a str> {
        let (before, after) = split(self.0, b':')?;
        self.0 = after;
        Some(before)
    }
}
