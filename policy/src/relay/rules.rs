//! The rules of a relay: forward a page's request, respond to its preflight, or refuse it.
//!
//! The rules decode nothing. A forwarded request consists of parts that need no decoding, so that no two
//! parsers can read it differently.

use crate::base::error::{Failure, Result};
use crate::base::headers::Headers;
use crate::base::strings::{concat, find, joined, parts, split, string_kind, trimmed, without_end};
use crate::options::base_url::is_origin;
use crate::relay::refusal::{
    BAD_BETAS, BAD_WORKSPACE, FOREIGN, HAS_BODY, LARGE_HEADERS, LONG_URL, NO_METHOD, NO_ROUTE,
    NOT_ALLOWED, OVERRIDDEN, Refusal,
};
use crate::relay::route::{Endpoint, Route, are_ids, judge_query, split_origin};

/// The most bytes of a URL: more than twice the length of any useful one.
const MAX_URL: usize = 2_048;
/// The most bytes of header names and values.
const MAX_HEADERS: usize = 16_384;

/// Describes the values of `publicOrigin`.
#[doc(hidden)]
pub const ORIGIN: &str = "an origin as browsers write it, such as \"https://app.example\"";

/// Headers from which some frameworks take the method.
const OVERRIDES: &[&str] = &[
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
];

const ENDPOINTS: &[Endpoint] = &[
    Endpoint::List,
    Endpoint::Retrieve,
    Endpoint::Cancel,
    Endpoint::Delete,
];

/// The options that only a relay takes.
#[derive(Clone, Debug, Default)]
pub struct RelayOptions {
    /// The origins of pages that may use the relay, besides its own.
    pub allowed_origins: Vec<String>,
    /// The relay's own origin; absent: that of its URL.
    pub public_origin: Option<String>,
    /// The path below which the relay serves.
    pub base_path: String,
    /// The endpoints that pages may use; absent: all.
    pub allow: Option<Vec<Endpoint>>,
    /// The workspaces that a page may choose.
    pub allowed_workspaces: Vec<String>,
}

/// The parts of a page's request that the decision needs.
pub struct PageRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The whole URL, as the runtime gives it.
    pub url: &'a str,
    /// The bytes of all header names and values.
    pub header_bytes: usize,
    /// Returns the value of a header.
    pub header: &'a dyn Fn(&str) -> Option<String>,
}

/// The decision on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Call `authorize`, then the API.
    Forward(Forward),
    /// Let the browser send the request; these are the headers that it may carry.
    Preflight(String),
    /// Respond with an error.
    Refuse(&'static Refusal),
}

/// The forwarded request: all of it checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The path below the API's base URL, and the query.
    pub target: String,
    /// The page's beta flags and workspace.
    pub headers: Headers,
}

/// The relay's rules: its options, found valid.
#[derive(Clone, Debug)]
pub struct Rules {
    origins: Vec<String>,
    public_origin: Option<String>,
    base_path: String,
    allowed: Vec<Endpoint>,
    workspaces: Vec<String>,
}

/// A result whose error is the refusal that the page receives.
type OrRefusal<T> = std::result::Result<T, &'static Refusal>;

impl Rules {
    /// Checks the options that only a relay has.
    pub fn check(options: RelayOptions) -> Result<Self> {
        let origins = options.allowed_origins;
        if origins.iter().any(|origin| !is_page_origin(origin)) {
            return Err(Failure::invalid_option(
                "allowedOrigins",
                "must hold origins as browsers write them, such as \"https://app.example\" or \
                 \"chrome-extension://…\": lower case, no path, no slash at the end, no default port",
            ));
        }
        if let Some(origin) = options.public_origin.as_deref().filter(|it| !is_origin(it)) {
            return Err(Failure::wrong("publicOrigin", ORIGIN, &string_kind(origin)));
        }
        let base_path = without_end(&options.base_path, '/');
        if !base_path.is_empty() && !base_path.strip_prefix('/').is_some_and(are_ids) {
            return Err(Failure::invalid_option(
                "basePath",
                "must be a path such as \"/api\", of letters, digits, \"-\", \".\", \"_\" and \"~\"",
            ));
        }
        Ok(Self {
            origins,
            public_origin: options.public_origin,
            base_path: base_path.to_owned(),
            allowed: options.allow.unwrap_or_else(|| ENDPOINTS.to_vec()),
            workspaces: options.allowed_workspaces,
        })
    }

    /// Returns whether `allowedOrigins` has the origin.
    #[must_use]
    pub fn is_allowed(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin)
    }

    /// Decides on a request.
    #[must_use]
    pub fn decide(&self, request: &PageRequest<'_>) -> Decision {
        self.judge(request).unwrap_or_else(Decision::Refuse)
    }

    fn judge(&self, request: &PageRequest<'_>) -> OrRefusal<Decision> {
        let header = request.header;
        if request.url.len() > MAX_URL {
            return Err(&LONG_URL);
        }
        if request.header_bytes > MAX_HEADERS {
            return Err(&LARGE_HEADERS);
        }
        let (own_origin, target) = split_origin(request.url);
        self.judge_origin(own_origin, header)?;
        let (path, query) = split(target, b'?').unwrap_or((target, ""));
        let path = path.strip_prefix(&self.base_path).ok_or(&NO_ROUTE)?;
        let route = Route::find(path).ok_or(&NO_ROUTE)?;
        if request.method == "OPTIONS" && header("access-control-request-method").is_some() {
            let wanted = header("access-control-request-headers").unwrap_or_default();
            return Ok(Decision::Preflight(wanted));
        }
        let endpoint = route.endpoint(request.method).ok_or(&NO_METHOD)?;
        if !self.allowed.contains(&endpoint) {
            return Err(&NOT_ALLOWED);
        }
        if OVERRIDES.iter().any(|name| header(name).is_some()) {
            return Err(&OVERRIDDEN);
        }
        let has_length = header("content-length").is_some_and(|length| length != "0");
        // Runtimes send an empty body in chunks. No body is forwarded.
        let is_chunked = |encoding: &str| request.method == "DELETE" && encoding == "chunked";
        if has_length || header("transfer-encoding").is_some_and(|it| !is_chunked(&it)) {
            return Err(&HAS_BODY);
        }
        judge_query(endpoint, query)?;
        let mut target = path.to_owned();
        if !query.is_empty() {
            target.push('?');
            target.push_str(query);
        }
        Ok(Decision::Forward(Forward {
            endpoint,
            target,
            headers: self.headers(header)?,
        }))
    }

    /// Refuses a request that a page of another site sent: browsers say so in one header or the other.
    fn judge_origin(
        &self,
        own_origin: &str,
        header: &dyn Fn(&str) -> Option<String>,
    ) -> OrRefusal<()> {
        let site = header("sec-fetch-site").unwrap_or_else(|| "same-origin".into());
        let is_own = site == "same-origin";
        let admitted = match header("origin") {
            Some(origin) => {
                self.is_allowed(&origin) || (is_own && self.is_own(&origin, own_origin, header))
            }
            // "none": the user typed the address.
            None => is_own || site == "none",
        };
        if admitted {
            return Ok(());
        }
        Err(&FOREIGN)
    }

    /// Returns whether the browser used that origin for the relay. Behind a proxy that ends TLS, and in some frameworks,
    /// a request's URL has another one. Without `publicOrigin` the host is trusted: `Host` is the browser's, and a
    /// page of another origin can't set `X-Forwarded-Host` without a preflight, which is refused. SvelteKit and the
    /// server actions of Next decide in the same way. But a page whose host name leads to the relay (DNS rebinding)
    /// has that host.
    fn is_own(
        &self,
        origin: &str,
        own_origin: &str,
        header: &dyn Fn(&str) -> Option<String>,
    ) -> bool {
        if let Some(public) = self.public_origin.as_deref() {
            return origin == public;
        }
        if origin == own_origin {
            return true;
        }
        let host = split_scheme(origin).filter(|_| is_origin(origin));
        host.is_some_and(|(_, host)| {
            ["host", "x-forwarded-host"].into_iter().any(|name| {
                let found = header(name).unwrap_or_default();
                let (first, _) = split(&found, b',').unwrap_or((&found, ""));
                trimmed(first).eq_ignore_ascii_case(host)
            })
        })
    }

    /// Explains to the operator why the origin of a request is foreign.
    #[must_use]
    pub fn explain_foreign(&self, request: &PageRequest<'_>) -> String {
        let (own_origin, _) = split_origin(request.url);
        let shown = |origin: &str| {
            if is_page_origin(origin) {
                origin.to_owned()
            } else {
                "of another kind".to_owned()
            }
        };
        let origin = (request.header)("origin").map_or_else(|| "absent".into(), |o| shown(&o));
        concat(&[
            FOREIGN.message,
            ": Origin is ",
            &origin,
            ", the relay's own is ",
            &self
                .public_origin
                .clone()
                .unwrap_or_else(|| shown(own_origin)),
            " (options: publicOrigin, allowedOrigins)",
        ])
    }

    /// Returns the headers that a page may choose.
    fn headers(&self, header: &dyn Fn(&str) -> Option<String>) -> OrRefusal<Headers> {
        let mut headers = Headers::new();
        if let Some(betas) = header("anthropic-beta") {
            // The official SDK sends an empty one for an empty list.
            let flags = flags(&betas).ok_or(&BAD_BETAS)?;
            if !flags.is_empty() {
                headers.push("anthropic-beta", &flags);
            }
        }
        if let Some(workspace) = header("anthropic-workspace-id") {
            // If it were left out, another workspace would lose a batch.
            if !self.workspaces.contains(&workspace) {
                return Err(&BAD_WORKSPACE);
            }
            headers.push("anthropic-workspace-id", &workspace);
        }
        Ok(headers)
    }
}

/// Returns the flags of a header, without empty ones and the white space around each.
fn flags(header: &str) -> Option<String> {
    let mut flags = Vec::new();
    for flag in parts(header, b',') {
        let flag = trimmed(flag);
        let is_flag = |byte: u8| byte.is_ascii_alphanumeric() || find("-_.", byte).is_some();
        if !flag.bytes().all(is_flag) {
            return None;
        }
        if !flag.is_empty() {
            flags.push(flag);
        }
    }
    (header.len() <= MAX_URL).then(|| joined(&flags, ","))
}

fn split_scheme(origin: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = split(origin, b':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Returns whether it is an origin as browsers write one in `Origin`, of a web page, an extension or an app.
fn is_page_origin(text: &str) -> bool {
    let Some((scheme, host)) = split_scheme(text) else {
        return false;
    };
    if matches!(scheme, "http" | "https") {
        return is_origin(text);
    }
    let is_scheme = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_host = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || find("-._:", byte).is_some()
    };
    let has_letter = scheme
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase());
    has_letter && scheme.bytes().all(is_scheme) && !host.is_empty() && host.bytes().all(is_host)
}
