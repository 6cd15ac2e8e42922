//! The credential that a call sends.

use crate::base::error::{Code, Failure, Result};
use crate::base::headers::{Headers, REDACTED};
use crate::base::strings::concat;
use crate::options::checks::check_visible;
use crate::options::extra_headers::ExtraHeaders;
use std::fmt;
use std::ops::Deref;

/// Returns a variable of the environment; `None` if it is not set. Called only if an option is absent,
/// because in Node each read takes a microsecond.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The two ways of sending a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `x-api-key: KEY`
    ApiKey,
    /// `Authorization: Bearer TOKEN`
    AuthToken,
}

impl Scheme {
    /// Returns the option's name.
    #[doc(hidden)]
    #[must_use]
    pub fn option(self) -> &'static str {
        match self {
            Self::ApiKey => "apiKey",
            Self::AuthToken => "authToken",
        }
    }

    /// Adds the header that carries the secret.
    #[doc(hidden)]
    pub fn add(self, secret: &str, headers: &mut Headers) {
        match self {
            Self::ApiKey => headers.push(self.header_name(), secret),
            Self::AuthToken => headers.push(self.header_name(), &concat(&["Bearer ", secret])),
        }
    }

    fn header_name(self) -> &'static str {
        match self {
            Self::ApiKey => "x-api-key",
            Self::AuthToken => "authorization",
        }
    }
}

/// The credential that a caller gives.
#[doc(hidden)]
#[derive(Clone, Copy, Default)]
pub enum CredentialOption<'a> {
    /// `ANTHROPIC_API_KEY` or `ANTHROPIC_AUTH_TOKEN`, unless a header of the caller's is a credential.
    #[default]
    Environment,
    /// No credential: a relay or a gateway adds it.
    Nothing,
    /// This string.
    Fixed(Scheme, &'a str),
    /// The driver creates one for each attempt: [`Action::CallForCredential`](crate::Action).
    Function(Scheme),
}

/// The credential that is sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing: a relay or a gateway adds it, or a header of the caller's carries it.
    None,
    /// This string.
    Fixed(Scheme, String),
    /// The result of a function of the caller's, called once per attempt.
    Function(Scheme),
}

/// Values that must not show in an error, in a log or in the `Debug` of anything.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn push(&mut self, secret: String) {
        self.0.push(secret);
    }
}

impl From<Vec<String>> for Secrets {
    fn from(secrets: Vec<String>) -> Self {
        Self(secrets)
    }
}

impl Deref for Secrets {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

/// Shows only the number of values.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} × {REDACTED}", self.0.len())
    }
}

/// Leaves out the credential itself.
impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.write_str("None"),
            Self::Fixed(scheme, _) => write!(formatter, "Fixed({scheme:?}, {REDACTED})"),
            Self::Function(scheme) => write!(formatter, "Function({scheme:?})"),
        }
    }
}

impl Credentials {
    /// Checks the caller's credential, or that of the environment.
    pub(crate) fn choose(
        given: CredentialOption<'_>,
        extra: &ExtraHeaders,
        environment: Environment<'_>,
    ) -> Result<Self> {
        match given {
            CredentialOption::Nothing => Ok(Self::None),
            CredentialOption::Function(scheme) => Ok(Self::Function(scheme)),
            CredentialOption::Fixed(scheme, secret) => Self::fixed(scheme, scheme.option(), secret),
            CredentialOption::Environment if extra.has_credential() => Ok(Self::None),
            CredentialOption::Environment => Self::of_environment(environment),
        }
    }

    fn of_environment(environment: Environment<'_>) -> Result<Self> {
        let variables = [
            (Scheme::ApiKey, "ANTHROPIC_API_KEY"),
            (Scheme::AuthToken, "ANTHROPIC_AUTH_TOKEN"),
        ];
        for (scheme, name) in variables {
            if let Some(secret) = environment(name) {
                return Self::fixed(scheme, name, &secret);
            }
        }
        let message = "no credential: give apiKey or authToken, or set ANTHROPIC_API_KEY; apiKey: null sends none";
        Err(Failure::new(Code::MissingCredentials, message.into()))
    }

    fn fixed(scheme: Scheme, name: &str, secret: &str) -> Result<Self> {
        Ok(Self::Fixed(scheme, check_visible(name, secret)?.to_owned()))
    }

    /// Returns `None` if the caller's own headers replace the result of a function.
    pub(crate) fn unless_replaced(self, extra: &ExtraHeaders) -> Self {
        match self {
            Self::Function(scheme) if extra.replaces(scheme.header_name()) => Self::None,
            other => other,
        }
    }
}
