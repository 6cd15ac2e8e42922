//! Classifies the failure of an attempt.

use crate::base::HAS_FOREIGN_DRIVER;
use crate::base::error::{Code, Failure};

/// Returns whether the server may have performed the request, although no response says so.
pub(crate) fn may_have_worked(failure: &Failure) -> bool {
    match failure.code {
        Code::Timeout | Code::Server | Code::InvalidResponse => true,
        // The body of a 404 broke off: the status says that nothing was deleted.
        Code::Connection if failure.status == Some(404) => false,
        Code::Connection => !failure.never_sent,
        _ => false,
    }
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

/// Returns the failure of a driver. It may be that a secret was not found, which is not a missing batch. The npm
/// package has another code for that.
pub(crate) fn of_driver(mut failure: Box<Failure>) -> Box<Failure> {
    if HAS_FOREIGN_DRIVER && failure.code == Code::NotFound {
        failure.code = Code::MissingCredentials;
    }
    failure
}
