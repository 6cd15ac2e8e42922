//! Settings from Rust's types: durations, strings, beta flags.

use crate::base::error::{Code, Result};
use crate::base::headers::REDACTED;
use crate::options::base_url::BaseUrl;
use crate::options::betas::{AnthropicBeta, Betas};
use crate::options::checks::{Bounds, check_visible};
use crate::options::credentials::{CredentialOption, Environment, Scheme};
use crate::options::extra_headers::ExtraHeaders;
use crate::options::{RETRIES, RETRY_DELAY, RequestOptions, Settings, TIMEOUT, Vocabulary};
use std::fmt;
use std::time::Duration;

/// A key or a token. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

/// Leaves out the secret itself.
impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

/// The credential of a builder.
#[derive(Clone, Debug, Default)]
enum BuilderCredential {
    #[default]
    Environment,
    Nothing,
    ByDriver(Scheme),
    Given(Scheme, Secret),
}

/// Builds [`Settings`]; [`SettingsBuilder::build`] checks every value.
///
/// ```
/// use delete_message_batch_policy::{AnthropicBeta, Settings};
/// use std::time::Duration;
///
/// let settings = Settings::builder()
///     .api_key("sk-ant-example")
///     .beta(AnthropicBeta::MessageBatches20240924)
///     .timeout(Duration::from_secs(5))
///     .header("x-trace", "42")
///     .build()?;
/// assert!(!format!("{settings:?}").contains("sk-ant"));
///
/// let failure = Settings::builder().api_key("sk-ant-example").max_retry_delay(Duration::MAX).build();
/// assert_eq!(failure.unwrap_err().option.as_deref(), Some("max_retry_delay"));
/// # Ok::<(), Box<delete_message_batch_policy::Failure>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct SettingsBuilder {
    credential: BuilderCredential,
    base_url: Option<String>,
    betas: Vec<AnthropicBeta>,
    workspace_id: Option<String>,
    anthropic_version: Option<String>,
    headers: Vec<(String, Option<Secret>)>,
    max_retries: Option<u32>,
    max_retry_delay: Option<Duration>,
    timeout: Option<Duration>,
    total_timeout: Option<Duration>,
}

impl Settings {
    /// Returns a builder, which has the rules and defaults of the npm package.
    pub fn builder() -> SettingsBuilder {
        SettingsBuilder::default()
    }
}

impl SettingsBuilder {
    /// Sets the API key, which is sent as `x-api-key`. The default is `ANTHROPIC_API_KEY`.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.credential = BuilderCredential::Given(Scheme::ApiKey, key.into());
        self
    }

    /// Sets a token, which is sent as `Authorization: Bearer` instead of a key. The default is
    /// `ANTHROPIC_AUTH_TOKEN`, if there is no key.
    pub fn auth_token(mut self, token: impl Into<Secret>) -> Self {
        self.credential = BuilderCredential::Given(Scheme::AuthToken, token.into());
        self
    }

    /// Sends no credential, because a gateway or the transport adds it.
    pub fn no_credential(mut self) -> Self {
        self.credential = BuilderCredential::Nothing;
        self
    }

    /// Lets a driver of your own supply a credential for each attempt, at
    /// [`Action::CallForCredential`](crate::Action::CallForCredential). The client has no such function: its transport can
    /// add the header.
    pub fn call_for_credential(mut self, scheme: Scheme) -> Self {
        self.credential = BuilderCredential::ByDriver(scheme);
        self
    }

    /// Sets the URL of the API. The default is `ANTHROPIC_BASE_URL`, or the API's own.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Adds a beta flag.
    pub fn beta(mut self, flag: AnthropicBeta) -> Self {
        self.betas.push(flag);
        self
    }

    /// Sets the workspace. The default is that of the credential.
    pub fn workspace_id(mut self, id: impl Into<String>) -> Self {
        self.workspace_id = Some(id.into());
        self
    }

    /// Sets `anthropic-version`. The default is [`ANTHROPIC_VERSION`](super::ANTHROPIC_VERSION).
    pub fn anthropic_version(mut self, version: impl Into<String>) -> Self {
        self.anthropic_version = Some(version.into());
        self
    }

    /// Adds a header to each request. It replaces a default of the same name. Errors do not show the value of
    /// a header whose name is that of a credential.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.push((name.into(), Some(value.into())));
        self
    }

    /// Removes a default header.
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.headers.push((name.into(), None));
        self
    }

    /// Sets the number of retries after the first attempt. The default is 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// Sets the longest `retry-after` that a call waits for. The default is one minute.
    pub fn max_retry_delay(mut self, delay: Duration) -> Self {
        self.max_retry_delay = Some(delay);
        self
    }

    /// Sets the limit on one attempt. The default is one minute.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets the limit on the whole call, or the whole job. There is none by default.
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = Some(limit);
        self
    }

    /// Checks the values, and reads the absent ones from the variables of the process.
    pub fn build(&self) -> Result<Settings> {
        self.build_with(&|name| std::env::var(name).ok())
    }

    /// Checks the values, and reads the absent ones from these variables: a Worker has its own.
    pub fn build_with(&self, environment: Environment<'_>) -> Result<Settings> {
        let options = self.options()?;
        let mut settings = Settings::check(options, environment).map_err(|mut failure| {
            if failure.code == Code::MissingCredentials {
                failure.message =
                    "no credential: give api_key or auth_token, or set ANTHROPIC_API_KEY; \
                                   no_credential() sends none"
                        .into();
            }
            failure
        })?;
        settings.vocabulary = Vocabulary::Rust;
        Ok(settings)
    }

    /// Checks the given values.
    fn options(&self) -> Result<RequestOptions<'_>> {
        let defaults = RequestOptions::default();
        let mut retries = defaults.retries;
        if let Some(count) = self.max_retries {
            RETRIES.check("max_retries", count)?;
            retries.max_retries = count;
        }
        if let Some(delay) = self.max_retry_delay {
            retries.max_delay_ms = milliseconds("max_retry_delay", RETRY_DELAY, delay)?;
        }
        let url = self.base_url.as_deref();
        let workspace_id = self.workspace_id.as_deref();
        let headers = self.headers.iter().map(|(name, value)| {
            let value = value.as_ref().map(|value| value.0.as_str());
            (name.as_str(), value)
        });
        Ok(RequestOptions {
            credential: self.credential()?,
            base_url: url.map(|url| BaseUrl::check("base_url", url)).transpose()?,
            betas: Betas::check(self.betas.iter().map(AnthropicBeta::as_str))?,
            workspace_id: workspace_id
                .map(|id| check_visible("workspace_id", id))
                .transpose()?,
            anthropic_version: match &self.anthropic_version {
                Some(version) => check_visible("anthropic_version", version)?,
                None => defaults.anthropic_version,
            },
            headers: ExtraHeaders::check(headers)?,
            retries,
            timeout: match self.timeout {
                Some(limit) => milliseconds("timeout", TIMEOUT, limit)?,
                None => defaults.timeout,
            },
            total_timeout: self
                .total_timeout
                .map(|limit| milliseconds("total_timeout", TIMEOUT, limit))
                .transpose()?,
            ..defaults
        })
    }

    fn credential(&self) -> Result<CredentialOption<'_>> {
        Ok(match &self.credential {
            BuilderCredential::Environment => CredentialOption::Environment,
            BuilderCredential::Nothing => CredentialOption::Nothing,
            BuilderCredential::ByDriver(scheme) => CredentialOption::Function(*scheme),
            BuilderCredential::Given(scheme, secret) => {
                let name = match scheme {
                    Scheme::ApiKey => "api_key",
                    Scheme::AuthToken => "auth_token",
                };
                CredentialOption::Fixed(*scheme, check_visible(name, &secret.0)?)
            }
        })
    }
}

/// Checks a time, and returns it in whole milliseconds.
fn milliseconds(name: &str, bounds: Bounds, time: Duration) -> Result<u32> {
    // No bound allows the largest number.
    let ms = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
    bounds.check(name, ms)?;
    Ok(ms)
}
