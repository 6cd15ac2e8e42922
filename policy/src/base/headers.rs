//! Header names and values as one text: copied, handed to JavaScript and cleaned in one go.

use crate::base::strings::split;

/// Header names and values, in the order in which they are sent: lines of a name and of its value in
/// turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(String);

impl Headers {
    /// No headers.
    #[must_use]
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// The headers of these lines. A text without a line feed behind it is no line.
    #[must_use]
    pub fn of_lines(lines: String) -> Self {
        Self(lines)
    }

    /// The lines, each with a line feed behind it.
    #[must_use]
    pub fn lines(&self) -> &str {
        &self.0
    }

    /// Adds a header. Neither name nor value may have a line feed.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.extend([name, "\n", value, "\n"]);
    }

    /// The headers in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = self.0.as_str();
        std::iter::from_fn(move || {
            let (name, after) = split(rest, b'\n')?;
            let (value, after) = split(after, b'\n')?;
            rest = after;
            Some((name, value))
        })
    }

    /// The value of the first header of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }
}
