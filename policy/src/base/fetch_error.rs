//! Classifies the errors of JavaScript's `fetch`, for the npm package.

use crate::base::error::Cause;

/// The codes of causes which say that no connection was made, so that nothing was sent.
const NEVER_SENT: &[&str] = &[
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "UND_ERR_CONNECT_TIMEOUT",
    "ConnectionRefused",
];

/// Deno's errors have no codes. These words of its HTTP client say that no connection was made.
const DENO_NEVER_SENT: &str = "client error (Connect)";

/// Returns whether the server may have received the request: false only if no connection was made.
#[must_use]
pub fn was_sent(cause: &Cause) -> bool {
    !cause.has_code(NEVER_SENT) && !cause.says(DENO_NEVER_SENT)
}
