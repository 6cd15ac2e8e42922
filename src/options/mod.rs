//! The options that every call takes: from what a caller gave to checked settings.

pub mod base_url;
pub mod batch_id;
pub mod betas;
pub mod credentials;
pub mod headers;
pub mod runtime;
pub mod selection;

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::{joined, number, text};
use crate::http::retry::Policy;
use crate::options::base_url::BaseUrl;
use crate::options::credentials::Credentials;
use crate::options::headers::{Extra, Headers, check_visible};
use crate::options::runtime::{Environment, Host};

/// The `anthropic-version` that is sent by default.
pub const ANTHROPIC_VERSION: &str = "2023-06-01";

/// The longest time, in milliseconds, that a timer takes.
pub const MAX_MS: u32 = 2_147_483_647;

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

/// Options that were found valid.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the API is.
    pub base_url: BaseUrl,
    /// Whether `?beta=true` is sent.
    pub beta: bool,
    /// Who asks.
    pub credentials: Credentials,
    /// The headers of every request but a credential that is asked for anew each time.
    pub headers: Headers,
    /// Values that must not show in an error.
    pub secrets: Vec<String>,
    /// When to try again.
    pub policy: Policy,
    /// The limit on one attempt, in milliseconds.
    pub timeout: u32,
    /// The limit on the whole call, in milliseconds.
    pub total_timeout: Option<u32>,
}

impl Settings {
    /// Checks every option; the first that is not valid is the error.
    pub fn check(given: &Given, host: &Host, environment: Environment<'_>) -> Result<Self> {
        let base_url = match &given.base_url {
            Value::Undefined | Value::Null => {
                let variable = "ANTHROPIC_BASE_URL";
                match Some(variable).filter(|_| !host.page).and_then(environment) {
                    Some(url) => BaseUrl::check(variable, &Value::Text(url), host)?,
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
            secrets: Vec::new(),
            policy: Policy {
                max_retries: 2,
                max_delay_ms: 60_000,
            },
            timeout: 60_000,
            total_timeout: None,
        };
        let extra = Extra::check(&given.headers)?;
        settings.add("accept", "application/json".into());
        let version = match &given.anthropic_version {
            Value::Undefined => ANTHROPIC_VERSION.into(),
            value => check_visible("anthropicVersion", value)?,
        };
        settings.add("anthropic-version", version);
        if let Some(flags) = betas::header_value(&given.betas)? {
            settings.beta = true;
            settings.add("anthropic-beta", flags);
        }
        if !given.workspace_id.is_undefined() {
            let id = check_visible("workspaceId", &given.workspace_id)?;
            settings.add("anthropic-workspace-id", id);
        }
        check_function("fetch", &given.fetch)?;
        check_function("onAttempt", &given.on_attempt)?;
        let retries = &given.max_retries;
        if let Some(count) = whole("maxRetries", retries, "a whole number", 0, MAX_MS)? {
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
        settings.headers.extend(credentials.header());
        if host.page && credentials.are_sent(&extra) {
            settings.add("anthropic-dangerous-direct-browser-access", "true".into());
        }
        settings
            .secrets
            .extend(credentials.secret().map(str::to_owned));
        settings.secrets.extend(extra.secrets());
        settings.credentials = credentials.unless_replaced(&extra);
        extra.merge_into(&mut settings.headers);
        Ok(settings)
    }

    fn add(&mut self, name: &str, value: String) {
        self.headers.push((name.into(), value));
    }
}

/// The name as it is in the list; refuses one that is no option, naming the nearest that is.
pub fn known_name(name: &str, known: &[&[&'static str]]) -> Result<&'static str> {
    let (mut nearest, mut least) = ("", usize::MAX);
    let mut all = Vec::new();
    for part in known {
        for known in *part {
            if *known == name {
                return Ok(known);
            }
            all.push(*known);
        }
    }
    for known in &all {
        let distance = edit_distance(name, known);
        if distance < least {
            (nearest, least) = (known, distance);
        }
    }
    let mut shown = String::new();
    for found in name.chars().take(64) {
        if !found.is_control() {
            shown.push(found);
        }
    }
    let (hint, names, end) = match least {
        0..=3 => ("\": did you mean \"", nearest.to_owned(), "\"?"),
        _ => ("\"; the options are ", joined(&all, ", "), ""),
    };
    let problem = text(&["has no option \"", &shown, hint, &names, end]);
    Err(Failure::invalid_option("options", &problem))
}

/// A number of milliseconds from `from` to the longest time a timer takes.
pub fn milliseconds(name: &str, value: &Value, from: u32) -> Result<Option<u32>> {
    whole(name, value, "a whole number of milliseconds", from, MAX_MS)
}

/// A whole number within bounds.
pub fn whole(name: &str, value: &Value, what: &str, from: u32, to: u32) -> Result<Option<u32>> {
    if value.is_undefined() {
        return Ok(None);
    }
    value.whole(from, to).map(Some).ok_or_else(|| {
        let (from, to) = (number(from.into()), number(to.into()));
        Failure::wrong(name, &text(&[what, " from ", &from, " to ", &to]), value)
    })
}

/// One of a few words, or undefined.
pub fn word<T: Copy>(name: &str, value: &Value, words: &[(&str, T)], default: T) -> Result<T> {
    let place = place(name, value, &|index| Some(words.get(index)?.0))?;
    let found = place.and_then(|index| words.get(index));
    Ok(found.map_or(default, |(_, meaning)| *meaning))
}

/// Which of the words the value is: compiled once, whatever they mean.
fn place<'a>(
    name: &str,
    value: &Value,
    word: &dyn Fn(usize) -> Option<&'a str>,
) -> Result<Option<usize>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let mut words = Vec::new();
    while let Some(word) = word(words.len()) {
        if matches!(value, Value::Text(given) if given == word) {
            return Ok(Some(words.len()));
        }
        words.push(word);
    }
    let listed = text(&["\"", &joined(&words, "\" or \""), "\""]);
    Err(Failure::wrong(name, &listed, value))
}

/// `true`, `false` or undefined.
pub fn boolean(name: &str, value: &Value) -> Result<bool> {
    match value {
        Value::Undefined => Ok(false),
        Value::Bool(value) => Ok(*value),
        other => Err(Failure::wrong(name, "true or false", other)),
    }
}

/// A function, or undefined.
pub fn check_function(name: &str, value: &Value) -> Result<()> {
    match value {
        Value::Undefined | Value::Function => Ok(()),
        other => Err(Failure::wrong(name, "a function", other)),
    }
}

/// How many bytes must change to make one word the other (Levenshtein), but for their case.
fn edit_distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, a) in from.bytes().take(64).enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(to.bytes()) {
            let above = *cell;
            *cell = (above + 1)
                .min(left + 1)
                .min(diagonal + usize::from(!a.eq_ignore_ascii_case(&b)));
            diagonal = above;
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
