//! The list: paged, filtered, and restarted if the batch after which a page begins is gone.

use crate::support::api::Api;
use crate::support::changed;
use crate::support::listing::{all, collect, drive, ids, list, listed, page, there};
use crate::support::responses::{json, refused, with_end};
use crate::support::values::assert_refused;
use crate::support::values::wall;
use policy::base::batch::State;
use policy::base::batch::{BatchSummary, Page};
use policy::base::error::Code;
use policy::http::response::{BodyEnd, Payload, Response};
use policy::jobs::batch_stream::ListQuery;
use policy::options::batch_id::BatchId;
use policy::options::selection::{Judgement, Limit, Selection, point_in_time};
use std::cell::RefCell;

const NOW: f64 = 1_000_000.0;

#[test]
fn every_batch_once_whatever_the_pages() {
    for page_size in [1, 2, 3, 10, 99, 100, 101] {
        let ((found, code), calls) = list(&there(100), all(page_size), |_| {});
        assert_eq!(code, None);
        assert_eq!(found, ids((0..100).rev()), "{page_size} a page");
        assert_eq!(calls.len(), 100_usize.div_ceil(page_size as usize));
    }
    let ((found, _), calls) = list(&there(0), all(10), |_| {});
    assert_eq!((found.len(), calls.len()), (0, 1));
}

#[test]
fn a_listed_batch_may_be_deleted_at_once() {
    for page_size in [1, 2, 7, 50, 100] {
        let there = there(100);
        let delete = |id: &str| there.borrow_mut().retain(|it| format!("b{it}") != id);
        let ((found, code), _) = list(&there, all(page_size), delete);
        assert_eq!(code, None, "{page_size} a page");
        assert_eq!(found.len(), 100);
        assert!(there.borrow().is_empty());
    }
}

#[test]
fn the_list_restarts_if_another_client_deletes_the_cursor() {
    // The last batch of a page: within the first second, at its end, and in a later one.
    for gone in [280, 200, 150] {
        let there = there(300);
        // As soon as its page has arrived.
        let meanwhile = |id: &str| {
            if id == format!("b{}", gone + 5) {
                there.borrow_mut().retain(|it| *it != gone);
            }
        };
        let ((found, code), calls) = list(&there, all(10), meanwhile);
        assert_eq!(code, None);
        assert_eq!(
            found,
            ids((0..300).rev().filter(|id| *id != gone)),
            "each once"
        );
        assert!(calls.len() > 30);
    }
}

fn after(id: &str, page_size: u32) -> ListQuery {
    changed!(ListQuery {
        after: Some(BatchId::check(id).unwrap()),
        ..all(page_size)
    })
}

#[test]
fn a_list_begins_after_the_batch_that_is_given() {
    let ((found, code), calls) = list(&there(100), after("b40", 10), |_| {});
    assert_eq!((found, code), (ids((0..40).rev()), None));
    assert_eq!(calls.len(), 4);
    assert!(calls[0].contains("after_id=b40"), "{}", calls[0]);
}

#[test]
fn a_list_whose_first_cursor_is_gone_begins_at_its_start() {
    let there = there(100);
    there.borrow_mut().retain(|id| *id != 40);
    let ((found, code), calls) = list(&there, after("b40", 10), |_| {});
    assert_eq!(code, None);
    assert_eq!(found, ids((0..100).rev().filter(|id| *id != 40)));
    assert!(!calls[1].contains("after_id"), "{}", calls[1]);
}

#[test]
fn a_cursor_must_be_an_id() {
    for id in ["", "../models"] {
        assert_refused(
            BatchId::check_as("after", id),
            "after",
            &["1 to 256 letters"],
        );
    }
}

#[test]
fn a_list_that_is_refused_each_time_is_an_error() {
    let api = Api::new(|call: &str, _| {
        let response = if call.contains("after_id") {
            refused()
        } else {
            page(&[3, 2, 1], call)
        };
        (5, Ok(response))
    });
    let (_, code) = collect(&api, all(2), |_| {});
    assert_eq!(code, Some(Code::BadRequest));
}

#[test]
fn a_page_that_leads_nowhere_is_an_error() {
    let empty = Payload {
        page: Some(Page {
            has_more: true,
            last_id: None,
            batches: Vec::new(),
        }),
        ..Payload::default()
    };
    let api = Api::new(|_: &str, _| (5, Ok(json(200, "{}", empty.clone()))));
    let (_, code) = collect(&api, all(2), |_| {});
    assert_eq!(code, Some(Code::InvalidResponse));
}

/// A page with these batches, after which another one follows.
fn page_before(batches: Vec<BatchSummary>, last_id: &str) -> Response<String> {
    let payload = Payload {
        page: Some(Page {
            has_more: true,
            last_id: Some(last_id.into()),
            batches,
        }),
        ..Payload::default()
    };
    json(200, "{}", payload)
}

#[test]
fn cursors_that_go_in_a_circle_of_any_length_are_an_error() {
    for length in [1, 2, 7] {
        let next = std::cell::Cell::new(0);
        let api = Api::new(|_: &str, _| {
            let id = next.replace((next.get() + 1) % length);
            (5, Ok(page_before(vec![listed(50)], &format!("b{id}"))))
        });
        let (_, code) = collect(&api, all(10), |_| {});
        assert_eq!(code, Some(Code::InvalidResponse));
        assert_eq!(api.calls().len(), length + 1);
    }
}

#[test]
fn an_empty_page_before_another_is_an_error() {
    let api = Api::new(|_: &str, _| (5, Ok(page_before(vec![], "b1"))));
    let (found, code) = collect(&api, all(10), |_| {});
    assert_eq!((found.len(), code), (0, Some(Code::InvalidResponse)));
    assert_eq!(api.calls().len(), 1);
}

#[test]
fn a_page_that_begins_newer_than_the_one_before_ended_is_an_error() {
    let pages = RefCell::new(vec![(listed(500), "b2"), (listed(300), "b1")]);
    let api = Api::new(|_: &str, _| {
        let (batch, last) = pages.borrow_mut().pop().unwrap();
        (5, Ok(page_before(vec![batch], last)))
    });
    let (_, code) = collect(&api, all(10), |_| {});
    assert_eq!(code, Some(Code::InvalidResponse));
    assert_eq!(api.calls().len(), 2);
}

#[test]
fn the_message_names_the_fault_of_a_page() {
    type Pages<'a> = &'a [(&'a [u32], &'a str)];
    let cases: [(Pages<'_>, &str); 4] = [
        (
            &[(&[], "b1")],
            "a page without a batch that says there are more",
        ),
        (
            &[(&[300], "b1"), (&[500], "b2")],
            "a page that begins newer than the one before ended",
        ),
        (
            &[(&[50], "b1"), (&[50], "b2"), (&[50], "b1")],
            "a page that leads back to one before",
        ),
        (
            &[(&[50], "not an id")],
            "a page that says there are more, but not after which batch",
        ),
    ];
    for (pages, problem) in cases {
        let mut rest = pages.iter();
        let api = Api::new(|_: &str, _| {
            let (batches, last_id) = rest.next().unwrap();
            let batches = batches.iter().map(|id| listed(*id)).collect();
            (5, Ok(page_before(batches, last_id)))
        });
        let failure = drive(&api, all(10), |_| true, |_| {}).unwrap();
        let expected = format!("GET /v1/messages/batches: {problem}");
        assert_eq!(
            (failure.code, failure.message),
            (Code::InvalidResponse, expected)
        );
        assert_eq!(api.calls().len(), pages.len(), "{problem}");
    }
}

#[test]
fn a_page_larger_than_is_read_is_fetched_again_with_half_as_many_batches() {
    let there = there(100);
    let api = Api::new(|call: &str, _| {
        let found = page(&there.borrow(), call);
        let count = found
            .payload
            .as_ref()
            .unwrap()
            .page
            .as_ref()
            .unwrap()
            .batches
            .len();
        let end = if count > 30 {
            BodyEnd::TooLarge
        } else {
            BodyEnd::Whole
        };
        (5, Ok(with_end(found, end)))
    });
    let (found, code) = collect(&api, all(100), |_| {});
    assert_eq!((found, code), (ids((0..100).rev()), None));
    assert!(api.calls()[2].contains("limit=25"), "{:?}", api.calls());
    let api = Api::new(|call: &str, _| (5, Ok(with_end(page(&[1], call), BodyEnd::TooLarge))));
    let (_, code) = collect(&api, all(8), |_| {});
    assert_eq!((code, api.calls().len()), (Some(Code::InvalidResponse), 4));
}

#[test]
fn a_batch_without_the_time_that_decides_is_not_judged() {
    let undated = |created_at, ended_at, state| BatchSummary {
        id: "b1".into(),
        state,
        created_at,
        ended_at,
    };
    let old = Some(0.0);
    for (selection, batch, expected) in [
        (
            selection("100s", "", ""),
            undated(old, None, State::Ended),
            Judgement::Unjudged("ended_at"),
        ),
        (
            selection("100s", "", ""),
            undated(old, None, State::InProgress),
            Judgement::Leaves,
        ),
        (
            selection("", "100s", ""),
            undated(None, old, State::Ended),
            Judgement::Unjudged("created_at"),
        ),
        (
            selection("", "100s", "canceling"),
            undated(None, old, State::Ended),
            Judgement::Leaves,
        ),
        (
            selection("", "", "ended"),
            undated(None, None, State::Ended),
            Judgement::Takes,
        ),
    ] {
        assert_eq!(selection.judge(&batch, wall(NOW)), expected, "{batch:?}");
    }
}

#[test]
fn a_limit_up_to_now_selects_everything() {
    for (selection, is_everything) in [
        (selection("0d", "", ""), true),
        (selection("30s", "0s", ""), true),
        (Selection::default(), true),
        (selection("61s", "", ""), false),
        (selection("", "1d", ""), false),
        (selection("0d", "1d", ""), false),
        (selection("0d", "", "ended"), false),
    ] {
        assert_eq!(
            selection.is_everything(wall(1_000_000.0)),
            is_everything,
            "{selection:?}"
        );
    }
}

#[test]
fn a_limit_stops_the_fetching() {
    let ((found, _), calls) = list(
        &there(100),
        changed!(ListQuery {
            limit: Some(15),
            ..all(10)
        }),
        |_| {},
    );
    assert_eq!(found, ids((85..100).rev()));
    assert_eq!(calls.len(), 2);
}

fn selection(ended_before: &str, created_before: &str, status: &str) -> Selection {
    let time = |given: &str| match given {
        "" => None,
        given => Some(point_in_time("x", given).unwrap()),
    };
    changed!(Selection {
        ended_before: time(ended_before),
        created_before: time(created_before),
        status: match status {
            "" => None,
            status => Some(State::read(Some(status))),
        },
    })
}

#[test]
fn a_limit_that_is_not_a_number_selects_nothing() {
    let batch = BatchSummary {
        id: "b".into(),
        state: State::Ended,
        created_at: Some(0.0),
        ended_at: Some(0.0),
    };
    let selection = changed!(Selection {
        created_before: Some(Limit::At(f64::NAN)),
        ..Selection::default()
    });
    assert_eq!(selection.judge(&batch, wall(NOW)), Judgement::Leaves);
    assert!(
        selection.is_everything(wall(0.0)),
        "it must not pass for a limit"
    );
}

#[test]
fn a_batch_is_meant_if_all_that_is_given_holds() {
    let batch = |created_at, ended_at, state| BatchSummary {
        id: "b".into(),
        state,
        created_at,
        ended_at,
    };
    let ended = batch(Some(0.0), Some(500_000.0), State::Ended);
    let young = batch(Some(999_000.0), Some(999_500.0), State::Ended);
    let running = batch(Some(0.0), None, State::InProgress);
    let unreadable = batch(None, None, State::Ended);
    let old = selection("100s", "", "");
    assert!(
        old.judge(&ended, wall(NOW)) == Judgement::Takes
            && old.judge(&young, wall(NOW)) == Judgement::Leaves
    );
    assert!(
        old.judge(&running, wall(NOW)) == Judgement::Leaves,
        "it has not ended"
    );
    assert!(
        old.judge(&unreadable, wall(NOW)) == Judgement::Unjudged("ended_at"),
        "it has no time"
    );
    let created = selection("", "100s", "");
    assert!(
        created.judge(&ended, wall(NOW)) == Judgement::Takes
            && created.judge(&running, wall(NOW)) == Judgement::Takes
            && created.judge(&young, wall(NOW)) == Judgement::Leaves
    );
    let both = selection("100s", "100s", "ended");
    assert!(
        both.judge(&ended, wall(NOW)) == Judgement::Takes
            && both.judge(&running, wall(NOW)) == Judgement::Leaves
    );
    assert!(selection("", "", "in_progress").judge(&running, wall(NOW)) == Judgement::Takes);
    assert!(selection("", "", "canceling").judge(&running, wall(NOW)) == Judgement::Leaves);
    // A batch of exactly that time is not before it.
    assert!(
        selection("1970-01-01T00:08:20Z", "", "").judge(&ended, wall(NOW)) == Judgement::Leaves
    );
    assert!(
        selection("1970-01-01T00:08:20.001Z", "", "").judge(&ended, wall(NOW)) == Judgement::Takes
    );
}
