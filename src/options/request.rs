//! The options that every call takes.

use crate::options::host::Host;
use crate::options::table::{Id, Options};
use crate::options::value::Value;
use policy::base::error::{Code, Failure, Result};
use policy::internal::strings::concat;
use policy::options::base_url::BaseUrl;
use policy::options::betas::Betas;
use policy::options::credentials::{CredentialOption, Environment, Scheme};
use policy::options::extra_headers::{ExtraHeaders, check_name, option_of, wrong_name};
use policy::options::{RequestOptions, Settings};

/// The header that permits a page to call the API with a key.
const DIRECT: &str = "anthropic-dangerous-direct-browser-access";

/// Checks the options that every call takes. The users of a page can read its key, so the page must allow
/// it.
pub fn request(options: &Options<'_>, host: &Host, env: Environment<'_>) -> Result<Settings> {
    let text = |id| options.get(id).text();
    let number = |id, default| options.get(id).number().unwrap_or(default);
    let mut given = RequestOptions::default();
    given.credential = credential(options)?;
    given.base_url = match text(Id::BaseUrl) {
        Some(url) => Some(host.base_url(url)?),
        // A bundler may leave an environment in a page; its URL is not meant for the page.
        None => host.page.then(BaseUrl::default),
    };
    given.betas = betas(options.get(Id::Betas))?;
    given.headers = headers(options.get(Id::Headers))?;
    given.workspace_id = text(Id::WorkspaceId);
    given.anthropic_version = text(Id::AnthropicVersion).unwrap_or(given.anthropic_version);
    given.retries.max_retries = number(Id::MaxRetries, given.retries.max_retries);
    given.retries.max_delay_ms = number(Id::MaxRetryDelay, given.retries.max_delay_ms);
    given.timeout = number(Id::Timeout, given.timeout);
    given.total_timeout = options.get(Id::TotalTimeout).number();
    given.reports_attempts = options.get(Id::OnAttempt).is_function();
    given.guards_deletions = host.resends;
    let is_own = given.base_url.as_ref().is_some_and(|url| host.is_own(url));
    if is_own && matches!(given.credential, CredentialOption::Environment) {
        given.credential = CredentialOption::Nothing;
    }
    let is_given = matches!(
        given.credential,
        CredentialOption::Fixed(..) | CredentialOption::Function(_)
    );
    let is_direct = given.headers.replaces(DIRECT);
    let mut settings = Settings::check(given, env).map_err(|mut failure| {
        if host.page && failure.code == Code::MissingCredentials {
            failure.message = "no credential: give baseURL, the relay that holds the key".into();
        }
        failure
    })?;
    if host.page && (is_given || settings.sends_credential()) {
        if !options.get(Id::DangerouslyAllowBrowser).is_true() {
            let message = "a page shows its key to its users: give baseURL, the relay that holds the key, \
                           or dangerouslyAllowBrowser";
            return Err(Failure::new(Code::BrowserNotAllowed, message.into()));
        }
        if !is_direct {
            settings.push_header(DIRECT, "true");
        }
    }
    Ok(settings)
}

fn credential<'a>(options: &Options<'a>) -> Result<CredentialOption<'a>> {
    let (key, token) = (options.get(Id::ApiKey), options.get(Id::AuthToken));
    let (scheme, given) = match (key.letter, token.letter) {
        (b'u', b'u') => return Ok(CredentialOption::Environment),
        (b'u' | b'n', b'u' | b'n') => return Ok(CredentialOption::Nothing),
        (_, b'u' | b'n') => (Scheme::ApiKey, key),
        (b'u' | b'n', _) => (Scheme::AuthToken, token),
        _ => {
            let problem = "and authToken are both given: give one, and null for the other";
            return Err(Failure::invalid_option("apiKey", problem));
        }
    };
    Ok(match given.text() {
        Some(secret) => CredentialOption::Fixed(scheme, secret),
        None => CredentialOption::Function(scheme),
    })
}

fn betas(array: Value<'_>) -> Result<Betas> {
    let mut betas = Betas::default();
    for (index, flag) in array.elements().enumerate() {
        match flag.text() {
            Some(text) => betas.add(index, text)?,
            None => return Err(Betas::wrong(index, &flag.kind())),
        }
    }
    Ok(betas)
}

fn headers(array: Value<'_>) -> Result<ExtraHeaders> {
    let mut headers = ExtraHeaders::default();
    for pair in array.elements() {
        let mut parts = pair.elements();
        let (Some(name), Some(value), None) = (parts.next(), parts.next(), parts.next()) else {
            let problem = ["must hold pairs of a name and a value, not ", &pair.kind()];
            return Err(Failure::invalid_option("headers", &concat(&problem)));
        };
        let name = name.text().ok_or_else(|| wrong_name(&name.kind()))?;
        if matches!(value.letter, b'"' | b'n') {
            headers.add(name, value.text())?;
            continue;
        }
        // The error shows the name.
        let option = option_of(&check_name(name)?);
        if value.letter != b'u' {
            let expected = "a string, or null to remove a default";
            return Err(Failure::wrong(&option, expected, &value.kind()));
        }
    }
    Ok(headers)
}
