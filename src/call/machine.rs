//! One HTTP call with retries: the loop, top to bottom.

use crate::base::error::{Cause, Code, Failure, Result};
use crate::base::strings::{number, text};
use crate::call::race::race;
use crate::http::request::{Operation, Request};
use crate::http::response::{Answer, Content, Kind, Verdict, unanswered};
use crate::http::retry::{Advice, Next, is_retryable, next};
use crate::jobs::limiter::{Gate, Parked, Pass};
use crate::jobs::token_bucket::{LIMIT, REMAINING, Told};
use crate::options::Settings;
use crate::options::credentials::{Credentials, Scheme};
use std::cell::Cell;
use std::pin::{Pin, pin};

/// The door to the network.
pub trait Transport {
    /// The body of an answer.
    type Content: Content;

    /// Sends the request and reads the answer; of a success, only the `wanted` headers. Dropping
    /// the future aborts the request. Both are boxed: they are moved often, and each move of
    /// something large is code.
    fn send(&self, request: &Request, wanted: &[&str])
    -> impl Future<Output = Sent<Self::Content>>;

    /// Asks the caller's function for a credential.
    fn credential(&self, scheme: Scheme) -> impl Future<Output = Result<String>>;

    /// Whether the caller wants to know of attempts.
    fn is_watched(&self) -> bool;

    /// Tells the caller of an attempt.
    fn attempted(&self, attempt: &Attempt);
}

/// What comes of sending a request.
pub type Sent<C> = std::result::Result<Box<Answer<C>>, Box<Cause>>;

/// The door to time and chance.
pub trait Clock {
    /// Milliseconds since 1970.
    fn now(&self) -> f64;

    /// Waits. Dropping the future ends the timer.
    fn sleep(&self, ms: u32) -> impl Future<Output = ()>;

    /// A random number from 0 to 1.
    fn random(&self) -> f64;
}

/// What `onAttempt` is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The HTTP method.
    pub method: String,
    /// Counts from 1.
    pub attempt: u32,
    /// The HTTP status, where an answer came.
    pub status: Option<u16>,
    /// What went wrong, where something did.
    pub error: Option<Box<Failure>>,
    /// The request's id.
    pub request_id: Option<String>,
    /// How long the call waits before its next attempt; absent where there is none.
    pub delay_ms: Option<u32>,
}

impl Attempt {
    fn of(operation: Operation<'_>, attempt: u32) -> Self {
        Self {
            method: operation.method().as_str().into(),
            attempt,
            status: None,
            error: None,
            request_id: None,
            delay_ms: None,
        }
    }
}

/// Fetch says so where the connection was never made, and so nothing was sent.
const NEVER_SENT: &[&str] = &[
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "UND_ERR_CONNECT_TIMEOUT",
    "ConnectionRefused",
];

/// The headers of a success that are used.
const WANTED: &[&str] = &["request-id"];
/// The same in a job with a gate.
const WANTED_IN_JOB: &[&str] = &["request-id", LIMIT, REMAINING];

/// One call of the caller's: its options, and how far it came.
pub struct Caller<'a, T, C> {
    transport: &'a T,
    clock: &'a C,
    settings: &'a Settings,
    deadline: Option<f64>,
    attempts: Cell<u32>,
    gate: Option<&'a Gate>,
}

impl<'a, T: Transport, C: Clock> Caller<'a, T, C> {
    /// Starts the clock of `totalTimeout`.
    pub fn new(transport: &'a T, clock: &'a C, settings: &'a Settings) -> Self {
        let deadline = settings.total_timeout.map(|ms| clock.now() + f64::from(ms));
        Self {
            transport,
            clock,
            settings,
            deadline,
            attempts: Cell::new(0),
            gate: None,
        }
    }

    /// One call of a job: it shares the job's time and gate.
    #[must_use]
    pub fn in_job(&self, gate: &'a Gate) -> Self {
        Self {
            transport: self.transport,
            clock: self.clock,
            settings: self.settings,
            deadline: self.deadline,
            attempts: Cell::new(0),
            gate: Some(gate),
        }
    }

    /// The clock.
    pub fn clock(&self) -> &'a C {
        self.clock
    }

    /// In a job: from now on, the call waits for its batch to end, and holds no worker.
    #[must_use]
    pub fn park(&self) -> Option<Parked<'a>> {
        self.gate.map(Gate::park)
    }

    /// Runs the whole call within `totalTimeout`.
    pub async fn within_total<R>(&self, run: impl Future<Output = Result<R>>) -> Result<R> {
        let mut ended = None;
        {
            let work = pin!(async { ended = Some(run.await) });
            self.until_total(work).await;
        }
        ended.unwrap_or_else(|| {
            let ms = self.settings.total_timeout.unwrap_or_default();
            let words = text(&[
                "the call did not end within totalTimeout (",
                &number(ms.into()),
                " ms)",
            ]);
            let mut failure = Failure::new(Code::Timeout, words);
            failure.attempts = self.attempts.get();
            Err(failure)
        })
    }

    /// Ends with the work, or with its time: compiled once, whatever the work is.
    async fn until_total(&self, work: Pin<&mut dyn Future<Output = ()>>) {
        match self.settings.total_timeout {
            None => work.await,
            Some(ms) => {
                let _ = race(work, self.clock.sleep(ms)).await;
            }
        }
    }

    /// Waits, unless the deadline comes first.
    pub async fn sleep(&self, ms: u32) {
        self.clock.sleep(ms).await;
    }

    /// Sends one operation, again where that may help, and returns the answer to it.
    pub async fn call(&self, operation: Operation<'_>) -> Result<Box<Answer<T::Content>>> {
        let mut lost = false;
        let mut secrets = self.settings.secrets.clone();
        // Retries made so far. In a job, waiting for the rate limit is no retry.
        let mut retries = 0;
        let mut before = None;
        for attempt in 1_u32.. {
            let pass = match self.gate {
                None => None,
                Some(gate) => match gate.admit(self.clock).await {
                    Ok(pass) => Some(pass),
                    // What was sent before must not be told as unsent: it may have worked.
                    Err(unsent) => return Err(before.unwrap_or(unsent)),
                },
            };
            self.attempts.set(attempt - 1);
            let credential = self.credential(&mut secrets).await?;
            self.attempts.set(attempt);
            let request = Request::build(self.settings, operation, credential);
            let (mut failure, advice) = match self.attempt(&request, operation).await {
                Ok(answer) => {
                    if let (Some(gate), Some(pass)) = (self.gate, &pass) {
                        gate.answered(self.clock.now(), pass, Told::read(&answer.headers));
                    }
                    if self.transport.is_watched() {
                        self.transport.attempted(&Attempt {
                            status: Some(answer.status),
                            request_id: answer.request_id().map(str::to_owned),
                            ..Attempt::of(operation, attempt)
                        });
                    }
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            failure.redact(&secrets);
            failure.attempts = attempt;
            failure.after_lost = lost && matches!(operation, Operation::Delete(_));
            lost = lost || failed_attempt_may_have_worked(&failure);
            let then = match (self.gate, &pass) {
                (Some(gate), Some(pass)) => self.then_in_job(gate, pass, retries, &failure, advice),
                _ => advice
                    .and_then(|advice| self.delay(retries, advice))
                    .map(Then::Retry),
            };
            drop(pass);
            if self.transport.is_watched() {
                self.transport.attempted(&Attempt {
                    status: failure.status,
                    request_id: failure.request_id.clone(),
                    error: Some(failure.clone()),
                    delay_ms: then.map(Then::delay),
                    ..Attempt::of(operation, attempt)
                });
            }
            match then {
                Some(Then::Retry(ms)) => {
                    retries += 1;
                    self.clock.sleep(ms).await;
                }
                Some(Then::Queue { counts, .. }) => retries += u32::from(counts),
                None => return Err(failure),
            }
            before = Some(failure);
        }
        Err(Failure::new(
            Code::Internal,
            "more attempts than can be counted".into(),
        ))
    }

    /// What follows a failure in a job: the gate learns of it, and everybody waits with it.
    fn then_in_job(
        &self,
        gate: &Gate,
        pass: &Pass<'_>,
        retries: u32,
        failure: &Failure,
        advice: Option<Advice>,
    ) -> Option<Then> {
        let now = self.clock.now();
        let told = failure.headers.as_ref().map(Told::read);
        let told = told.unwrap_or_default();
        let is_limit = failure.status == Some(429);
        let wait = advice.and_then(|advice| advice.retry_after_ms);
        if let (Some(429 | 529), Some(ms)) = (failure.status, wait) {
            let until = now + f64::from(ms);
            gate.pause(now, told, until);
            let is_too_long = ms > self.settings.policy.max_delay_ms
                || self.deadline.is_some_and(|deadline| until >= deadline);
            if is_too_long {
                gate.stop(failure);
                return None;
            }
            let may_retry = is_limit || retries < self.settings.policy.max_retries;
            return may_retry.then_some(Then::Queue {
                counts: !is_limit,
                delay: ms,
            });
        }
        if !is_limit {
            gate.answered(now, pass, told);
        }
        let delay = advice.and_then(|advice| self.delay(retries, advice));
        if is_limit && delay.is_none() {
            gate.refused(failure);
        }
        delay.map(Then::Retry)
    }

    /// One attempt. An error comes with advice on the next one, or without where there is to be
    /// none.
    async fn attempt(
        &self,
        request: &Request,
        operation: Operation<'_>,
    ) -> std::result::Result<Box<Answer<T::Content>>, (Box<Failure>, Option<Advice>)> {
        let timeout = self.settings.timeout;
        let wanted = self.gate.map_or(WANTED, |_| WANTED_IN_JOB);
        let answer = match race(
            self.transport.send(request, wanted),
            self.clock.sleep(timeout),
        )
        .await
        {
            Ok(Ok(answer)) => answer,
            Ok(Err(cause)) => {
                let words = text(&["no answer: ", &cause.words()]);
                let failure = unanswered(operation, Code::Connection, &words).caused_by(cause);
                return Err((failure, Some(Advice::default())));
            }
            Err(()) => {
                let words = text(&[
                    "no whole answer within timeout (",
                    &number(timeout.into()),
                    " ms)",
                ]);
                let failure = unanswered(operation, Code::Timeout, &words);
                return Err((failure, Some(Advice::default())));
            }
        };
        match answer.judge(operation) {
            Verdict::Done => Ok(answer),
            Verdict::Failed(failure, Kind::Final) => Err((failure, None)),
            Verdict::Failed(failure, Kind::Broken) => Err((failure, Some(Advice::default()))),
            Verdict::Failed(mut failure, Kind::Status) => {
                let advice = Advice::read(&answer.headers, self.clock.now());
                failure.retry_after_ms = advice.retry_after_ms;
                let again = is_retryable(answer.status, advice);
                Err((failure, again.then_some(advice)))
            }
        }
    }

    /// How long to wait before another attempt, or `None` where there is to be none: the retries
    /// are used up, or the wait would outlast what the caller allows.
    fn delay(&self, retries: u32, advice: Advice) -> Option<u32> {
        match next(self.settings.policy, retries, advice, self.clock.random()) {
            Next::RetryAfter(ms)
                if self
                    .deadline
                    .is_none_or(|end| self.clock.now() + f64::from(ms) < end) =>
            {
                Some(ms)
            }
            _ => None,
        }
    }

    /// The header of a credential that is asked for; what was asked for is kept as a secret.
    async fn credential(&self, secrets: &mut Vec<String>) -> Result<Option<(String, String)>> {
        let Credentials::Asked(scheme) = self.settings.credentials else {
            return Ok(None);
        };
        match self.transport.credential(scheme).await {
            Ok(secret) => {
                let header = scheme.header(&secret);
                if !secrets.contains(&secret) {
                    secrets.push(secret);
                }
                Ok(Some(header))
            }
            Err(mut failure) => {
                failure.attempts = self.attempts.get();
                Err(failure)
            }
        }
    }
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// Another one, after that many milliseconds.
    Retry(u32),
    /// Another one, once the gate lets it through.
    Queue {
        /// Whether it counts as a retry.
        counts: bool,
        /// How long the API asked to wait, in milliseconds.
        delay: u32,
    },
}

impl Then {
    fn delay(self) -> u32 {
        match self {
            Self::Retry(ms) | Self::Queue { delay: ms, .. } => ms,
        }
    }
}

/// Whether the server may have done what it was asked for, though it did not say so.
fn failed_attempt_may_have_worked(failure: &Failure) -> bool {
    match failure.code {
        Code::Timeout | Code::Server => true,
        Code::Connection => !failure
            .cause
            .as_ref()
            .is_some_and(|cause| cause.has_code(NEVER_SENT)),
        _ => false,
    }
}
