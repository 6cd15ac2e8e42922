//! Which credential a call sends, or why it may not be sent.

use crate::base::error::{Code, Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::text;
use crate::options::base_url::BaseUrl;
use crate::options::checks::boolean;
use crate::options::given::Given;
use crate::options::headers::{Extra, check_visible};
use crate::options::runtime::{Environment, Host};

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

    /// The header that carries the secret.
    #[must_use]
    pub fn header(self, secret: &str) -> (String, String) {
        match self {
            Self::ApiKey => ("x-api-key".into(), secret.into()),
            Self::AuthToken => ("authorization".into(), text(&["Bearer ", secret])),
        }
    }

    fn header_name(self) -> &'static str {
        match self {
            Self::ApiKey => "x-api-key",
            Self::AuthToken => "authorization",
        }
    }
}

/// What is sent as a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing: a relay or a gateway adds it, or a header of the caller's carries it.
    None,
    /// This text.
    Fixed(Scheme, String),
    /// What a function of the caller's returns, once per attempt.
    Function(Scheme),
}

impl Credentials {
    /// Decides from the options, then the environment.
    pub fn choose(
        given: &Given,
        extra: &Extra,
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
                let declined = given.api_key == Value::Null || given.auth_token == Value::Null;
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
        let named = |scheme, name: &str, value: String| {
            check_visible(name, &Value::Text(value)).map(|secret| Self::Fixed(scheme, secret))
        };
        if let Some(key) = environment("ANTHROPIC_API_KEY") {
            named(Scheme::ApiKey, "ANTHROPIC_API_KEY", key)
        } else if let Some(token) = environment("ANTHROPIC_AUTH_TOKEN") {
            named(Scheme::AuthToken, "ANTHROPIC_AUTH_TOKEN", token)
        } else {
            Err(Failure::new(
                Code::MissingCredentials,
                if host.page {
                    "no credential: give baseURL, the relay that holds the key".into()
                } else {
                    "no credential: give apiKey or authToken, or set ANTHROPIC_API_KEY; apiKey: null \
                 sends none"
                    .into()
                },
            ))
        }
    }

    fn check(scheme: Scheme, value: &Value) -> Result<Self> {
        match value {
            Value::Function => Ok(Self::Function(scheme)),
            value => {
                check_visible(scheme.option(), value).map(|secret| Self::Fixed(scheme, secret))
            }
        }
    }

    /// Whether any credential leaves with the request.
    #[must_use]
    pub fn are_sent(&self, extra: &Extra) -> bool {
        *self != Self::None || extra.has_credential()
    }

    /// The header of a fixed credential.
    #[must_use]
    pub fn header(&self) -> Option<(String, String)> {
        match self {
            Self::Fixed(scheme, text) => Some(scheme.header(text)),
            _ => None,
        }
    }

    /// The text of a fixed credential.
    #[must_use]
    pub fn secret(&self) -> Option<&str> {
        match self {
            Self::Fixed(_, text) => Some(text),
            _ => None,
        }
    }

    /// None where the caller's own headers replace the credential.
    #[must_use]
    pub fn unless_replaced(self, extra: &Extra) -> Self {
        match self {
            Self::Function(scheme) if extra.replaces(scheme.header_name()) => Self::None,
            other => other,
        }
    }
}
