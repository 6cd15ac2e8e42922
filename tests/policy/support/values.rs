//! Options and environments, and assertions on a refusal.

use super::{ID, KEY};
use policy::base::error::{Code, Failure, Result};
use policy::base::time::{MonotonicTime, WallTime};
use policy::options::batch_id::BatchId;
use policy::options::credentials::{CredentialOption, Scheme};
use policy::options::extra_headers::ExtraHeaders;
use policy::options::{RequestOptions, RetryPolicy, Settings};
use std::fmt::Debug;

pub(crate) fn id() -> BatchId {
    BatchId::check(ID).unwrap()
}

/// Options with only a credential.
pub(crate) fn with(credential: CredentialOption<'_>) -> RequestOptions<'_> {
    RequestOptions {
        credential,
        ..RequestOptions::default()
    }
}

/// Options with only a key.
pub(crate) fn with_key() -> RequestOptions<'static> {
    with(CredentialOption::Fixed(Scheme::ApiKey, KEY))
}

/// Options with a key and this number of retries.
pub(crate) fn with_retries(max_retries: u32) -> RequestOptions<'static> {
    let retries = RetryPolicy {
        max_retries,
        ..with_key().retries
    };
    RequestOptions {
        retries,
        ..with_key()
    }
}

pub(crate) fn headers(pairs: &[(&str, Option<&str>)]) -> ExtraHeaders {
    ExtraHeaders::check(pairs.iter().copied()).unwrap()
}

/// The variables that are set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    pub(crate) api_key: Option<String>,
    pub(crate) auth_token: Option<String>,
    pub(crate) base_url: Option<String>,
}

/// Checks options without environment variables.
pub(crate) fn check(given: &RequestOptions<'_>) -> Result<Settings> {
    check_with(given, &Variables::default())
}

pub(crate) fn check_with(given: &RequestOptions<'_>, variables: &Variables) -> Result<Settings> {
    Settings::check(given.clone(), &|name| match name {
        "ANTHROPIC_API_KEY" => variables.api_key.clone(),
        "ANTHROPIC_AUTH_TOKEN" => variables.auth_token.clone(),
        "ANTHROPIC_BASE_URL" => variables.base_url.clone(),
        other => panic!("{other} is nothing to look up"),
    })
}

pub(crate) fn settings(given: &RequestOptions<'_>) -> Settings {
    check(given).unwrap()
}

/// The failure of something that must fail.
#[track_caller]
pub(crate) fn failure<T: Debug>(result: Result<T>) -> Box<Failure> {
    match result {
        Ok(value) => panic!("must fail, but gave {value:?}"),
        Err(failure) => failure,
    }
}

/// Asserts on a refusal of an option: its name comes first, and the parts are in the message.
#[track_caller]
pub(crate) fn assert_refused<T: Debug>(result: Result<T>, option: &str, parts: &[&str]) {
    let failure = failure(result);
    assert_eq!(failure.code, Code::InvalidOption, "{failure:?}");
    assert_eq!(failure.attempts, 0, "nothing may have been sent");
    let message = &failure.message;
    assert!(
        message.starts_with(&format!("{option} ")),
        "names {option}: {message}"
    );
    for part in parts {
        assert!(message.contains(part), "says {part}: {message}");
    }
}

/// A time of the driver's clock.
pub(crate) fn at(ms: f64) -> MonotonicTime {
    MonotonicTime::from_millis(ms)
}

/// A time of the calendar.
pub(crate) fn wall(ms: f64) -> WallTime {
    WallTime::from_millis(ms)
}
