//! One request of a page, event by event: each table has events and the actions that must follow.

use crate::relay::given;
use crate::support::responses::{broken, headers, lost, plain, status, with_end};
use crate::support::values::with;
use crate::support::visits::*;
use crate::support::{KEY, ROOT};
use policy::call::events::Event;
use policy::http::response::BodyEnd;
use policy::options::RequestOptions;
use policy::options::credentials::{CredentialOption, Scheme};
use policy::relay::refusal;
use policy::relay::reply;
use policy::relay::visit::{VisitAction, VisitEvent};
use policy::{Code, Failure, Method};

#[test]
fn a_deletion_is_read_whole_and_a_list_is_handed_on_while_it_arrives() {
    let deleted = || responded(plain(200, "{}"));
    assert_steps(
        visit(),
        "DELETE",
        BATCH,
        vec![(GRANTED, delete()), (deleted(), "hand on 200 {}".into())],
    );
    assert_steps(
        visit(),
        "GET",
        LIST,
        vec![
            (GRANTED, list()),
            (
                responded(status(200)),
                "hand on 200 while it arrives".into(),
            ),
        ],
    );
    for code in [201, 404, 429, 529] {
        assert_steps(
            visit(),
            "GET",
            LIST,
            vec![
                (GRANTED, list()),
                (responded(plain(code, "x")), format!("hand on {code} x")),
            ],
        );
    }
    let expected = vec![
        (GRANTED, delete()),
        (responded(status(204)), "hand on 204".into()),
    ];
    assert_steps(visit(), "DELETE", BATCH, expected);
}

#[test]
fn each_result_of_authorize_has_its_action() {
    let wrong = |kind: &str| {
        let must = "authorize must be a function that returns true, false or a Response";
        format!("report invalid_option: {must}, not {kind}")
    };
    let unauthorized = refused(403, "permission_error", "you are not allowed to do this");
    let table = [
        (VisitEvent::Authorized(false), unauthorized, None),
        (
            VisitEvent::NotDecided("the number 1".into()),
            wrong("the number 1"),
            Some(failed()),
        ),
        (
            VisitEvent::Threw,
            "report what was thrown".into(),
            Some(failed()),
        ),
        (
            TIMED_OUT,
            "report timeout: relay: authorize did not settle within timeout".into(),
            Some(refused(
                504,
                "timeout_error",
                "it was not decided in time who may do this",
            )),
        ),
        (VisitEvent::Responded, "decorate".into(), None),
        (
            VisitEvent::Left,
            refused(499, "api_error", "the page gave up"),
            None,
        ),
    ];
    for (event, action, after_report) in table {
        let mut steps = vec![(event, action)];
        steps.extend(after_report.map(|it| (VisitEvent::Reported, it)));
        assert_steps(visit(), "DELETE", BATCH, steps);
    }
    // A response whose body is used can't be copied, and a status of 600 can't be made.
    assert_steps(
        visit(),
        "DELETE",
        BATCH,
        vec![
            (GRANTED, delete()),
            (responded(status(600)), "hand on 600".into()),
            (VisitEvent::Threw, "report what was thrown".into()),
            (VisitEvent::Reported, failed()),
        ],
    );
    assert_steps(
        visit(),
        "DELETE",
        BATCH,
        vec![
            (VisitEvent::Responded, "decorate".into()),
            (VisitEvent::Threw, "report what was thrown".into()),
            (VisitEvent::Reported, failed()),
        ],
    );
}

#[test]
fn a_function_is_called_for_the_key_after_authorize() {
    let called = || (GRANTED, "call for apiKey".to_owned());
    let created = |key: &str| VisitEvent::Io(Event::Credential(Ok(key.to_owned())));
    let echo = || responded(plain(401, "bad key sk-created-key!"));
    let steps = vec![
        called(),
        (created("sk-created-key"), delete()),
        (echo(), "hand on 401 bad key [redacted]!".into()),
    ];
    let visit = assert_steps(visit_with_function(), "DELETE", BATCH, steps);
    assert_eq!(visit.secrets(), "sk-created-key\n");
    assert!(!format!("{visit:?}").contains("sk-created-key"));
    let failure = Failure::new(
        Code::MissingCredentials,
        "the function apiKey failed: x".into(),
    );
    assert_steps(
        visit_with_function(),
        "DELETE",
        BATCH,
        vec![
            called(),
            (
                VisitEvent::Io(Event::Credential(Err(failure))),
                "report missing_credentials: the function apiKey failed: x".into(),
            ),
            (VisitEvent::Reported, failed()),
        ],
    );
    let too_late = refused(504, "timeout_error", "the API did not respond in time");
    assert_steps(
        visit_with_function(),
        "DELETE",
        BATCH,
        vec![
            called(),
            (
                TIMED_OUT,
                "report timeout: the API did not respond in time: ".into(),
            ),
            (VisitEvent::Reported, too_late),
        ],
    );
}

#[test]
fn a_response_that_does_not_arrive_is_reported() {
    let lost = |cause| VisitEvent::Io(lost(cause));
    let message = "report connection: the API can't be reached: fetch failed: socket: ECONNRESET";
    let not_reached = refused(502, "api_error", "the API can't be reached");
    let broke_off = with_end(plain(500, "012"), BodyEnd::Broken(broken("ECONNRESET")));
    for event in [lost(broken("ECONNRESET")), responded(broke_off)] {
        assert_steps(
            visit(),
            "GET",
            LIST,
            vec![
                (GRANTED, list()),
                (event, message.into()),
                (VisitEvent::Reported, not_reached.clone()),
            ],
        );
    }
    let late = "report timeout: the API did not respond in time: ";
    let too_late = refused(504, "timeout_error", "the API did not respond in time");
    let steps = vec![
        (GRANTED, list()),
        (TIMED_OUT, late.into()),
        (VisitEvent::Reported, too_late),
    ];
    assert_steps(visit(), "GET", LIST, steps);
    let mut echoed = broken("x");
    echoed.message = format!("bad header {KEY}");
    let mut visit = visit();
    start(&mut visit, "GET", LIST, &[]);
    visit.handle(GRANTED);
    let VisitAction::Report(failure) = visit.handle(lost(echoed)) else {
        panic!("it is reported");
    };
    assert!(!format!("{failure:?}").contains(KEY), "{failure:?}");
}

#[test]
fn a_redirect_is_not_followed() {
    let redirect = refused(502, "api_error", "the API responded with a redirect");
    for code in [0, 101, 300, 301, 302, 303, 304, 307, 308, 399] {
        let steps = vec![
            (GRANTED, list()),
            (responded(status(code)), redirect.clone()),
        ];
        assert_steps(visit(), "GET", LIST, steps);
    }
}

#[test]
fn a_page_that_leaves_ends_the_visit_at_any_moment() {
    let gone = refused(499, "api_error", "the page gave up");
    for before in [vec![], vec![(GRANTED, "call for apiKey".to_owned())]] {
        let mut steps = before;
        steps.push((VisitEvent::Left, gone.clone()));
        assert_steps(visit_with_function(), "DELETE", BATCH, steps);
    }
    let steps = vec![(GRANTED, delete()), (VisitEvent::Left, gone)];
    assert_steps(visit(), "DELETE", BATCH, steps);
}

#[test]
fn no_order_of_events_sends_without_authorize() {
    let events: Vec<fn() -> VisitEvent<'static, String>> = vec![
        || GRANTED,
        || VisitEvent::Authorized(false),
        || VisitEvent::Responded,
        || VisitEvent::Threw,
        || VisitEvent::Reported,
        || VisitEvent::Left,
        || TIMED_OUT,
        || VisitEvent::Io(Event::Start),
        || VisitEvent::Io(Event::Woke),
        || VisitEvent::Io(Event::Credential(Ok("k".into()))),
        || VisitEvent::Io(lost(broken("x"))),
        || responded(status(200)),
    ];
    let sends = |action: &VisitAction| matches!(action, VisitAction::Send { .. });
    for make in [visit, visit_with_function] {
        for (first, event) in events.iter().enumerate() {
            let mut unstarted = make();
            assert!(
                !sends(&unstarted.handle(event())),
                "before the start: {first}"
            );
            for (second, next) in events.iter().enumerate() {
                for (third, last) in events.iter().enumerate() {
                    let mut visit = make();
                    start(&mut visit, "DELETE", BATCH, &[]);
                    let sent = [event, next, last].map(|event| sends(&visit.handle(event())));
                    let count = sent.into_iter().filter(|sent| *sent).count();
                    assert!(
                        count == usize::from(first == 0 && count > 0),
                        "{first} {second} {third}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_request_that_is_refused_reaches_no_authorize() {
    let foreign = "the origin of this request is not allowed: Origin is https://evil.example, \
                   the relay's own is https://relay.example (options: publicOrigin, allowedOrigins)";
    let mut visit = visit();
    let action = start(
        &mut visit,
        "GET",
        LIST,
        &[("origin", "https://evil.example")],
    );
    assert_eq!(
        shown(&action),
        format!("report permission: relay: {foreign}")
    );
    let action = visit.handle::<String>(VisitEvent::Reported);
    assert_eq!(shown(&action), refused(403, "permission_error", foreign));
    let action = start(&mut self::visit(), "GET", "/api/v1/models", &[]);
    assert_eq!(shown(&action), refused(404, "route_error", "no such route"));
}

#[test]
fn the_refusal_without_a_wasm_has_the_words_and_headers_of_the_table() {
    let javascript = std::fs::read_to_string(format!("{ROOT}/pkg/run/relay.js")).unwrap();
    let refusal = &refusal::NOT_SET_UP;
    let mut parts = vec![
        format!(
            r#"type: "{}", message: "relay: {}""#,
            refusal.kind, refusal.message
        ),
        format!("status: {}", refusal.status),
    ];
    let draft = reply::refusal(refusal, None, None);
    let headers = draft.headers.iter();
    // `Response.json` sets the type.
    let others = headers.filter(|(name, _)| *name != "content-type");
    parts.extend(others.map(|(name, value)| {
        let quote = if name.contains('-') { "\"" } else { "" };
        format!("{quote}{name}{quote}: \"{value}\",")
    }));
    assert!(parts.len() > 6, "{parts:?}");
    for part in parts {
        assert!(javascript.contains(&part), "{part}");
    }
}

#[test]
fn the_api_gets_the_relays_headers_and_the_pages_flags_and_workspace() {
    let with_flags = RequestOptions {
        workspace_id: Some("wrkspc_of_the_relay"),
        ..with(CredentialOption::Function(Scheme::AuthToken))
    };
    let page: Pairs<'_> = &[
        ("anthropic-beta", "one,two"),
        ("anthropic-workspace-id", "wrkspc_01"),
        ("cookie", "session=private"),
        ("authorization", "Bearer of-the-page"),
    ];
    let mut visit = visit_of(given(), &with_flags);
    start(&mut visit, "POST", &format!("{BATCH}/cancel"), page);
    assert_eq!(
        visit.handle(GRANTED),
        VisitAction::CallForCredential(Scheme::AuthToken)
    );
    let created = VisitEvent::Io(Event::<String>::Credential(Ok("tok-created".into())));
    let VisitAction::Send { request, streams } = visit.handle(created) else {
        panic!("it is sent");
    };
    assert_eq!((request.method, streams), (Method::Post, false));
    assert_eq!(
        request.headers,
        headers(&[
            ("accept", "application/json"),
            ("anthropic-version", "2023-06-01"),
            ("authorization", "Bearer tok-created"),
            ("anthropic-beta", "one,two"),
            ("anthropic-workspace-id", "wrkspc_01"),
        ])
    );
}
