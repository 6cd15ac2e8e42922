//! Header names and values as one string: copied, passed to a driver and redacted in one go.

use crate::base::strings::split;
use std::fmt;

/// Header names and values, in the order in which they are sent: lines of a name and of its value in
/// turn.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(String);

/// Headers whose value is a credential, the caller's or ours.
pub(crate) const CREDENTIALS: [&str; 4] = [
    "authorization",
    "x-api-key",
    "proxy-authorization",
    "cookie",
];

/// The string that replaces a credential.
pub(crate) const REDACTED: &str = "[redacted]";

/// Without the values of credentials.
impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|(name, value)| {
            let is_secret = CREDENTIALS.contains(&name);
            (name, if is_secret { REDACTED } else { value })
        });
        formatter.debug_map().entries(shown).finish()
    }
}

impl Headers {
    /// No headers.
    #[must_use]
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// The headers of these lines. A line without a line feed at its end does not count.
    #[must_use]
    pub fn of_lines(lines: String) -> Self {
        Self(lines)
    }

    /// The lines, each with a line feed behind it.
    #[must_use]
    pub fn lines(&self) -> &str {
        &self.0
    }

    /// Adds a header: its name in lower case, and neither name nor value with a line feed.
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
