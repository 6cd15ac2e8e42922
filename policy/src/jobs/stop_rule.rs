//! The rule by which a job ends before its ids do.
//!
//! **A job stops once the last N calls all failed with one failure that concerns every id, and after a minute
//! without a success in which N calls failed because of the server, the connection or the rate limit.** N is
//! the larger of 12 and `concurrency` + 4, so that neither a few locked batches nor one in each slot stop it.
//!
//! **A job whose requests have never reached the server stops five seconds after the first attempt**, once the
//! number of attempts is that of one call with all its retries.

use crate::base::error::{Code, Failure};
use crate::call::events::RateSignal;
use crate::call::failed_attempt::is_fault;

/// The fewest calls that count as all of them.
const FEWEST: u32 = 12;
/// The calls beyond one for each slot.
const BEYOND_SLOTS: u32 = 4;
/// The milliseconds without a success after which a job stops.
const LONGEST_MS: f64 = 60_000.0;
/// The milliseconds without a connection after which a job stops that has never had one.
const LONGEST_UNREACHED_MS: f64 = 5_000.0;

/// The series of failed calls without another end in between, and the attempts before the first connection.
#[derive(Debug)]
pub(super) struct StopRule {
    /// N.
    most: u32,
    /// The last failure that concerns every id, and the number of consecutive calls that ended in it.
    shared: Option<(Box<Failure>, u32)>,
    /// The time since which every call has failed, and the number of these calls.
    since: Option<(f64, u32)>,
    /// Until a request may have reached the server: the end of the first attempt, and the attempts of one call that
    /// are left.
    unreached: Option<(f64, u32)>,
}

impl StopRule {
    pub(super) fn new(concurrency: u32, max_retries: u32) -> Self {
        Self {
            most: FEWEST.max(concurrency.saturating_add(BEYOND_SLOTS)),
            shared: None,
            since: None,
            unreached: Some((f64::INFINITY, max_retries)),
        }
    }

    /// Records the end of an attempt, and returns whether the job stops.
    pub(super) fn on_attempt(
        &mut self,
        now: f64,
        signal: Option<&RateSignal>,
        failure: Option<&Failure>,
    ) -> bool {
        let (Some((since, left)), Some(_)) = (&mut self.unreached, signal) else {
            return false;
        };
        if !failure.is_some_and(|failure| failure.never_sent) {
            self.unreached = None;
            return false;
        }
        *since = since.min(now);
        let is_tried = *left == 0;
        *left = left.saturating_sub(1);
        is_tried && now - *since >= LONGEST_UNREACHED_MS
    }

    /// Records a call that did not fail, or failed because of its own batch.
    pub(super) fn on_other_end(&mut self) {
        self.shared = None;
        self.since = None;
    }

    /// Records a call that failed, and returns whether the job stops.
    pub(super) fn on_failure(&mut self, now: f64, failure: &Failure) -> bool {
        let concerns_all = concerns_all(failure);
        if !concerns_all && !is_fault(failure) {
            self.on_other_end();
            return false;
        }
        let (since, failed) = self.since.unwrap_or((now, 0));
        self.since = Some((since, failed + 1));
        let alike = match self.shared.take() {
            Some((last, count)) if is_same(&last, failure) => count + 1,
            _ => 1,
        };
        if concerns_all {
            self.shared = Some((Box::new(failure.clone()), alike));
        }
        (concerns_all && alike >= self.most)
            || (failed + 1 >= self.most && now - since >= LONGEST_MS)
    }
}

/// Returns whether every other id may fail in the same way.
fn concerns_all(failure: &Failure) -> bool {
    match failure.code {
        // A beta that the API refuses, a server that expects TLS: the words are the same for each id.
        Code::BadRequest
        | Code::Authentication
        | Code::Permission
        | Code::Redirect
        // A function for the credential that fails.
        | Code::MissingCredentials
        // A spend limit.
        | Code::RateLimit
        // A wrong base URL, a proxy, a bill that is not paid.
        | Code::Http => true,
        // A credential that the caller's function returned.
        Code::InvalidOption => failure.option.as_deref() != Some("id"),
        // A proxy's body, or a page that demands a sign-in.
        Code::InvalidResponse => {
            !failure.too_large && failure.body.as_ref().is_none_or(|body| !body.json)
        }
        Code::Connection => failure.is_unsendable(),
        _ => false,
    }
}

/// Returns whether two failures have one cause. Only a 400 may concern its batch alone; then its words differ. The words
/// of another failure may have the id (the 404 of a wrong base URL), or a number for each request.
fn is_same(one: &Failure, other: &Failure) -> bool {
    let words = |failure: &Failure| {
        let body = failure.body.as_ref().map(|body| body.text.clone());
        failure.api_message.clone().or(body)
    };
    one.code == other.code
        && one.status == other.status
        && (one.code != Code::BadRequest || words(one) == words(other))
}
