//! The check of the option `baseURL`.

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::{
    code_point, concat, find, first, is_blank, split, whole, without_slashes,
};
use crate::options::runtime::Host;

/// Where the API is when nobody says otherwise.
pub const DEFAULT: &str = "https://api.anthropic.com";

/// A checked base URL: scheme, host and an optional path prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    /// Whether it has the page's own origin.
    pub same_origin: bool,
}

impl BaseUrl {
    /// Checks the option, or the environment variable, of that name.
    pub fn check(name: &str, value: &Value, host: &Host) -> Result<Self> {
        let refuse = |problem: &str| Failure::invalid_option(name, problem);
        let Value::Text(given) = value else {
            return Err(Failure::wrong(name, "a URL as a string", value));
        };
        if is_blank(given) {
            return Err(Failure::wrong(name, "a URL", value));
        }
        if let Some((_, found)) = first(given, may_not_stand_in_a_url) {
            return Err(refuse(&concat(&["must not contain ", &code_point(found)])));
        }
        if find(given, b'?').is_some() {
            return Err(refuse("must not have a query"));
        }
        if find(given, b'#').is_some() {
            return Err(refuse("must not have a fragment"));
        }
        if given.starts_with('/') && !given.starts_with("//") {
            return match (&host.origin, host.page) {
                (Some(origin), true) => Ok(Self {
                    text: concat(&[origin, without_slashes(given)]),
                    same_origin: true,
                }),
                _ => Err(refuse(
                    "must be an absolute http or https URL: a path has an origin only in a page",
                )),
            };
        }
        let Some((scheme, rest)) = split_scheme(given) else {
            return Err(refuse("must be an absolute http or https URL"));
        };
        let (authority, _) = split(rest, b'/').unwrap_or((rest, ""));
        if find(authority, b'@').is_some() {
            return Err(refuse("must not have a user name or password"));
        }
        if !is_host_and_port(authority) {
            return Err(refuse("must have a valid host and port"));
        }
        Ok(Self {
            text: without_slashes(given).to_owned(),
            same_origin: host.page
                && host.origin.as_deref() == Some(origin(scheme, authority).as_str()),
        })
    }

    /// Where the API is when nobody says otherwise.
    #[must_use]
    pub fn of_the_api(host: &Host) -> Self {
        Self {
            text: DEFAULT.into(),
            same_origin: host.page && host.origin.as_deref() == Some(DEFAULT),
        }
    }

    /// The URL without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether this is an origin as browsers write one in `Origin`.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    split_scheme(text).is_some_and(|(scheme, authority)| {
        is_host_and_port(authority) && origin(scheme, authority) == text
    })
}

/// Finds characters that URL parsers trim, rewrite or disagree on: spaces, controls, backslashes.
fn may_not_stand_in_a_url(found: char) -> bool {
    !found.is_ascii_graphic()
        || matches!(found, '\\' | '"' | '<' | '>' | '^' | '`' | '{' | '|' | '}')
}

fn split_scheme(text: &str) -> Option<(&'static str, &str)> {
    let (head, rest) = split(text, b':')?;
    let scheme = ["https", "http"]
        .into_iter()
        .find(|scheme| head.eq_ignore_ascii_case(scheme))?;
    Some((scheme, rest.strip_prefix("//")?))
}

fn is_host_and_port(authority: &str) -> bool {
    let (host, port) = split_port(authority);
    let host_is_valid = match host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(address) => {
            // Whether it is an address is for fetch to say: std's parser would weigh 3 KB.
            find(address, b':').is_some()
                && address
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || find(":.", byte).is_some())
        }
        None => {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || find("-._", byte).is_some())
        }
    };
    let is_port = || whole(port).is_some_and(|port| port <= u16::MAX.into());
    host_is_valid && (port.is_empty() || is_port())
}

/// Splits at the colon before the port, not at one within an IPv6 address.
fn split_port(authority: &str) -> (&str, &str) {
    let colon = authority.bytes().rposition(|byte| byte == b':');
    let parts = colon.and_then(|at| Some((authority.get(..at)?, authority.get(at + 1..)?)));
    parts
        .filter(|(_, port)| find(port, b']').is_none())
        .unwrap_or((authority, ""))
}

/// The origin as a page writes its own: lower case, without the scheme's default port.
fn origin(scheme: &str, authority: &str) -> String {
    let (host, port) = split_port(authority);
    let default_port = if scheme == "https" { "443" } else { "80" };
    let mut origin = concat(&[scheme, "://", &host.to_ascii_lowercase()]);
    if !port.is_empty() && port != default_port {
        origin.push(':');
        origin.push_str(port);
    }
    origin
}
