//! The options that every call takes: from a caller's values to checked settings.

pub mod base_url;
pub mod batch_id;
pub mod betas;
#[doc(hidden)]
pub mod checks;
pub mod credentials;
#[doc(hidden)]
pub mod extra_headers;
pub mod given;
pub mod runtime;
pub mod selection;
#[doc(hidden)]
pub mod suggest;

use crate::base::error::Result;
use crate::base::headers::Headers;
use crate::base::input_value::Value;
use crate::options::base_url::BaseUrl;
use crate::options::checks::{MAX_MS, check_function, integer_in, milliseconds};
use crate::options::credentials::{Credentials, Secrets};
use crate::options::extra_headers::{ExtraHeaders, check_visible};
use crate::options::given::Given;
use crate::options::runtime::{Environment, Host};

/// The `anthropic-version` that is sent by default.
pub const ANTHROPIC_VERSION: &str = "2023-06-01";

/// How often, and how long at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Retries after the first attempt.
    pub max_retries: u32,
    /// The longest `retry-after` to sleep through, in milliseconds.
    pub max_delay_ms: u32,
}

/// Options that were found valid.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the API is.
    pub base_url: BaseUrl,
    /// Whether `?beta=true` is sent.
    pub beta: bool,
    /// The credential.
    pub credentials: Credentials,
    /// The headers of every request but a credential that a function returns anew each time.
    pub headers: Headers,
    /// Values that must not show in an error.
    pub secrets: Secrets,
    /// When to try again.
    pub policy: RetryPolicy,
    /// The limit on one attempt, in milliseconds.
    pub timeout: u32,
    /// The limit on the whole call, in milliseconds.
    pub total_timeout: Option<u32>,
    /// Whether the caller has an `onAttempt`.
    pub reports_attempts: bool,
}

impl Settings {
    /// Checks every option; the first that is not valid is the error.
    pub fn check(given: &Given<'_>, host: &Host, environment: Environment<'_>) -> Result<Self> {
        let base_url = match &given.base_url {
            Value::Undefined | Value::Null => {
                let variable = "ANTHROPIC_BASE_URL";
                match Some(variable).filter(|_| !host.page).and_then(environment) {
                    Some(url) => BaseUrl::check(variable, &Value::Text(&url), host)?,
                    None => BaseUrl::of_the_api(host),
                }
            }
            value => BaseUrl::check("baseURL", value, host)?,
        };
        let mut settings = Self {
            base_url,
            beta: false,
            credentials: Credentials::None,
            headers: Headers::new(),
            secrets: Secrets::default(),
            policy: RetryPolicy {
                max_retries: 2,
                max_delay_ms: 60_000,
            },
            timeout: 60_000,
            total_timeout: None,
            reports_attempts: matches!(given.on_attempt, Value::Function),
        };
        let extra = ExtraHeaders::check(&given.headers)?;
        settings.headers.push("accept", "application/json");
        let version = match &given.anthropic_version {
            Value::Undefined => ANTHROPIC_VERSION,
            value => check_visible("anthropicVersion", value)?,
        };
        settings.headers.push("anthropic-version", version);
        if let Some(flags) = betas::header_value(&given.betas)? {
            settings.beta = true;
            settings.headers.push("anthropic-beta", &flags);
        }
        if !given.workspace_id.is_undefined() {
            let id = check_visible("workspaceId", &given.workspace_id)?;
            settings.headers.push("anthropic-workspace-id", id);
        }
        check_function("fetch", &given.fetch)?;
        check_function("onAttempt", &given.on_attempt)?;
        let retries = &given.max_retries;
        if let Some(count) = integer_in("maxRetries", retries, "a whole number", 0, MAX_MS)? {
            settings.policy.max_retries = count;
        }
        if let Some(ms) = milliseconds("maxRetryDelay", &given.max_retry_delay, 0)? {
            settings.policy.max_delay_ms = ms;
        }
        if let Some(ms) = milliseconds("timeout", &given.timeout, 1)? {
            settings.timeout = ms;
        }
        settings.total_timeout = milliseconds("totalTimeout", &given.total_timeout, 1)?;
        let credentials =
            Credentials::choose(given, &extra, &settings.base_url, host, environment)?;
        settings.secrets = extra.secrets().into();
        if let Credentials::Fixed(scheme, secret) = &credentials {
            scheme.add(secret, &mut settings.headers);
            settings.secrets.push(secret.clone());
        }
        if host.page && credentials.are_sent(&extra) {
            let name = "anthropic-dangerous-direct-browser-access";
            settings.headers.push(name, "true");
        }
        settings.credentials = credentials.unless_replaced(&extra);
        settings.headers = extra.merged(&settings.headers);
        Ok(settings)
    }
}
