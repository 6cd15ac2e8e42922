//! One operation and its retries: decides which action follows which event.

use crate::base::error::{Code, Failure};
use crate::base::strings::{concat, number};
use crate::call::events::{Action, Attempt, Event, RateSignal};
use crate::call::failed_attempt::{is_fault, may_have_worked, of_driver, unexpected_event};
use crate::http::guard::Guard;
use crate::http::rate_limit::RateLimit;
use crate::http::request::{Operation, Request};
use crate::http::response::{Content, FailureKind, Response, Verdict, lost_attempt};
use crate::http::retry::{Advice, RetryDecision, backoff, decide_retry, is_retryable};
use crate::options::Settings;
use crate::options::credentials::{Credentials, Scheme, Secrets};
use std::{mem::take, slice::from_ref};

/// The number of refusals of a request in a job after which backoff adds to the stated delay.
const REFUSALS_AS_STATED: u32 = 5;

/// The state of the call that its attempts read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttemptContext<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) operation: Operation<'a>,
    pub(crate) in_job: InJob,
    /// When the call must have ended, in milliseconds of the driver's clock.
    pub(crate) deadline: Option<f64>,
    pub(crate) now: f64,
    pub(crate) random: f64,
}

/// True if each request needs a permit of a job's limiter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InJob(pub(crate) bool);

impl InJob {
    /// Returns false without the feature `jobs`, so that the compiler drops the code that only jobs need.
    pub(crate) fn get(self) -> bool {
        cfg!(feature = "jobs") && self.0
    }
}

/// The step of an operation after an event.
#[derive(Debug)]
pub(crate) enum OperationStep<C> {
    /// The driver performs the action, and sends the next event.
    Act(Action<C>),
    /// The operation has ended.
    Ended(std::result::Result<Box<Response<C>>, Box<Failure>>),
}

/// The reports of an event to the caller and to the limiter.
#[derive(Debug, Default)]
pub(crate) struct AttemptReports {
    pub(crate) attempt: Option<Box<Attempt>>,
    pub(crate) signal: Option<RateSignal>,
}

/// The attempts of one operation.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Attempts {
    /// The number of requests that were sent.
    sent: u32,
    /// The number of retries. In a job, waiting for the rate limit does not count.
    retries: u32,
    /// The number of refusals for the rate, each followed by a wait.
    refusals: u32,
    /// True if an earlier attempt, whose response was lost, may have worked.
    lost: bool,
    /// The number of requests that were sent for the operations before this one.
    sent_before: u32,
    /// True if a request of this call, also of an operation before this one, may have changed the batch.
    maybe_applied: bool,
    /// True while a request that changes the batch is in flight.
    is_changing: bool,
    /// The failure of the last attempt, for a job that stops before the next one.
    last_failure: Option<Box<Failure>>,
    /// The credentials that the caller's function returned, which no error may show.
    secrets: Secrets,
    /// True while the caller's function for a credential is outstanding.
    awaits_credential: bool,
    guard: Guard,
    /// True if the same request follows without its guard.
    sends_again: bool,
}

impl Attempts {
    pub(crate) fn was_sent(&self) -> bool {
        self.sent_before > 0 || self.sent > 0
    }

    /// Returns the first action of an operation.
    pub(crate) fn start<C>(&mut self, context: AttemptContext<'_>) -> OperationStep<C> {
        OperationStep::Act(if context.in_job.get() {
            Action::AwaitPermit
        } else {
            self.permitted(context)
        })
    }

    fn permitted<C>(&mut self, context: AttemptContext<'_>) -> Action<C> {
        match context.settings.credentials {
            Credentials::Function(scheme) => {
                self.awaits_credential = true;
                Action::CallForCredential(scheme)
            }
            _ => self.send(context, None),
        }
    }

    fn send<C>(
        &mut self,
        context: AttemptContext<'_>,
        credential: Option<(Scheme, &str)>,
    ) -> Action<C> {
        self.awaits_credential = false;
        self.is_changing = context.operation.has_effect();
        self.sent = self.sent.saturating_add(1);
        let mut request = Request::build(context.settings, context.operation, credential);
        request.guarded = self.guard.is_needed(context.settings, request.method);
        Action::Send(Box::new(request))
    }

    /// Handles the event that follows the last action.
    pub(crate) fn on_event<C: Content>(
        &mut self,
        context: AttemptContext<'_>,
        event: Event<C>,
        reports: &mut AttemptReports,
    ) -> OperationStep<C> {
        let operation = context.operation;
        let was_changing = take(&mut self.is_changing);
        match event {
            Event::Woke if context.in_job.get() => OperationStep::Act(Action::AwaitPermit),
            Event::Woke | Event::Permitted => OperationStep::Act(self.permitted(context)),
            Event::Denied(other) if context.in_job.get() => {
                self.maybe_applied |= was_changing;
                // The call's own failure says more than the one that ended the job.
                let mut failure = self.last_failure.take().unwrap_or_else(|| of_driver(other));
                failure.attempts = self.sent_before.saturating_add(self.sent);
                failure.maybe_applied = self.maybe_applied;
                OperationStep::Ended(Err(failure))
            }
            Event::Credential(Ok(secret)) => {
                let Credentials::Function(scheme) = context.settings.credentials else {
                    return OperationStep::Ended(Err(unexpected_event()));
                };
                if let Err(failure) = operation.unless_secret(from_ref(&secret)) {
                    return self.on_event(context, Event::Credential(Err(failure)), reports);
                }
                let action = self.send(context, Some((scheme, &secret)));
                if !self.secrets.contains(&secret) {
                    self.secrets.push(secret);
                }
                OperationStep::Act(action)
            }
            Event::Credential(Err(failure)) => {
                let mut failure = of_driver(failure);
                failure.redact(&[&context.settings.secrets, &self.secrets]);
                failure.attempts = self.sent;
                failure.maybe_applied = self.maybe_applied;
                OperationStep::Ended(Err(failure))
            }
            Event::TimedOut if self.awaits_credential => {
                OperationStep::Ended(Err(self.no_credential_in_time(context)))
            }
            Event::Response(mut response) => match self.judge(context, &response) {
                Ok(()) => {
                    self.maybe_applied |= was_changing;
                    response.redact_request_id(&[&context.settings.secrets, &self.secrets]);
                    if context.in_job.get() {
                        let limit = RateLimit::read(&response.headers);
                        reports.signal = Some(RateSignal::Responded(limit));
                    }
                    reports.attempt = context.settings.reports_attempts.then(|| {
                        Box::new(Attempt {
                            status: Some(response.status),
                            request_id: response.request_id().map(str::to_owned),
                            ..Attempt::of(operation, self.sent)
                        })
                    });
                    OperationStep::Ended(Ok(response))
                }
                Err((failure, advice)) => self.failed(context, failure, advice, reports),
            },
            Event::Lost { sent, cause } => {
                let problem = concat(&["no response: ", &cause.messages()]);
                // Another attempt could not be sent either.
                let is_exhausted = cause.is_out_of_subrequests();
                let is_sendable = !is_exhausted && !cause.is_refused_by_runtime();
                let mut failure =
                    lost_attempt(operation, Code::Connection, &problem).caused_by(cause);
                failure.never_sent = !(sent && is_sendable);
                failure.retryable = is_sendable || is_exhausted;
                let advice = is_sendable.then(Advice::default);
                self.failed(context, failure, advice, reports)
            }
            Event::TimedOut => {
                let problem = concat(&[
                    "no whole response within timeout (",
                    &number(context.settings.timeout.into()),
                    " ms)",
                ]);
                let failure = lost_attempt(operation, Code::Timeout, &problem);
                self.failed(context, failure, Some(Advice::default()), reports)
            }
            Event::Start | Event::Denied(_) => OperationStep::Ended(Err(unexpected_event())),
        }
    }

    /// Judges a response, and records whether it refuses the guard of the request.
    fn judge<C: Content>(
        &mut self,
        context: AttemptContext<'_>,
        response: &Response<C>,
    ) -> JudgedAttempt {
        let (settings, operation) = (context.settings, context.operation);
        let method = operation.method();
        self.sends_again = self.guard.is_refused(settings, method, response);
        judge(response, operation)
    }

    /// Takes back a request that the driver has not begun.
    pub(crate) fn withdraw(&mut self) {
        self.sent = self.sent.saturating_sub(1);
        self.is_changing = false;
    }

    fn no_credential_in_time(&self, context: AttemptContext<'_>) -> Box<Failure> {
        let ms = number(context.settings.timeout.into());
        let message = [
            "the function for the credential did not settle within timeout (",
            &ms,
            " ms)",
        ];
        let mut failure = Failure::new(Code::Timeout, concat(&message));
        failure.attempts = self.sent;
        failure.maybe_applied = self.maybe_applied;
        failure
    }

    /// Completes the failure of a call that has not ended in time.
    pub(crate) fn out_of_time(&self, mut failure: Box<Failure>) -> Box<Failure> {
        failure.attempts = self.sent;
        failure.maybe_applied = self.maybe_applied || self.is_changing;
        failure
    }

    fn failed<C>(
        &mut self,
        context: AttemptContext<'_>,
        mut failure: Box<Failure>,
        advice: Option<Advice>,
        reports: &mut AttemptReports,
    ) -> OperationStep<C> {
        failure.redact(&[&context.settings.secrets, &self.secrets]);
        failure.attempts = self.sent;
        failure.after_lost = self.lost && matches!(context.operation, Operation::Delete(_));
        let is_lost = may_have_worked(&failure);
        self.lost |= is_lost;
        self.maybe_applied |= is_lost && context.operation.has_effect();
        failure.maybe_applied = self.maybe_applied;
        let next = if take(&mut self.sends_again) {
            let (delay_ms, counts) = (0, false);
            Some(Retry { delay_ms, counts })
        } else if context.in_job.get() {
            self.next_in_job(context, &failure, advice, reports)
        } else {
            advice
                .and_then(|advice| self.delay(context, advice))
                .map(Retry::counted)
        };
        reports.attempt = Some(Box::new(Attempt {
            status: failure.status,
            request_id: failure.request_id.clone(),
            error: Some(failure.clone()),
            delay_ms: next.map(|retry| retry.delay_ms),
            ..Attempt::of(context.operation, self.sent)
        }));
        let Some(Retry { delay_ms, counts }) = next else {
            return OperationStep::Ended(Err(failure));
        };
        self.retries += u32::from(counts);
        self.last_failure = Some(failure);
        OperationStep::Act(Action::Sleep {
            ms: delay_ms,
            parked: false,
        })
    }

    /// Returns the retry after a failure in a job, if there is one, and reports the failure to its limiter.
    fn next_in_job(
        &mut self,
        context: AttemptContext<'_>,
        failure: &Failure,
        advice: Option<Advice>,
        reports: &mut AttemptReports,
    ) -> Option<Retry> {
        let limit = failure.headers.as_ref().map(RateLimit::read);
        let limit = limit.unwrap_or_default();
        let is_limited = failure.status == Some(429);
        let wait = advice.and_then(|advice| advice.retry_after_ms);
        if let (Some(429 | 529), Some(delay_ms)) = (failure.status, wait) {
            let until = context.now + f64::from(delay_ms);
            let stop = delay_ms > context.settings.policy.max_delay_ms
                || context.deadline.is_some_and(|deadline| until >= deadline);
            if is_limited || stop {
                reports.signal = Some(RateSignal::Refused { limit, until, stop });
                // `maxRetries` does not bound the waits for the rate, so their delays must grow.
                self.refusals += 1;
                let beyond = self.refusals.checked_sub(REFUSALS_AS_STATED + 1);
                let least = beyond.map_or(0, |count| backoff(count, context.random));
                return (!stop).then_some(Retry {
                    delay_ms: delay_ms.max(least),
                    counts: false,
                });
            }
        }
        let delay = advice.and_then(|advice| self.delay(context, advice));
        reports.signal = Some(match delay {
            Some(_) if is_limited => RateSignal::Refused {
                limit,
                until: context.now,
                stop: false,
            },
            None if is_limited => RateSignal::LastRefusal,
            _ if is_fault(failure) => RateSignal::Fault,
            _ => RateSignal::Responded(limit),
        });
        delay.map(Retry::counted)
    }

    /// Returns the delay before the next attempt; `None` if the retries are used up, or the delay would exceed
    /// the caller's limits.
    fn delay(&self, context: AttemptContext<'_>, advice: Advice) -> Option<u32> {
        let fits = |ms: u32| {
            context
                .deadline
                .is_none_or(|end| context.now + f64::from(ms) < end)
        };
        match decide_retry(
            context.settings.policy,
            self.retries,
            advice,
            context.random,
        ) {
            RetryDecision::RetryAfter(ms) if fits(ms) => Some(ms),
            _ => None,
        }
    }

    /// Prepares for the next operation of the same call.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            secrets: take(&mut self.secrets),
            maybe_applied: self.maybe_applied,
            sent_before: self.sent_before.saturating_add(self.sent),
            ..Self::default()
        };
    }
}

/// Another attempt.
#[derive(Clone, Copy, Debug)]
struct Retry {
    /// The delay before it, in milliseconds.
    delay_ms: u32,
    /// True if it counts towards `maxRetries`.
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

/// The advice of a failure is absent if no other attempt may follow.
type JudgedAttempt = std::result::Result<(), (Box<Failure>, Option<Advice>)>;

/// Judges a response, and reads its advice on another attempt.
fn judge<C: Content>(response: &Response<C>, operation: Operation<'_>) -> JudgedAttempt {
    match response.judge(operation) {
        Verdict::Done => Ok(()),
        Verdict::Failed(failure, FailureKind::Final) => Err((failure, None)),
        Verdict::Failed(failure, FailureKind::Broken) => Err((failure, Some(Advice::default()))),
        Verdict::Failed(mut failure, FailureKind::Status) => {
            let advice = Advice::read(&response.headers, response.received_at.as_millis());
            failure.retry_after_ms = advice.retry_after_ms;
            failure.retryable = is_retryable(response.status, advice);
            let advice = failure.retryable.then_some(advice);
            Err((failure, advice))
        }
    }
}
