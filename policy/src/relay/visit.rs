//! One request of a page, from its arrival to its response.
//!
//! One action is outstanding, and one event follows it. An event that does not follow the action is
//! refused, so that no order of events sends a request that `authorize` has not allowed.

use crate::base::error::{Cause, Code, Failure};
use crate::base::headers::Headers;
use crate::base::strings::concat;
use crate::call::events::Event;
use crate::call::failed_attempt::may_have_worked;
use crate::http::guard::Guard;
use crate::http::request::{Method, Request};
use crate::http::response::{BodyEnd, Content, Response};
use crate::options::Settings;
use crate::options::credentials::{Credentials, Scheme, Secrets};
use crate::relay::refusal::{
    FAILED, FOREIGN, GONE, NOT_DECIDED, NOT_REACHED, REDIRECTED, Refusal, TOO_LATE, UNAUTHORIZED,
};
use crate::relay::reply::{self, Decoration, Draft};
use crate::relay::rules::{Decision, Forward, PageRequest, Rules};
use std::sync::Arc;

/// A relay: its options, found valid.
#[derive(Debug)]
pub struct Relay {
    /// The rules for the requests that it forwards.
    pub rules: Rules,
    /// The settings by which it sends them.
    pub settings: Settings,
}

/// An event. `C` is the driver's body of a response.
pub enum VisitEvent<'a, C> {
    /// The page's request has arrived.
    Started(&'a PageRequest<'a>),
    /// After [`VisitAction::Authorize`]: the function has returned true or false.
    Authorized(bool),
    /// After [`VisitAction::Authorize`]: the function has returned another value, which this describes.
    NotDecided(String),
    /// After [`VisitAction::Authorize`]: the function has returned a response for the page.
    Responded,
    /// After [`VisitAction::Authorize`]: the function has thrown. After [`VisitAction::CallForCredential`] and
    /// [`VisitAction::Send`]: a framework has thrown through the caller's function, to steer itself. After
    /// [`VisitAction::Decorate`] and [`VisitAction::HandOn`]: the response can't be made.
    Threw,
    /// After [`VisitAction::Report`] and [`VisitAction::ReportThrown`].
    Reported,
    /// The event of a call that follows [`VisitAction::CallForCredential`] or [`VisitAction::Send`], and
    /// [`Event::TimedOut`] also after [`VisitAction::Authorize`].
    Io(Event<C>),
    /// The page no longer waits. The driver has aborted the action.
    Left,
}

/// The driver's next action. `timeout` limits each that is awaited.
#[derive(Debug, PartialEq)]
pub enum VisitAction {
    /// Call the caller's `authorize`.
    Authorize,
    /// Call the caller's function for a credential.
    CallForCredential(Scheme),
    /// Send a request and read the response.
    Send {
        /// The request.
        request: Box<Request>,
        /// True if the body of a success stays unread, because it is handed on while it arrives.
        streams: bool,
    },
    /// Report a failure to the operator.
    Report(Box<Failure>),
    /// Report the value that was thrown to the operator.
    ReportThrown,
    /// Respond. Nothing follows.
    Respond(Draft),
    /// Respond with the API's response. Only [`VisitEvent::Threw`] may follow.
    HandOn(Draft),
    /// Respond with the response of `authorize` and these headers. Only [`VisitEvent::Threw`] may follow.
    Decorate(Decoration),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum VisitStage {
    Arriving,
    Authorizing,
    CreatingCredential,
    Sending,
    Reporting(&'static Refusal),
    HandingOn,
    Ended,
}

/// One request of a page.
#[derive(Debug)]
pub struct Visit {
    relay: Arc<Relay>,
    stage: VisitStage,
    /// The page's origin, if it is allowed and not the relay's own.
    origin: Option<String>,
    forward: Option<Forward>,
    /// The message of the refusal that follows a report, instead of its own.
    message: Option<String>,
    /// The credential that the caller's function has created.
    created: Secrets,
    guard: Guard,
}

impl Visit {
    /// Opens a visit.
    #[must_use]
    pub fn new(relay: Arc<Relay>) -> Self {
        Self {
            relay,
            stage: VisitStage::Arriving,
            origin: None,
            forward: None,
            message: None,
            created: Secrets::default(),
            guard: Guard::default(),
        }
    }

    /// Returns the secrets that no response may show, one a line.
    #[must_use]
    pub fn secrets(&self) -> String {
        let mut lines = String::new();
        for secret in self.all_secrets().into_iter().flatten() {
            lines.extend([secret, "\n"]);
        }
        lines
    }

    /// Takes an event, and returns the next action.
    pub fn handle<C: Content>(&mut self, event: VisitEvent<'_, C>) -> VisitAction {
        use VisitStage::{
            Arriving, Authorizing, CreatingCredential, HandingOn, Reporting, Sending,
        };
        let relay = Arc::clone(&self.relay);
        match (self.stage, event) {
            (_, VisitEvent::Left) => self.refuse(&GONE),
            (Arriving, VisitEvent::Started(request)) => self.start(&relay.rules, request),
            (Authorizing, VisitEvent::Authorized(true)) => self.authorized(&relay),
            (Authorizing, VisitEvent::Authorized(false)) => self.refuse(&UNAUTHORIZED),
            (Authorizing, VisitEvent::NotDecided(found)) => {
                let kind = "a function that returns true, false or a Response";
                self.report(Failure::wrong("authorize", kind, &found), &FAILED)
            }
            (Authorizing, VisitEvent::Responded) => {
                self.stage = HandingOn;
                VisitAction::Decorate(reply::decoration(self.origin.as_deref()))
            }
            (Authorizing | CreatingCredential | HandingOn | Sending, VisitEvent::Threw) => {
                self.stage = Reporting(&FAILED);
                VisitAction::ReportThrown
            }
            (Authorizing, VisitEvent::Io(Event::TimedOut)) => {
                let message = "relay: authorize did not settle within timeout".into();
                self.report(Failure::new(Code::Timeout, message), &NOT_DECIDED)
            }
            (CreatingCredential, VisitEvent::Io(Event::Credential(created))) => match created {
                Ok(secret) => {
                    self.created.push(secret);
                    self.send(&relay.settings)
                }
                Err(failure) => self.report(failure, &FAILED),
            },
            (Sending, VisitEvent::Io(Event::Response(response)))
                if self.is_guard_refused(&relay.settings, &response) =>
            {
                self.send(&relay.settings)
            }
            (Sending, VisitEvent::Io(Event::Response(response))) => self.hand_on(&response),
            (CreatingCredential | Sending, VisitEvent::Io(Event::TimedOut)) => {
                self.report_cause(Box::default(), true, Code::Timeout, &TOO_LATE)
            }
            (
                Authorizing | CreatingCredential | Sending,
                VisitEvent::Io(Event::Lost { sent, cause }),
            ) => self.report_cause(cause, sent, Code::Connection, &NOT_REACHED),
            (Reporting(refusal), VisitEvent::Reported) => self.refuse(refusal),
            _ => self.refuse(&FAILED),
        }
    }

    fn start(&mut self, rules: &Rules, request: &PageRequest<'_>) -> VisitAction {
        let origin = (request.header)("origin");
        self.origin = origin.filter(|origin| rules.is_allowed(origin));
        match rules.decide(request) {
            Decision::Refuse(refusal) if *refusal == FOREIGN => {
                let explanation = rules.explain_foreign(request);
                let message = concat(&["relay: ", &explanation]);
                self.message = Some(explanation);
                self.report(Failure::new(Code::Permission, message), &FOREIGN)
            }
            Decision::Refuse(refusal) => self.refuse(refusal),
            Decision::Preflight(wanted) => {
                self.stage = VisitStage::Ended;
                VisitAction::Respond(reply::preflight(&wanted, self.origin.as_deref()))
            }
            Decision::Forward(forward) => {
                self.forward = Some(forward);
                self.stage = VisitStage::Authorizing;
                VisitAction::Authorize
            }
        }
    }

    fn authorized(&mut self, relay: &Relay) -> VisitAction {
        let Credentials::Function(scheme) = relay.settings.credentials else {
            return self.send(&relay.settings);
        };
        self.stage = VisitStage::CreatingCredential;
        VisitAction::CallForCredential(scheme)
    }

    fn is_guard_refused<C>(&mut self, settings: &Settings, response: &Response<C>) -> bool {
        let forward = self.forward.as_ref();
        forward.is_some_and(|forward| {
            let method = forward.endpoint.method();
            self.guard.is_refused(settings, method, response)
        })
    }

    /// Forwards the request once, because the page's client retries.
    fn send(&mut self, settings: &Settings) -> VisitAction {
        let Some(forward) = &self.forward else {
            return self.refuse(&FAILED);
        };
        let mut headers = Headers::new();
        for (name, value) in settings.headers.iter() {
            if forward.headers.get(name).is_none() {
                headers.push(name, value);
            }
        }
        if let (Credentials::Function(scheme), [secret]) = (&settings.credentials, &*self.created) {
            scheme.add(secret, &mut headers);
        }
        for (name, value) in forward.headers.iter() {
            headers.push(name, value);
        }
        let method = forward.endpoint.method();
        let request = Box::new(Request {
            method,
            url: concat(&[settings.base_url.as_str(), &forward.target]),
            headers,
            guarded: self.guard.is_needed(settings, method),
        });
        self.stage = VisitStage::Sending;
        VisitAction::Send {
            request,
            streams: streams(method),
        }
    }

    fn hand_on<C: Content>(&mut self, response: &Response<C>) -> VisitAction {
        if let BodyEnd::Broken(cause) = &response.end {
            return self.report_cause(cause.clone(), true, Code::Connection, &NOT_REACHED);
        }
        if (300..400).contains(&response.status) || response.status < 200 {
            return self.refuse(&REDIRECTED);
        }
        self.stage = VisitStage::HandingOn;
        let forward = self.forward.as_ref();
        let streams = forward.is_some_and(|forward| streams(forward.endpoint.method()));
        VisitAction::HandOn(reply::from_api(
            response,
            streams,
            &self.all_secrets(),
            self.origin.as_deref(),
        ))
    }

    fn all_secrets(&self) -> [&[String]; 2] {
        [&self.relay.settings.secrets, &self.created]
    }

    fn report_cause(
        &mut self,
        cause: Box<Cause>,
        sent: bool,
        code: Code,
        refusal: &'static Refusal,
    ) -> VisitAction {
        let message = concat(&[refusal.message, ": ", &cause.messages()]);
        let mut failure = Failure::new(code, message).caused_by(cause);
        failure.never_sent = !sent || failure.is_unsendable();
        self.report(failure, refusal)
    }

    /// Reports a failure to the operator, then refuses: the page learns only that there was one.
    fn report(&mut self, mut failure: Box<Failure>, refusal: &'static Refusal) -> VisitAction {
        failure.redact(&self.all_secrets());
        let sent = self
            .forward
            .as_ref()
            .filter(|_| self.stage == VisitStage::Sending);
        let has_effect = sent.is_some_and(|sent| sent.endpoint.method() != Method::Get);
        failure.maybe_applied = has_effect && may_have_worked(&failure);
        self.stage = VisitStage::Reporting(refusal);
        VisitAction::Report(failure)
    }

    fn refuse(&mut self, refusal: &Refusal) -> VisitAction {
        self.stage = VisitStage::Ended;
        let message = self.message.take();
        VisitAction::Respond(reply::refusal(
            refusal,
            message.as_deref(),
            self.origin.as_deref(),
        ))
    }
}

/// Returns whether the body of a success is handed on while it arrives. workerd ends a stream of unknown
/// length that breaks off as if it were whole, but the page must know if the response to a deletion was lost:
/// then it sends the deletion again.
fn streams(method: Method) -> bool {
    method == Method::Get
}
