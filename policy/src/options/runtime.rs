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
    /// There is `window.document`.
    pub document: bool,
    /// There is a `WorkerGlobalScope`, as in a page's worker, in Deno and in Cloudflare's workerd.
    pub worker_scope: bool,
    /// There is a global that only a server's runtime has: Node's too, but for Electron's renderers.
    pub server: bool,
    /// `location.origin`.
    pub origin: Option<String>,
}

impl Host {
    /// Whether it is a browser's page or worker, or a server. A worker has an origin, if only "null"
    /// (of a `data:` URL) or one of an extension. A DOM within a server's runtime (jsdom, in a test
    /// runner) is no page: the process has the key already, and nobody can open it.
    #[must_use]
    pub fn recognize(signs: Signs) -> Self {
        if signs.server {
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
