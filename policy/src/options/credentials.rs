//! Which credential a call sends, or why it may not be sent.

use crate::base::error::{Code, Failure, Result};
use crate::base::headers::{Headers, REDACTED};
use crate::base::input_value::Value;
use crate::base::strings::concat;
use crate::options::base_url::BaseUrl;
use crate::options::checks::boolean;
use crate::options::extra_headers::{ExtraHeaders, check_visible};
use crate::options::given::Given;
use crate::options::runtime::{Environment, Host};
use std::fmt;
use std::ops::Deref;

/// The two ways of sending a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `x-api-key: KEY`
    ApiKey,
    /// `Authorization: Bearer TOKEN`
    AuthToken,
}

impl Scheme {
    /// The option's name.
    #[must_use]
    pub fn option(self) -> &'static str {
        match self {
            Self::ApiKey => "apiKey",
            Self::AuthToken => "authToken",
        }
    }

    /// Adds the header that carries the secret.
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

/// The credential that is sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing: a relay or a gateway adds it, or a header of the caller's carries it.
    None,
    /// This text.
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

/// How many there are.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} × {REDACTED}", self.0.len())
    }
}

/// Without the credential itself.
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
    /// Decides from the options, then the environment.
    pub fn choose(
        given: &Given<'_>,
        extra: &ExtraHeaders,
        base_url: &BaseUrl,
        host: &Host,
        environment: Environment<'_>,
    ) -> Result<Self> {
        let allowed = boolean("dangerouslyAllowBrowser", &given.dangerously_allow_browser)?;
        let absent = |value: &Value| matches!(value, Value::Undefined | Value::Null);
        let chosen = match (absent(&given.api_key), absent(&given.auth_token)) {
            (false, false) => {
                return Err(Failure::invalid_option(
                    "apiKey",
                    "and authToken are both given: give one, and null for the other",
                ));
            }
            (false, true) => Self::check(Scheme::ApiKey, &given.api_key)?,
            (true, false) => Self::check(Scheme::AuthToken, &given.auth_token)?,
            (true, true) => {
                let declined = [given.api_key, given.auth_token];
                let declined = declined.iter().any(|value| matches!(value, Value::Null));
                if declined || extra.has_credential() || base_url.same_origin {
                    Self::None
                } else {
                    Self::of_environment(host, environment)?
                }
            }
        };
        if host.page && !allowed && chosen.are_sent(extra) {
            return Err(Failure::new(
                Code::BrowserNotAllowed,
                "a key in a browser page can be read by everybody who opens it: send the call \
                 through a relay that holds the key (baseURL), or set dangerouslyAllowBrowser"
                    .into(),
            ));
        }
        Ok(chosen)
    }

    fn of_environment(host: &Host, environment: Environment<'_>) -> Result<Self> {
        let variables = [
            (Scheme::ApiKey, "ANTHROPIC_API_KEY"),
            (Scheme::AuthToken, "ANTHROPIC_AUTH_TOKEN"),
        ];
        for (scheme, name) in variables {
            if let Some(secret) = environment(name) {
                let secret = check_visible(name, &Value::Text(&secret))?;
                return Ok(Self::Fixed(scheme, secret.to_owned()));
            }
        }
        let message = if host.page {
            "no credential: give baseURL, the relay that holds the key"
        } else {
            "no credential: give apiKey or authToken, or set ANTHROPIC_API_KEY; apiKey: null sends none"
        };
        Err(Failure::new(Code::MissingCredentials, message.into()))
    }

    fn check(scheme: Scheme, value: &Value) -> Result<Self> {
        match value {
            Value::Function => Ok(Self::Function(scheme)),
            value => {
                let secret = check_visible(scheme.option(), value)?;
                Ok(Self::Fixed(scheme, secret.to_owned()))
            }
        }
    }

    /// Whether any credential leaves with the request.
    #[must_use]
    pub fn are_sent(&self, extra: &ExtraHeaders) -> bool {
        *self != Self::None || extra.has_credential()
    }

    /// None where the caller's own headers replace the credential.
    #[must_use]
    pub fn unless_replaced(self, extra: &ExtraHeaders) -> Self {
        match self {
            Self::Function(scheme) if extra.replaces(scheme.header_name()) => Self::None,
            other => other,
        }
    }
}
