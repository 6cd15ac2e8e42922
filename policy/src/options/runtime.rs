//! The facts of the runtime.

/// The facts that decide on credentials and base URLs.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Whether this is a browser page or one of its workers, where a key is open to everybody.
    pub page: bool,
    /// The page's origin, such as `https://example.com`.
    pub origin: Option<String>,
}

/// The signs of a runtime in its global object.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// `navigator.userAgent`.
    pub user_agent: Option<String>,
    /// `location.origin`.
    pub origin: Option<String>,
    /// There is a `window.document`.
    pub document: bool,
    /// There is a `WorkerGlobalScope`, as in a page's worker, in Deno and in Cloudflare's workerd.
    pub worker_scope: bool,
    /// There is a `Deno`, a `Bun` or an `EdgeRuntime`.
    pub server_global: bool,
    /// `process.versions.node`. A bundler's stand-in for `process` has none.
    pub node_version: Option<String>,
    /// `process.type`, which Electron sets: "renderer" in a page, "worker" in a page's worker.
    pub process_type: Option<String>,
}

impl Signs {
    /// Returns whether only a server's runtime has these signs.
    fn are_of_a_server(&self) -> bool {
        let is_page_of_electron =
            matches!(self.process_type.as_deref(), Some("renderer" | "worker"));
        self.server_global
            || self.user_agent.as_deref() == Some("Cloudflare-Workers")
            || (self.node_version.is_some() && !is_page_of_electron)
    }
}

impl Host {
    /// Recognizes a browser's page or worker, or a server. A worker has an origin, if only "null"
    /// (in a `data:` URL) or that of an extension. A DOM within a server's runtime (jsdom, in a test
    /// runner) is not a page: the process has the key already.
    #[must_use]
    pub fn recognize(signs: Signs) -> Self {
        if signs.are_of_a_server() {
            return Self::default();
        }
        let worker = signs.worker_scope && signs.origin.is_some();
        Self {
            page: signs.document || worker,
            // A page from a file, and one in a sandbox, has the origin "null".
            origin: signs.origin.filter(|origin| origin.starts_with("http")),
        }
    }
}

/// Looks a variable of the environment up; `None` where it is not set, or where there is no
/// environment. Called only when an option is not given: in Node, each read takes a microsecond.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;
