//! Arrays that a Rust program gives as the value of an option.

use crate::base::input_value::{Elements, Value};
use crate::base::strings::number;

/// The elements of an array, for an option that takes one.
///
/// ```
/// use delete_message_batch_policy::{Array, Given};
///
/// let betas = Array::of_texts(["message-batches-2024-09-24"]);
/// let headers = Array::of_pairs([("x-trace", Some("42")), ("anthropic-version", None)]);
/// let given = Given {
///     betas: betas.value(),
///     headers: headers.value(),
///     ..Given::default()
/// };
/// # assert!(matches!(given.betas, delete_message_batch_policy::Value::Array(_)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Array {
    /// As `encoded` reads it.
    text: String,
    count: u32,
}

impl Array {
    /// An array of strings, such as `betas`.
    pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut array = Self::default();
        for text in texts {
            array.write(text);
            array.count += 1;
        }
        array
    }

    /// An array of names and values: `headers`. `None` removes the default of that name.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let mut array = Self::default();
        for (name, value) in pairs {
            array.text.push_str("[2:");
            array.write(name);
            match value {
                Some(value) => array.write(value),
                None => array.text.push('n'),
            }
            array.count += 1;
        }
        array
    }

    /// The value of the option.
    #[must_use]
    pub fn value(&self) -> Value<'_> {
        Value::Array(Elements {
            text: &self.text,
            count: self.count,
        })
    }

    fn write(&mut self, text: &str) {
        let length = text.encode_utf16().count() as u64;
        let is_long = length > Value::MAX_TEXT.into();
        let (letter, content) = if is_long { ("L", "") } else { ("\"", text) };
        self.text.extend([letter, &number(length), ":", content]);
    }
}
