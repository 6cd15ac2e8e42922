//! Prevents an HTTP client from sending a deletion again by itself.
//!
//! Deno, Bun and workerd send a request without a body again if a kept connection breaks. The second response to
//! a deletion says that the batch is missing. No client sends a body in chunks twice, even an empty one; but
//! some servers refuse it.

use crate::http::request::Method;
use crate::http::response::Response;
use crate::options::Settings;

/// The guard of the requests of one operation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guard {
    /// True once the server has refused a guarded request.
    is_removed: bool,
}

impl Guard {
    /// Returns whether a request is guarded.
    pub(crate) fn is_needed(self, settings: &Settings, method: Method) -> bool {
        !self.is_removed && method == Method::Delete && settings.guards_deletions.get()
    }

    /// Returns whether the server, or a proxy before it, may have refused the request because of its guard. Then
    /// the same request follows without one. If it is not refused, the settings guard no further request.
    pub(crate) fn is_refused<C>(
        &mut self,
        settings: &Settings,
        method: Method,
        response: &Response<C>,
    ) -> bool {
        // Google's load balancer and Payara respond with 400. The API names an error in its body.
        let payload = response.payload.as_ref();
        let is_named = payload.is_some_and(|payload| payload.error_type.is_some());
        let refuses = matches!(response.status, 400 | 411) && !is_named;
        // Only jobs and relays share settings.
        if cfg!(any(feature = "jobs", feature = "relay")) && self.is_removed && !refuses {
            settings.guards_deletions.clear();
        }
        let is_refused = refuses && self.is_needed(settings, method);
        self.is_removed |= is_refused;
        is_refused
    }
}
