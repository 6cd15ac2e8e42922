//! A visit of a relay, driven event by event.

use crate::relay::{OWN, given};
use crate::support::values::{settings, with, with_key};
use policy::call::events::Event;
use policy::http::response::Response;
use policy::options::RequestOptions;
use policy::options::credentials::{CredentialOption, Scheme};
use policy::relay::reply::{Draft, DraftBody};
use policy::relay::rules::{PageRequest, RelayOptions, Rules};
use policy::relay::visit::{Relay, Visit, VisitAction, VisitEvent};
use std::sync::Arc;

pub(crate) type Pairs<'a> = &'a [(&'a str, &'a str)];

pub(crate) const BATCH: &str = "/api/v1/messages/batches/msgbatch_1";
pub(crate) const LIST: &str = "/api/v1/messages/batches?limit=5";

pub(crate) fn visit_of(options: RelayOptions, given: &RequestOptions) -> Visit {
    Visit::new(Arc::new(Relay {
        rules: Rules::check(options).unwrap(),
        settings: settings(given),
    }))
}

pub(crate) fn visit() -> Visit {
    visit_of(given(), &with_key())
}

/// A visit whose key is a function's.
pub(crate) fn visit_with_function() -> Visit {
    let options = with(CredentialOption::Function(Scheme::ApiKey));
    visit_of(given(), &options)
}

pub(crate) fn start(
    visit: &mut Visit,
    method: &str,
    target: &str,
    headers: Pairs<'_>,
) -> VisitAction {
    let find = |wanted: &str| {
        let mut found = headers.iter().filter(|(name, _)| *name == wanted);
        found.next().map(|(_, value)| (*value).to_owned())
    };
    visit.handle::<String>(VisitEvent::Started(&PageRequest {
        method,
        url: &format!("{OWN}{target}"),
        header_bytes: 0,
        header: &find,
    }))
}

fn described(Draft { status, body, .. }: &Draft) -> String {
    match body {
        DraftBody::Empty => format!("{status}"),
        DraftBody::Whole(text) => format!("{status} {text}"),
        DraftBody::Streamed => format!("{status} while it arrives"),
    }
}

/// Describes an action in one line.
pub(crate) fn shown(action: &VisitAction) -> String {
    match action {
        VisitAction::Authorize => "authorize".into(),
        VisitAction::CallForCredential(scheme) => format!("call for {}", scheme.option()),
        VisitAction::Send { request, streams } => {
            let how = if *streams { " unread" } else { "" };
            format!("send {} {}{how}", request.method.as_str(), request.url)
        }
        VisitAction::Report(failure) => format!("report {}: {}", failure.code, failure.message),
        VisitAction::ReportThrown => "report what was thrown".into(),
        VisitAction::Respond(draft) => format!("respond {}", described(draft)),
        VisitAction::HandOn(draft) => format!("hand on {}", described(draft)),
        VisitAction::Decorate(_) => "decorate".into(),
    }
}

pub(crate) fn refused(status: u16, kind: &str, message: &str) -> String {
    let error = format!(r#"{{"type":"{kind}","message":"relay: {message}"}}"#);
    format!(r#"respond {status} {{"type":"error","error":{error}}}"#)
}

pub(crate) fn failed() -> String {
    refused(500, "api_error", "it failed")
}

pub(crate) type Step<'a> = (VisitEvent<'a, String>, String);

/// Sends a deletion, then each event; asserts the action that follows each.
#[track_caller]
pub(crate) fn assert_steps(
    mut visit: Visit,
    method: &str,
    target: &str,
    steps: Vec<Step<'_>>,
) -> Visit {
    assert_eq!(shown(&start(&mut visit, method, target, &[])), "authorize");
    for (index, (event, expected)) in steps.into_iter().enumerate() {
        assert_eq!(shown(&visit.handle(event)), expected, "event {index}");
    }
    visit
}

pub(crate) fn responded(response: Response<String>) -> VisitEvent<'static, String> {
    VisitEvent::Io(Event::Response(Box::new(response)))
}

pub(crate) const GRANTED: VisitEvent<'static, String> = VisitEvent::Authorized(true);
pub(crate) const TIMED_OUT: VisitEvent<'static, String> = VisitEvent::Io(Event::TimedOut);

pub(crate) fn delete() -> String {
    "send DELETE https://api.anthropic.com/v1/messages/batches/msgbatch_1".into()
}

pub(crate) fn list() -> String {
    "send GET https://api.anthropic.com/v1/messages/batches?limit=5 unread".into()
}
