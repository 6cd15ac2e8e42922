//! The options that every call takes, as a caller gives them.

use crate::base::input_value::Value;

/// The names of the options that every call takes.
pub const REQUEST_OPTIONS: &[&str] = &[
    "apiKey",
    "authToken",
    "baseURL",
    "betas",
    "workspaceId",
    "anthropicVersion",
    "maxRetries",
    "maxRetryDelay",
    "timeout",
    "totalTimeout",
    "signal",
    "headers",
    "fetch",
    "dangerouslyAllowBrowser",
    "onAttempt",
];

/// The options as given, nothing checked yet. `signal`, `fetch`, `onAttempt` and a credential
/// that is a function stay with the caller's side: only their kind is of interest here.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// `apiKey`
    pub api_key: Value,
    /// `authToken`
    pub auth_token: Value,
    /// `baseURL`
    pub base_url: Value,
    /// `betas`
    pub betas: Value,
    /// `workspaceId`
    pub workspace_id: Value,
    /// `anthropicVersion`
    pub anthropic_version: Value,
    /// `maxRetries`
    pub max_retries: Value,
    /// `maxRetryDelay`
    pub max_retry_delay: Value,
    /// `timeout`
    pub timeout: Value,
    /// `totalTimeout`
    pub total_timeout: Value,
    /// `headers`, as an array of pairs
    pub headers: Value,
    /// `fetch`
    pub fetch: Value,
    /// `dangerouslyAllowBrowser`
    pub dangerously_allow_browser: Value,
    /// `onAttempt`
    pub on_attempt: Value,
}
