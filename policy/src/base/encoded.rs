//! Reads values from the text in which a driver hands them over: many values, one text.
//!
//! Each value is a letter and, for most, a content:
//!
//! | letter | value |
//! |---|---|
//! | `u` `n` `t` `f` | undefined, null, true, false |
//! | `S` `B` `*` `X` | a symbol, a bigint, an array too large or too deep, a value that can't be read |
//! | `F` `O` | a function, an object: the next handle of the driver's |
//! | `A` | an `AbortSignal` |
//! | `#5:` `D5:` | a number, a date |
//! | `"3:abc` `L70000:` | a string and its UTF-16 length, a string too long to copy |
//! | `[2:` | an array; its elements follow |

use crate::base::input_value::{Elements, Value};
use crate::base::strings::{find, split, whole};

/// The text that is left, and how many handles came before it.
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'a> {
    rest: &'a str,
    handles: u32,
}

impl<'a> Encoded<'a> {
    /// Begins to read.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            handles: 0,
        }
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The number of the next function or object, from 0.
    #[must_use]
    pub fn handle(&self) -> u32 {
        self.handles
    }

    /// The text that is not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// Skips a letter, if it is next.
    pub fn skip(&mut self, letter: char) -> bool {
        let rest = self.rest.strip_prefix(letter);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// A whole number before a colon.
    pub fn number(&mut self) -> Option<u32> {
        u32::try_from(whole(self.until_colon()?)?).ok()
    }

    /// A string and its length, without a letter before it.
    pub fn string(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        let mut end = length;
        let ascii = self.rest.get(..length).filter(|text| text.is_ascii());
        if ascii.is_none() {
            let mut units = 0;
            let mut chars = self.rest.chars();
            while units < length {
                units += chars.next()?.len_utf16();
            }
            end = self.rest.len() - chars.as_str().len();
        }
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(text)
    }

    /// A string, or nothing where another value is next, which is skipped.
    pub fn text(&mut self) -> Option<String> {
        if self.skip('"') {
            return self.string().map(str::to_owned);
        }
        self.value();
        None
    }

    /// The next value; undefined at the end, and `None` for one that can't be read.
    pub fn value(&mut self) -> Option<Value<'a>> {
        let mut chars = self.rest.chars();
        let letter = chars.next();
        self.rest = chars.as_str();
        Some(match letter? {
            'n' => Value::Null,
            't' => Value::Bool(true),
            'f' => Value::Bool(false),
            'A' => Value::Signal,
            'S' => Value::Other("a symbol"),
            'B' => Value::Other("a bigint"),
            '*' => Value::Other("an array of too many elements"),
            'X' => return None,
            'F' => {
                self.handles += 1;
                Value::Function
            }
            'O' => {
                self.handles += 1;
                Value::Object
            }
            '#' => Value::Number(number(self.until_colon()?)),
            'D' => Value::Date(number(self.until_colon()?)),
            '"' => Value::Text(self.string()?),
            'L' => Value::LongText(self.number()?),
            '[' => {
                let count = self.number()?;
                let text = self.rest;
                for _ in 0..count {
                    self.value()?;
                }
                Value::Array(Elements { text, count })
            }
            _ => Value::Undefined,
        })
    }

    fn until_colon(&mut self) -> Option<&'a str> {
        let (before, after) = split(self.rest, b':')?;
        self.rest = after;
        Some(before)
    }
}

/// The elements of an array.
pub fn elements(array: Elements<'_>) -> impl Iterator<Item = Value<'_>> {
    let mut rest = Encoded::new(array.text);
    (0..array.count).map(move |_| rest.value().unwrap_or_default())
}

/// A number as JavaScript writes it. Only whole numbers matter, so one with a fraction comes out
/// with some fraction, and one with an exponent as too large: float parsing weighs 15 KB.
fn number(text: &str) -> f64 {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text),
    };
    match digits {
        "NaN" => f64::NAN,
        "Infinity" => sign * f64::INFINITY,
        // Exact below 2^53; beyond that the number is too large for every option.
        #[allow(clippy::cast_precision_loss)]
        digits => match (whole(digits), split(digits, b'e')) {
            (Some(number), _) => sign * number as f64,
            (None, Some((_, exponent))) if exponent.starts_with('-') => sign * 0.5,
            (None, None) if find(digits, b'.').is_some() => sign * 0.5,
            _ => sign * 1e300,
        },
    }
}
