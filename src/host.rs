//! What the place that the code runs in tells about itself.

/// The facts that decide on credentials and base URLs.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Whether this is a browser page or one of its workers, where a key is open to everybody.
    pub page: bool,
    /// The page's origin, such as `https://example.com`.
    pub origin: Option<String>,
}

/// What a look at the global object finds.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// There is `window.document`.
    pub document: bool,
    /// There is a `WorkerGlobalScope`, as in a page's worker, in Deno and in Cloudflare's workerd.
    pub worker_scope: bool,
    /// There is a global that only a server's runtime has.
    pub server: bool,
    /// `location.origin`.
    pub origin: Option<String>,
}

impl Host {
    /// Tells a page, or one of its workers, from a server.
    #[must_use]
    pub fn recognize(signs: Signs) -> Self {
        // A page from a file, and one in a sandbox, has the origin "null".
        let origin = signs.origin.filter(|origin| origin.starts_with("http"));
        let worker = signs.worker_scope && origin.is_some() && !signs.server;
        Self {
            page: signs.document || worker,
            origin,
        }
    }
}

/// What `process.env` holds for us, where there is one. Read only when an option is not given.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `ANTHROPIC_API_KEY`.
    pub api_key: Option<String>,
    /// `ANTHROPIC_AUTH_TOKEN`.
    pub auth_token: Option<String>,
    /// `ANTHROPIC_BASE_URL`.
    pub base_url: Option<String>,
}
