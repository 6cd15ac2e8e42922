//! Header names and values as one string: copied, passed to a driver and redacted at once.

use crate::base::strings::{has, split};
use std::fmt;

/// Header names and values, in the order in which they are sent: a line for each name, then a line for its
/// value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(String);

/// Parts of the names of headers whose values are credentials: `x-api-key`, `proxy-authorization`,
/// `cf-access-client-secret`, `x-goog-iap-jwt-assertion`, `x-vercel-protection-bypass`.
const OF_CREDENTIALS: [&str; 11] = [
    "auth",
    "key",
    "secret",
    "token",
    "cookie",
    "pass",
    "credential",
    "assertion",
    "session",
    "signature",
    "jwt",
];

/// The string that replaces a credential.
pub(crate) const REDACTED: &str = "[redacted]";

/// Leaves out the values of credentials.
impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self
            .iter()
            .map(|(name, value)| (name, if is_credential(name) { REDACTED } else { value }));
        formatter.debug_map().entries(shown).finish()
    }
}

/// Returns whether the value of a header is a credential, by its name in lower case.
pub(crate) fn is_credential(name: &str) -> bool {
    OF_CREDENTIALS.iter().any(|part| has(name, part))
}

impl Headers {
    /// Creates an empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// Creates the headers of these lines. A line without a line feed at its end is ignored.
    #[must_use]
    pub fn of_lines(lines: String) -> Self {
        Self(lines)
    }

    /// Returns the lines, each with a line feed at its end.
    #[must_use]
    pub fn lines(&self) -> &str {
        &self.0
    }

    /// Adds a header: its name in lower case, and neither name nor value with a line feed.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.extend([name, "\n", value, "\n"]);
    }

    /// Returns the headers in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = self.0.as_str();
        std::iter::from_fn(move || {
            let (name, after) = split(rest, b'\n')?;
            let (value, after) = split(after, b'\n')?;
            rest = after;
            Some((name, value))
        })
    }

    /// Returns the value of the first header of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }
}
