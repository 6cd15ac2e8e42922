//! The options that every call takes, and the settings that they become.

pub mod base_url;
pub mod batch_id;
pub mod betas;
#[cfg(feature = "builder")]
pub mod builder;
pub(crate) mod checks;
pub mod credentials;
pub mod extra_headers;
pub mod selection;
pub(crate) mod suggest;

use crate::base::error::Result;
use crate::base::headers::Headers;
use crate::base::time::MonotonicTime;
use crate::options::base_url::BaseUrl;
use crate::options::betas::Betas;
use crate::options::checks::{Bounds, MAX_MS, check_visible};
use crate::options::credentials::{CredentialOption, Credentials, Environment, Secrets};
use crate::options::extra_headers::ExtraHeaders;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

/// The `anthropic-version` that is sent by default.
pub const ANTHROPIC_VERSION: &str = "2023-06-01";

const BASE_URL: &str = "ANTHROPIC_BASE_URL";

/// The limits on retries.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Retries after the first attempt.
    pub max_retries: u32,
    /// The longest `retry-after` to sleep through, in milliseconds.
    pub max_delay_ms: u32,
}

/// The bounds of `maxRetries`.
#[doc(hidden)]
pub const RETRIES: Bounds = Bounds::new(0, MAX_MS);
/// The bounds of `maxRetryDelay`.
#[doc(hidden)]
pub const RETRY_DELAY: Bounds = Bounds::milliseconds(0);
/// The bounds of `timeout` and `totalTimeout`.
#[doc(hidden)]
pub const TIMEOUT: Bounds = Bounds::milliseconds(1);

/// The options that every call takes, with the defaults of the npm package.
///
/// ```
/// use delete_message_batch_policy::{Betas, CredentialOption, RequestOptions, Scheme, Settings};
///
/// let options = RequestOptions {
///     credential: CredentialOption::Fixed(Scheme::ApiKey, "sk-ant-example"),
///     betas: Betas::check(["message-batches-2024-09-24"])?,
///     timeout: 5_000,
///     ..RequestOptions::default()
/// };
/// let settings = Settings::check(options, &|name| std::env::var(name).ok())?;
/// # assert_eq!((settings.timeout(), settings.retries().max_retries), (5_000, 2));
/// # Ok::<(), Box<delete_message_batch_policy::Failure>>(())
/// ```
#[derive(Clone)]
#[doc(hidden)]
pub struct RequestOptions<'a> {
    /// The credential.
    pub credential: CredentialOption<'a>,
    /// The URL of the API; absent: `ANTHROPIC_BASE_URL`, or the API's own.
    pub base_url: Option<BaseUrl>,
    /// The beta flags.
    pub betas: Betas,
    /// The workspace; absent: that of the credential.
    pub workspace_id: Option<&'a str>,
    /// The value of `anthropic-version`.
    pub anthropic_version: &'a str,
    /// Headers to add, and the names of defaults to remove.
    pub headers: ExtraHeaders,
    /// The number of retries, and the longest `retry-after` that a call waits for.
    pub retries: RetryPolicy,
    /// The limit on one attempt, in milliseconds.
    pub timeout: u32,
    /// The limit on the whole call, in milliseconds.
    pub total_timeout: Option<u32>,
    /// True if each attempt is reported.
    pub reports_attempts: bool,
    /// True if the driver guards each request that is [`guarded`](crate::Request::guarded).
    pub guards_deletions: bool,
}

impl Default for RequestOptions<'_> {
    fn default() -> Self {
        Self {
            credential: CredentialOption::Environment,
            base_url: None,
            betas: Betas::default(),
            workspace_id: None,
            anthropic_version: ANTHROPIC_VERSION,
            headers: ExtraHeaders::default(),
            retries: RetryPolicy {
                max_retries: 2,
                max_delay_ms: 60_000,
            },
            timeout: 60_000,
            total_timeout: None,
            reports_attempts: true,
            guards_deletions: false,
        }
    }
}

/// The language whose names of options are in messages.
#[cfg(feature = "builder")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    #[default]
    JavaScript,
    Rust,
}

/// A fact that calls with the same settings share.
#[derive(Debug)]
pub struct Flag(AtomicBool);

impl Flag {
    pub(crate) fn get(&self) -> bool {
        self.0.load(Relaxed)
    }

    pub(crate) fn clear(&self) {
        self.0.store(false, Relaxed);
    }
}

impl Clone for Flag {
    fn clone(&self) -> Self {
        Self(self.get().into())
    }
}

/// The checked options. Nothing shows or changes them, so that no failure can show a credential.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The URL of the API.
    pub(crate) base_url: BaseUrl,
    /// True if `?beta=true` is sent.
    pub(crate) beta: bool,
    /// The credential.
    pub(crate) credentials: Credentials,
    /// The headers of every request, except a credential that a function returns anew each time.
    pub(crate) headers: Headers,
    /// Values that must not show in an error.
    pub(crate) secrets: Secrets,
    /// The limits on retries.
    pub(crate) policy: RetryPolicy,
    /// The limit on one attempt, in milliseconds.
    pub(crate) timeout: u32,
    /// The limit on the whole call, in milliseconds.
    pub(crate) total_timeout: Option<u32>,
    /// True if each attempt is reported.
    pub(crate) reports_attempts: bool,
    /// True if deletions are guarded: false once the server has refused one because of its guard.
    pub(crate) guards_deletions: Flag,
    #[cfg(feature = "builder")]
    pub(crate) vocabulary: Vocabulary,
}

impl Settings {
    /// Checks every option; the first that is not valid is the error.
    #[doc(hidden)]
    pub fn check(options: RequestOptions<'_>, environment: Environment<'_>) -> Result<Self> {
        let base_url = match options.base_url {
            Some(url) => url,
            None => match environment(BASE_URL) {
                Some(url) => BaseUrl::check(BASE_URL, &url)?,
                None => BaseUrl::default(),
            },
        };
        let RetryPolicy {
            max_retries,
            max_delay_ms,
        } = options.retries;
        RETRIES.check("maxRetries", max_retries)?;
        RETRY_DELAY.check("maxRetryDelay", max_delay_ms)?;
        TIMEOUT.check("timeout", options.timeout)?;
        if let Some(ms) = options.total_timeout {
            TIMEOUT.check("totalTimeout", ms)?;
        }
        let extra = options.headers;
        // With room for a key of the usual length.
        let mut headers = Headers::of_lines(String::with_capacity(256));
        headers.push("accept", "application/json");
        let version = check_visible("anthropicVersion", options.anthropic_version)?;
        headers.push("anthropic-version", version);
        let flags = options.betas.header();
        if let Some(flags) = flags {
            headers.push("anthropic-beta", flags);
        }
        if let Some(id) = options.workspace_id {
            headers.push("anthropic-workspace-id", check_visible("workspaceId", id)?);
        }
        let credentials = Credentials::choose(options.credential, &extra, environment)?;
        let mut secrets = Secrets::from(extra.secrets());
        if let Credentials::Fixed(scheme, secret) = &credentials {
            scheme.add(secret, &mut headers);
            secrets.push(secret.clone());
        }
        Ok(Self {
            base_url,
            beta: flags.is_some(),
            credentials: credentials.unless_replaced(&extra),
            headers: extra.merged(headers),
            secrets,
            policy: options.retries,
            timeout: options.timeout,
            total_timeout: options.total_timeout,
            reports_attempts: options.reports_attempts,
            guards_deletions: Flag(options.guards_deletions.into()),
            #[cfg(feature = "builder")]
            vocabulary: Vocabulary::default(),
        })
    }

    /// Returns the time at which a call that begins now has taken its `totalTimeout`.
    #[must_use]
    pub fn deadline(&self, now: MonotonicTime) -> Option<MonotonicTime> {
        self.total_timeout.map(|ms| now.after(ms))
    }

    /// Returns whether a credential leaves with a request.
    #[must_use]
    pub fn sends_credential(&self) -> bool {
        self.credentials != Credentials::None
            || self.headers.get("x-api-key").is_some()
            || self.headers.get("authorization").is_some()
    }

    /// Returns the URL of the API.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Returns the limits on retries.
    #[doc(hidden)]
    #[must_use]
    pub fn retries(&self) -> RetryPolicy {
        self.policy
    }

    /// Returns the limit on one attempt, in milliseconds.
    #[must_use]
    pub fn timeout(&self) -> u32 {
        self.timeout
    }

    /// Returns the limit on the whole call, in milliseconds.
    #[must_use]
    pub fn total_timeout(&self) -> Option<u32> {
        self.total_timeout
    }

    /// Returns whether each attempt is reported.
    #[must_use]
    pub fn reports_attempts(&self) -> bool {
        self.reports_attempts
    }

    /// Returns whether `?beta=true` is sent.
    #[doc(hidden)]
    #[must_use]
    pub fn is_beta(&self) -> bool {
        self.beta
    }

    /// Returns the headers of each request.
    #[doc(hidden)]
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Returns the credential.
    #[doc(hidden)]
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Adds a header to each request.
    #[doc(hidden)]
    pub fn push_header(&mut self, name: &str, value: &str) {
        self.headers.push(name, value);
    }

    /// Returns the values that no error may show.
    #[doc(hidden)]
    #[must_use]
    pub fn secrets(&self) -> &[String] {
        &self.secrets
    }

    /// Returns the words of the caller's language for an option.
    #[cfg_attr(
        not(feature = "builder"),
        expect(clippy::unused_self, unused_variables)
    )]
    pub(crate) fn words(&self, javascript: &'static str, rust: &'static str) -> &'static str {
        #[cfg(feature = "builder")]
        if self.vocabulary == Vocabulary::Rust {
            return rust;
        }
        javascript
    }
}
