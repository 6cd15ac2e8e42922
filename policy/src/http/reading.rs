//! The rules by which a driver reads a response: which headers, which bodies, and which status is valid.

use crate::http::rate_limit::{LIMIT, REMAINING};

/// The header with the request's id.
pub const REQUEST_ID: &str = "request-id";

/// The headers of a success that are read in a job, whose limiter needs them. A call by itself needs the
/// first one alone.
pub const SUCCESS_HEADERS: &[&str] = &[REQUEST_ID, LIMIT, REMAINING];

/// The hundreds of the statuses without a body that is worth reading: redirects, which the driver may have
/// as status 0, and interim responses.
pub const BODYLESS: &[u32] = &[0, 1, 3];

/// The header that states the length of a body, if nothing decodes the body on its way.
pub const BODY_LENGTH: &str = "content-length";

/// The header that says that the body was encoded, so that its stated length is another one.
pub const BODY_ENCODING: &str = "content-encoding";

/// The `type` of a response whose headers may be hidden.
pub const CROSS_ORIGIN: &str = "cors";

/// Checks the status of what `fetch` has resolved with, and its `type`, as JavaScript has them. The error
/// says what it is instead of a response.
pub fn check_status(status: Option<u32>, kind: Option<&str>) -> Result<u16, &'static str> {
    let status = status.and_then(|status| u16::try_from(status).ok());
    match status.filter(|status| *status < 1_000) {
        None => Err("something that is not a Response"),
        // A redirect that the runtime hides has status 0; so has an error, which `fetch` never resolves with.
        Some(0) if kind != Some("opaqueredirect") => Err("an error response"),
        Some(status) => Ok(status),
    }
}
