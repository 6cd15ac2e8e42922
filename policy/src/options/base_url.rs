//! The check of the option `baseURL`.

use crate::base::error::{Failure, Result};
use crate::base::strings::{
    code_point, concat, find, first, is_blank, split, string_kind, whole, without_end,
};
use std::fmt;
use std::str::FromStr;

/// The API's own URL.
const API: &str = "https://api.anthropic.com";

/// A checked base URL: scheme, host and an optional path prefix. The default is the API's own.
///
/// ```
/// use delete_message_batch_policy::BaseUrl;
///
/// let url: BaseUrl = "https://gateway.example/anthropic/".parse()?;
/// assert_eq!(url.as_str(), "https://gateway.example/anthropic");
/// assert_eq!(BaseUrl::default().as_str(), "https://api.anthropic.com");
/// # Ok::<(), Box<delete_message_batch_policy::Failure>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Checks the option, or the environment variable, of that name.
    pub fn check(name: &str, text: &str) -> Result<Self> {
        let refuse = |problem: &str| Failure::invalid_option(name, problem);
        if is_blank(text) {
            return Err(Failure::wrong(name, "a URL", &string_kind(text)));
        }
        if let Some((_, found)) = first(text, may_stand_in_a_url) {
            return Err(refuse(&concat(&["must not contain ", &code_point(found)])));
        }
        if find(text, b'?').is_some() {
            return Err(refuse("must not have a query"));
        }
        if find(text, b'#').is_some() {
            return Err(refuse("must not have a fragment"));
        }
        let Some((_, authority)) = scheme_and_authority(text) else {
            return Err(refuse("must be an absolute http or https URL"));
        };
        if find(authority, b'@').is_some() {
            return Err(refuse("must not have a user name or password"));
        }
        if !is_host_and_port(authority) {
            return Err(refuse("must have a valid host and port"));
        }
        Ok(Self(without_end(text, '/').to_owned()))
    }

    /// Returns the URL without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the origin as a page writes its own: lower case, without the scheme's default port.
    #[must_use]
    pub fn origin(&self) -> String {
        let (scheme, authority) = scheme_and_authority(&self.0).unwrap_or_default();
        origin(scheme, authority)
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self(API.into())
    }
}

impl FromStr for BaseUrl {
    type Err = Box<Failure>;

    fn from_str(text: &str) -> Result<Self> {
        Self::check("baseURL", text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Returns whether this is an origin as browsers write one in `Origin`.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    split_scheme(text).is_some_and(|(scheme, authority)| {
        is_host_and_port(authority) && origin(scheme, authority) == text
    })
}

/// Excludes characters that URL parsers trim, rewrite or disagree on: spaces, controls, backslashes.
fn may_stand_in_a_url(found: u8) -> bool {
    found.is_ascii_graphic()
        && !matches!(
            found,
            b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}'
        )
}

fn scheme_and_authority(url: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = split_scheme(url)?;
    let (authority, _) = split(rest, b'/').unwrap_or((rest, ""));
    Some((scheme, authority))
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
            // fetch checks the address itself: std's parser would add 3 KB.
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

/// Returns the origin as a page writes its own: lower case, without the scheme's default port.
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
