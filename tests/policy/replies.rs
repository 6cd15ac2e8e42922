//! The headers and bodies of a relay's responses.

use crate::relay::{APP, OWN};
use crate::support::KEY;
use crate::support::responses::{headers, plain, with_header};
use crate::support::visits::{BATCH, Pairs, start, visit};
use policy::relay::refusal;
use policy::relay::reply::{self, Draft, DraftBody};
use policy::relay::visit::VisitAction;

const EXPOSED: &str = "request-id, x-should-retry, retry-after, retry-after-ms, \
                       anthropic-ratelimit-requests-limit, anthropic-ratelimit-requests-remaining, \
                       anthropic-ratelimit-requests-reset";
const CROSS_ORIGIN: &[(&str, &str)] = &[
    ("access-control-allow-credentials", "true"),
    ("access-control-expose-headers", EXPOSED),
    ("access-control-allow-origin", APP),
];
const ALWAYS: &[(&str, &str)] = &[
    ("vary", "origin"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", "sandbox; default-src 'none'"),
];

#[track_caller]
fn assert_draft(draft: &Draft, own: Pairs<'_>, is_cross_origin: bool) {
    let cross_origin = if is_cross_origin { CROSS_ORIGIN } else { &[] };
    assert_eq!(
        draft.headers,
        headers(&[own, ALWAYS, cross_origin].concat())
    );
}

#[test]
fn each_response_has_its_headers() {
    let json = ("content-type", "application/json");
    let last = ("x-should-retry", "false");
    let again = reply::refusal(&refusal::NOT_REACHED, None, None);
    assert_draft(&again, &[json], false);
    let never = reply::refusal(&refusal::NO_ROUTE, None, Some(APP));
    assert_draft(&never, &[json, last], true);
    let methods = ("access-control-allow-methods", "GET, POST, DELETE");
    let age = ("access-control-max-age", "7200");
    let wanted = "anthropic-version,authorization";
    let allowed = ("access-control-allow-headers", wanted);
    assert_draft(
        &reply::preflight(wanted, Some(APP)),
        &[methods, age, allowed],
        true,
    );
    for wanted in ["a\tb", "a;b", "a:b", "\u{e4}"] {
        assert_draft(&reply::preflight(wanted, None), &[methods, age], false);
    }
    let decoration = reply::decoration(Some(APP));
    assert_eq!(decoration.added, headers(&[("vary", "origin")]));
    assert_eq!(
        decoration.replaced,
        headers(&[&[("cache-control", "no-store")], CROSS_ORIGIN].concat())
    );
    assert_eq!(
        reply::decoration(None).replaced,
        headers(&[("cache-control", "no-store")])
    );
}

#[test]
fn a_page_gets_the_headers_of_the_api_that_a_client_acts_on() {
    let passed = [
        ("content-type", "text/html"),
        ("retry-after", "7"),
        ("retry-after-ms", "7000"),
        ("x-should-retry", "true"),
        ("anthropic-ratelimit-requests-limit", "50"),
    ];
    let mut response = plain(429, "busy");
    for (name, value) in passed {
        response = with_header(response, name, value);
    }
    for (name, value) in [
        ("set-cookie", "a=b"),
        ("server", "x"),
        ("content-encoding", "gzip"),
        ("content-length", "4"),
        ("access-control-allow-origin", "*"),
        ("content-security-policy", "default-src *"),
        ("via", "gateway"),
        ("x-request-id", "x"),
    ] {
        response = with_header(response, name, value);
    }
    response = with_header(response, "request-id", &format!("req-{KEY}"));
    let secrets = [KEY.to_owned()];
    let draft = reply::from_api(&response, true, &[&secrets], Some(APP));
    let own = [&passed[..], &[("request-id", "req-[redacted]")]].concat();
    assert_draft(&draft, &own, true);
    assert_eq!(draft.body, DraftBody::Whole("busy".into()));
    let draft = reply::from_api(&plain(200, "x"), false, &[&secrets], None);
    assert_eq!(draft.body, DraftBody::Whole("x".into()), "a deletion");
}

#[test]
fn the_origin_of_an_allowed_page_is_on_each_response() {
    let headers: Pairs<'_> = &[("origin", APP), ("sec-fetch-site", "cross-site")];
    let VisitAction::Respond(draft) = start(&mut visit(), "PUT", BATCH, headers) else {
        panic!("it is refused");
    };
    assert_eq!(draft.status, 405);
    assert_eq!(draft.headers.get("access-control-allow-origin"), Some(APP));
    let own: Pairs<'_> = &[("origin", OWN)];
    let VisitAction::Respond(draft) = start(&mut visit(), "PUT", BATCH, own) else {
        panic!("it is refused");
    };
    assert_eq!(draft.headers.get("access-control-allow-origin"), None);
    let preflight = [headers, &[("access-control-request-method", "DELETE")]].concat();
    let VisitAction::Respond(draft) = start(&mut visit(), "OPTIONS", BATCH, &preflight) else {
        panic!("it is responded to");
    };
    assert_eq!((draft.status, draft.body), (204, DraftBody::Empty));
    assert_eq!(draft.headers.get("access-control-allow-origin"), Some(APP));
}
