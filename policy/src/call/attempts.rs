//! One operation and its retries: which attempt follows which event.

use crate::base::error::{Code, Failure};
use crate::base::strings::{number, text};
use crate::call::events::{Action, Attempt, Event, RateSignal};
use crate::http::rate_limit::RateLimit;
use crate::http::request::{Operation, Request};
use crate::http::response::{Content, Kind, Response, Verdict, lost_attempt};
use crate::http::retry::{Advice, Next, backoff, is_retryable, next};
use crate::options::Settings;
use crate::options::credentials::{Credentials, Scheme, Secrets};
use std::mem::take;

/// The codes of causes where the connection was never made, and so nothing was sent.
const NEVER_SENT: &[&str] = &[
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "UND_ERR_CONNECT_TIMEOUT",
    "ConnectionRefused",
];

/// How many refusals of a request in a job are waited for just as long as each states.
const REFUSALS_AS_STATED: u32 = 5;

/// The parts of a call that its attempts use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) operation: Operation<'a>,
    pub(crate) in_job: InJob,
    /// When the call must have ended, in milliseconds of the driver's clock.
    pub(crate) deadline: Option<f64>,
    pub(crate) now: f64,
    pub(crate) random: f64,
}

/// Whether each request needs a permit of a job's limiter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InJob(pub(crate) bool);

impl InJob {
    /// Never without jobs: then the compiler leaves out the code that only they need.
    pub(crate) fn get(self) -> bool {
        cfg!(feature = "jobs") && self.0
    }
}

/// The step after an event.
#[derive(Debug)]
pub(crate) enum Step<C> {
    /// The driver acts, and sends the next event.
    Act(Action<C>),
    /// The operation has ended.
    Ended(std::result::Result<Box<Response<C>>, Box<Failure>>),
}

/// The reports of an event to the caller and to the limiter.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) attempt: Option<Box<Attempt>>,
    pub(crate) signal: Option<RateSignal>,
}

/// How far an operation has come.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// Requests sent so far.
    sent: u32,
    /// Retries made so far. In a job, waiting for the rate limit is no retry.
    retries: u32,
    /// Refusals for the rate so far, each waited for.
    refusals: u32,
    /// Whether an earlier attempt may have worked: no response to it came.
    lost: bool,
    /// Requests sent for the operations before this one.
    sent_before: u32,
    /// The failure of the attempt before, for a job that stops before the next.
    before: Option<Box<Failure>>,
    /// Credentials of the caller's function, which must show in no error.
    secrets: Secrets,
    /// Whether the caller's function for a credential is outstanding.
    calls: bool,
}

impl Attempts {
    pub(crate) fn sent(&self) -> u32 {
        self.sent
    }

    pub(crate) fn was_sent(&self) -> bool {
        self.sent_before > 0 || self.sent > 0
    }

    /// The first action of an operation.
    pub(crate) fn start<C>(&mut self, scope: Scope<'_>) -> Step<C> {
        Step::Act(if scope.in_job.get() {
            Action::AwaitPermit
        } else {
            self.permitted(scope)
        })
    }

    fn permitted<C>(&mut self, scope: Scope<'_>) -> Action<C> {
        match scope.settings.credentials {
            Credentials::Function(scheme) => {
                self.calls = true;
                Action::CallForCredential(scheme)
            }
            _ => self.send(scope, None),
        }
    }

    fn send<C>(&mut self, scope: Scope<'_>, credential: Option<(Scheme, &str)>) -> Action<C> {
        self.calls = false;
        self.sent = self.sent.saturating_add(1);
        Action::Send(Box::new(Request::build(
            scope.settings,
            scope.operation,
            credential,
        )))
    }

    /// Handles the event that follows the last action.
    pub(crate) fn handle<C: Content>(
        &mut self,
        scope: Scope<'_>,
        event: Event<C>,
        notes: &mut Notes,
    ) -> Step<C> {
        let operation = scope.operation;
        match event {
            Event::Woke if scope.in_job.get() => Step::Act(Action::AwaitPermit),
            Event::Woke | Event::Permitted => Step::Act(self.permitted(scope)),
            Event::Denied(failure) => Step::Ended(Err(self.denied(failure))),
            Event::Credential(Ok(secret)) => {
                let Credentials::Function(scheme) = scope.settings.credentials else {
                    return Step::Ended(Err(unexpected_event()));
                };
                let action = self.send(scope, Some((scheme, &secret)));
                if !self.secrets.contains(&secret) {
                    self.secrets.push(secret);
                }
                Step::Act(action)
            }
            Event::Credential(Err(mut failure)) => {
                failure.redact(&[&scope.settings.secrets, &self.secrets]);
                failure.attempts = self.sent;
                Step::Ended(Err(failure))
            }
            Event::TimedOut if self.calls => Step::Ended(Err(self.no_credential_in_time(scope))),
            Event::Response(mut response) => match judge(&response, operation) {
                Ok(()) => {
                    response.redact_request_id(&[&scope.settings.secrets, &self.secrets]);
                    if scope.in_job.get() {
                        let limit = RateLimit::read(&response.headers);
                        notes.signal = Some(RateSignal::Responded(limit));
                    }
                    notes.attempt = scope.settings.reports_attempts.then(|| {
                        Box::new(Attempt {
                            status: Some(response.status),
                            request_id: response.request_id().map(str::to_owned),
                            ..Attempt::of(operation, self.sent)
                        })
                    });
                    Step::Ended(Ok(response))
                }
                Err((failure, advice)) => self.failed(scope, failure, advice, notes),
            },
            Event::Lost(cause) => {
                let problem = text(&["no response: ", &cause.messages()]);
                let failure = lost_attempt(operation, Code::Connection, &problem).caused_by(cause);
                // No other attempt would be sent.
                let advice = (!is_subrequest_limit(&failure)).then(Advice::default);
                self.failed(scope, failure, advice, notes)
            }
            Event::TimedOut => {
                let problem = text(&[
                    "no whole response within timeout (",
                    &number(scope.settings.timeout.into()),
                    " ms)",
                ]);
                let failure = lost_attempt(operation, Code::Timeout, &problem);
                self.failed(scope, failure, Some(Advice::default()), notes)
            }
            Event::Start => Step::Ended(Err(unexpected_event())),
        }
    }

    /// The call's own last failure; without one, that of another call which has stopped the job.
    fn denied(&mut self, mut other: Box<Failure>) -> Box<Failure> {
        self.before.take().unwrap_or_else(|| {
            other.attempts = self.sent_before;
            other
                .message
                .insert_str(0, "the job stopped before the next request, after: ");
            other
        })
    }

    fn no_credential_in_time(&self, scope: Scope<'_>) -> Box<Failure> {
        let ms = number(scope.settings.timeout.into());
        let message = [
            "the function for the credential did not settle within timeout (",
            &ms,
            " ms)",
        ];
        let mut failure = Failure::new(Code::Timeout, text(&message));
        failure.attempts = self.sent;
        failure
    }

    fn failed<C>(
        &mut self,
        scope: Scope<'_>,
        mut failure: Box<Failure>,
        advice: Option<Advice>,
        notes: &mut Notes,
    ) -> Step<C> {
        failure.redact(&[&scope.settings.secrets, &self.secrets]);
        failure.attempts = self.sent;
        failure.after_lost = self.lost && matches!(scope.operation, Operation::Delete(_));
        self.lost = self.lost || may_have_worked(&failure);
        let next = if scope.in_job.get() {
            self.next_in_job(scope, &failure, advice, notes)
        } else {
            advice
                .and_then(|advice| self.delay(scope, advice))
                .map(Retry::counted)
        };
        notes.attempt = Some(Box::new(Attempt {
            status: failure.status,
            request_id: failure.request_id.clone(),
            error: Some(failure.clone()),
            delay_ms: next.map(|retry| retry.delay_ms),
            ..Attempt::of(scope.operation, self.sent)
        }));
        let Some(Retry { delay_ms, counts }) = next else {
            return Step::Ended(Err(failure));
        };
        self.retries += u32::from(counts);
        self.before = Some(failure);
        Step::Act(Action::Sleep {
            ms: delay_ms,
            parked: false,
        })
    }

    /// The step after a failure in a job, whose limiter learns of it.
    fn next_in_job(
        &mut self,
        scope: Scope<'_>,
        failure: &Failure,
        advice: Option<Advice>,
        notes: &mut Notes,
    ) -> Option<Retry> {
        let limit = failure.headers.as_ref().map(RateLimit::read);
        let limit = limit.unwrap_or_default();
        let is_limited = failure.status == Some(429);
        let wait = advice.and_then(|advice| advice.retry_after_ms);
        if let (Some(429 | 529), Some(delay_ms)) = (failure.status, wait) {
            let until = scope.now + f64::from(delay_ms);
            let stop = delay_ms > scope.settings.policy.max_delay_ms
                || scope.deadline.is_some_and(|deadline| until >= deadline);
            if is_limited || stop {
                notes.signal = Some(RateSignal::Refused { limit, until, stop });
                // Waiting for the rate is no retry, so nothing else bounds how often it comes.
                self.refusals += 1;
                let beyond = self.refusals.checked_sub(REFUSALS_AS_STATED + 1);
                let least = beyond.map_or(0, |count| backoff(count, scope.random));
                return (!stop).then_some(Retry {
                    delay_ms: delay_ms.max(least),
                    counts: false,
                });
            }
        }
        let delay = advice.and_then(|advice| self.delay(scope, advice));
        notes.signal = Some(match delay {
            Some(_) if is_limited => RateSignal::Refused {
                limit,
                until: scope.now,
                stop: false,
            },
            None if is_limited => RateSignal::ConcernsAll(None),
            None if concerns_all(failure) => RateSignal::ConcernsAll(Some(limit)),
            _ if is_fault(failure) => RateSignal::Fault,
            _ => RateSignal::Responded(limit),
        });
        delay.map(Retry::counted)
    }

    /// How long to wait before another attempt, or `None` where there is to be none: the retries
    /// are used up, or the wait would exceed the caller's limits.
    fn delay(&self, scope: Scope<'_>, advice: Advice) -> Option<u32> {
        let fits = |ms: u32| {
            scope
                .deadline
                .is_none_or(|end| scope.now + f64::from(ms) < end)
        };
        match next(scope.settings.policy, self.retries, advice, scope.random) {
            Next::RetryAfter(ms) if fits(ms) => Some(ms),
            _ => None,
        }
    }

    /// The state for the next operation of the same call.
    pub(crate) fn renew(&mut self) {
        *self = Self {
            secrets: take(&mut self.secrets),
            sent_before: self.sent_before.saturating_add(self.sent),
            ..Self::default()
        };
    }
}

/// Another attempt.
#[derive(Clone, Copy, Debug)]
struct Retry {
    /// After how many milliseconds.
    delay_ms: u32,
    /// Whether it counts towards `maxRetries`.
    counts: bool,
}

impl Retry {
    fn counted(delay_ms: u32) -> Self {
        Self {
            delay_ms,
            counts: true,
        }
    }
}

type Judged = std::result::Result<(), (Box<Failure>, Option<Advice>)>;

/// A failure comes with advice on another attempt, or without where there is to be none.
fn judge<C: Content>(response: &Response<C>, operation: Operation<'_>) -> Judged {
    match response.judge(operation) {
        Verdict::Done => Ok(()),
        Verdict::Failed(failure, Kind::Final) => Err((failure, None)),
        Verdict::Failed(failure, Kind::Broken) => Err((failure, Some(Advice::default()))),
        Verdict::Failed(mut failure, Kind::Status) => {
            let advice = Advice::read(&response.headers, response.received_at);
            failure.retry_after_ms = advice.retry_after_ms;
            let again = is_retryable(response.status, advice);
            Err((failure, again.then_some(advice)))
        }
    }
}

/// Whether the server may have performed the request, though no response says so.
fn may_have_worked(failure: &Failure) -> bool {
    match failure.code {
        Code::Timeout | Code::Server => true,
        // A 404 that broke off deleted nothing, either.
        Code::Connection if failure.status == Some(404) => false,
        Code::Connection => !failure
            .cause
            .as_ref()
            .is_some_and(|cause| cause.has_code(NEVER_SENT)),
        _ => false,
    }
}

/// Whether the server or the connection had a fault, which says nothing of the rate.
fn is_fault(failure: &Failure) -> bool {
    matches!(
        failure.code,
        Code::Server | Code::Connection | Code::Timeout
    )
}

/// Whether every other id would fail in the same way.
fn concerns_all(failure: &Failure) -> bool {
    match failure.code {
        Code::Authentication | Code::Permission | Code::Redirect => true,
        Code::Http => failure.status == Some(402),
        // Of a proxy, or a page that demands a sign-in.
        Code::InvalidResponse => {
            !failure.too_large && failure.body.as_ref().is_none_or(|body| !body.json)
        }
        Code::Connection => is_subrequest_limit(failure),
        _ => false,
    }
}

/// Whether a Worker has used up the requests that one invocation may make:
/// <https://developers.cloudflare.com/workers/platform/limits/#subrequests>.
fn is_subrequest_limit(failure: &Failure) -> bool {
    let cause = failure.cause.as_deref();
    // std's search would weigh kilobytes.
    let is_it = |part: &[u8]| part == b"Too many subrequests";
    cause.is_some_and(|cause| cause.messages().as_bytes().windows(20).any(is_it))
}

/// The driver broke the invariant: an event came that does not follow the last action.
pub(crate) fn unexpected_event() -> Box<Failure> {
    Failure::new(Code::Internal, "an event that was not expected".into())
}
