//! Guarding a deletion against an HTTP client that sends it twice, and a server that refuses the guard.

use crate::relay::given;
use crate::support::responses::{deletion, plain, refused, status};
use crate::support::values::{settings, with_key, with_retries};
use crate::support::visits::{BATCH, start};
use crate::support::world::{World, plan};
use policy::call::events::Event;
use policy::http::response::Response;
use policy::options::RequestOptions;
use policy::relay::rules::Rules;
use policy::relay::visit::{Relay, Visit, VisitAction, VisitEvent};
use std::sync::Arc;

fn guarding() -> RequestOptions<'static> {
    RequestOptions {
        guards_deletions: true,
        ..with_retries(0)
    }
}

fn html(code: u16) -> Response<String> {
    plain(code, "<html>")
}

/// Runs a deletion; returns whether each request was guarded.
fn guards<const N: usize>(options: &RequestOptions<'_>, steps: [Response<String>; N]) -> Vec<bool> {
    let world = World::with(steps);
    drop(world.delete(options, plan("", "")));
    world.assert_all_used();
    assert_eq!(world.reported.borrow().len(), N);
    let sent = world.sent.borrow();
    sent.iter().map(|sent| sent.request.guarded).collect()
}

#[test]
fn a_deletion_is_guarded_and_its_other_requests_are_not() {
    assert_eq!(guards(&guarding(), [deletion()]), [true]);
    assert_eq!(guards(&with_key(), [deletion()]), [false]);
    assert_eq!(guards(&guarding(), [refused(), status(404)]), [true, false]);
}

#[test]
fn a_deletion_whose_guard_may_be_refused_follows_without_it() {
    for code in [400, 411] {
        assert_eq!(guards(&guarding(), [html(code), deletion()]), [true, false]);
    }
    // Only once, and not if nothing was guarded.
    assert_eq!(guards(&guarding(), [html(411), html(411)]), [true, false]);
    let unguarded = with_retries(0);
    assert_eq!(guards(&unguarded, [html(411)]), [false]);
    for code in [403, 404, 413, 500, 501] {
        assert_eq!(guards(&guarding(), [html(code)]), [true]);
    }
}

/// Sends a page's deletion on through a relay; returns whether each request was guarded.
fn visit(relay: &Arc<Relay>, responses: impl IntoIterator<Item = Response<String>>) -> Vec<bool> {
    let mut visit = Visit::new(Arc::clone(relay));
    start(&mut visit, "DELETE", BATCH, &[]);
    let mut action = visit.handle::<String>(VisitEvent::Authorized(true));
    let mut guards = Vec::new();
    for response in responses {
        let VisitAction::Send { request, .. } = action else {
            panic!("must be sent: {action:?}");
        };
        guards.push(request.guarded);
        action = visit.handle(VisitEvent::Io(Event::Response(Box::new(response))));
    }
    assert!(matches!(action, VisitAction::HandOn(_)), "{action:?}");
    guards
}

#[test]
fn no_deletion_with_the_same_settings_is_guarded_once_one_has_worked_without_it() {
    let relay = Arc::new(Relay {
        rules: Rules::check(given()).unwrap(),
        settings: settings(&guarding()),
    });
    assert_eq!(visit(&relay, [html(400), html(400)]), [true, false]);
    assert_eq!(visit(&relay, [html(400), deletion()]), [true, false]);
    assert_eq!(visit(&relay, [deletion()]), [false]);
}
