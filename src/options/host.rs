//! The runtime that makes a call: a browser's page, or a server.

use crate::options::value::{Encoded, UNDEFINED, Value};
use policy::base::error::{Failure, Result};
use policy::internal::strings::concat;
use policy::options::base_url::BaseUrl;

/// The facts of the runtime that decide on credentials and base URLs.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// True if this is a browser page or one of its workers, whose users can read a key.
    pub page: bool,
    /// The page's origin, such as `https://example.com`.
    pub origin: Option<String>,
    /// True if `fetch` sends a request without a body again by itself if a kept connection breaks.
    pub resends: bool,
}

impl Host {
    /// Recognizes a browser's page or worker, or a server, by the values of `GLOBALS` in `pkg/connect.js`.
    /// A worker has an origin, if only "null" (in a `data:` URL) or that of an extension. A DOM within a
    /// server's runtime (jsdom, in a test runner) is not a page: the process has the key already.
    #[must_use]
    pub fn recognize(globals: &str) -> Self {
        let mut rest = Encoded(globals);
        let mut text = || rest.value().and_then(Value::text);
        // A bundler's stand-in for `process` has no version. Electron sets the type.
        let (user_agent, origin, version, process_type) = (text(), text(), text(), text());
        let mut is_there = || rest.value().is_some_and(|value| value != UNDEFINED);
        let (document, worker_scope) = (is_there(), is_there());
        let resends = [
            is_there(),
            is_there(),
            user_agent == Some("Cloudflare-Workers"),
        ];
        let resends = resends.contains(&true);
        let is_edge_runtime = is_there();
        let is_page_of_electron = matches!(process_type, Some("renderer" | "worker"));
        if resends || is_edge_runtime || (version.is_some() && !is_page_of_electron) {
            return Self {
                resends,
                ..Self::default()
            };
        }
        Self {
            page: document || (worker_scope && origin.is_some()),
            // A page from a file, and one in a sandbox, has the origin "null".
            origin: origin
                .filter(|origin| origin.starts_with("http"))
                .map(str::to_owned),
            resends: false,
        }
    }

    fn page_origin(&self) -> Option<&str> {
        self.origin.as_deref().filter(|_| self.page)
    }

    /// Checks the option `baseURL`. A path is one of the page's own origin.
    pub fn base_url(&self, given: &str) -> Result<BaseUrl> {
        let name = "baseURL";
        if !given.starts_with('/') || given.starts_with("//") {
            return BaseUrl::check(name, given);
        }
        let problem = "must be an absolute http or https URL: a path has an origin only in a page";
        let refused = || Failure::invalid_option(name, problem);
        let origin = self.page_origin().ok_or_else(refused)?;
        BaseUrl::check(name, &concat(&[origin, given]))
    }

    /// Returns whether the URL has the page's own origin.
    #[must_use]
    pub fn is_own(&self, url: &BaseUrl) -> bool {
        self.page_origin()
            .is_some_and(|origin| origin == url.origin())
    }
}
