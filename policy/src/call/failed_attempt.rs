//! Classifies the failure of an attempt.

use crate::base::error::{Code, Failure};

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

/// Returns whether the server may have performed the request, although no response says so.
pub(crate) fn may_have_worked(failure: &Failure) -> bool {
    match failure.code {
        Code::Timeout | Code::Server | Code::InvalidResponse => true,
        // The body of a 404 broke off: the status says that nothing was deleted.
        Code::Connection if failure.status == Some(404) => false,
        Code::Connection => !was_never_sent(failure),
        _ => false,
    }
}

/// Returns whether no connection was made, so that the server has not received the request.
pub(crate) fn was_never_sent(failure: &Failure) -> bool {
    let cause = failure.cause.as_ref();
    cause.is_some_and(|cause| cause.has_code(NEVER_SENT) || cause.says(DENO_NEVER_SENT))
        || failure.is_unsendable()
}

/// Returns whether the server or the connection had a fault, which the rate does not cause.
pub(crate) fn is_fault(failure: &Failure) -> bool {
    matches!(
        failure.code,
        Code::Server | Code::Connection | Code::Timeout
    )
}

/// Returns the failure for a driver that broke the invariant: the event does not follow the last action.
pub(crate) fn unexpected_event() -> Box<Failure> {
    Failure::new(Code::Internal, "an event that was not expected".into())
}
