//! The list: paged, filtered, and read again where the batch is gone after which a page begins.

use crate::support::api::Api;
use crate::support::responses::{error, json, refused, with_end};
use crate::support::values::{settings, text, with_key};
use delete_message_batch::base::batch::State;
use delete_message_batch::base::batch::{BatchSummary, Page};
use delete_message_batch::base::error::Code;
use delete_message_batch::base::input_value::Value;
use delete_message_batch::http::response::{End, Payload, Response};
use delete_message_batch::jobs::batches::{Batches, Fetched, Wanted};
use delete_message_batch::options::selection::{GivenSelection, Judgement, Selection};
use std::cell::RefCell;
use std::rc::Rc;

/// Batches by id, newest first; those of the same hundred were created in the same second.
fn listed(id: u32) -> BatchSummary {
    BatchSummary {
        id: format!("b{id}"),
        state: State::Ended,
        created_at: Some(f64::from(id / 100) * 1_000.0),
        ended_at: Some(f64::from(id)),
    }
}

/// A page as the API sends it, of what is there now.
fn page(there: &[u32], call: &str) -> Response<String> {
    let query = call.split_once('?').unwrap().1;
    let get = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
    let limit: usize = get("limit=").unwrap().parse().unwrap();
    let from = match get("after_id=b") {
        None => 0,
        Some(id) => {
            let id: u32 = id.parse().unwrap();
            match there.iter().position(|it| *it == id) {
                Some(place) => place + 1,
                None => return error(400, "invalid_request_error", "no such cursor"),
            }
        }
    };
    let rest = &there[from..];
    let batches: Vec<_> = rest.iter().take(limit).map(|id| listed(*id)).collect();
    let payload = Payload {
        page: Some(Page {
            has_more: rest.len() > limit,
            last_id: batches.last().map(|batch| batch.id.clone()),
            batches,
        }),
        ..Payload::default()
    };
    json(200, "{}", payload)
}

type Found = (Vec<String>, Option<Code>);

/// Lists to the end; `meanwhile` is called with each batch, and may change what is there.
fn list(
    there: &RefCell<Vec<u32>>,
    page_size: u32,
    selection: Selection,
    limit: Option<u32>,
    meanwhile: impl Fn(&str),
) -> (Found, Vec<String>) {
    let api = Api::new(|call: &str, _| (5, Ok(page(&there.borrow(), call))));
    (
        collect(&api, page_size, selection, limit, meanwhile),
        api.calls(),
    )
}

/// Drives the list of an API to its end.
fn collect(
    api: &Api<'_>,
    page_size: u32,
    selection: Selection,
    limit: Option<u32>,
    meanwhile: impl Fn(&str),
) -> Found {
    let settings = Rc::new(settings(&with_key()));
    let mut batches = Batches::new(settings, page_size, selection, limit, false, false);
    let mut found = Vec::new();
    let mut wanted: Wanted<String> = batches.next(None, 0.0, 0.5);
    for _ in 0..100_000 {
        wanted = match wanted {
            Wanted::Batch(listed) => {
                meanwhile(&listed.batch.id);
                found.push(listed.batch.id);
                batches.next(None, 0.0, 0.5)
            }
            Wanted::End => return (found, None),
            Wanted::Failed(failure) => return (found, Some(failure.code)),
            Wanted::Filter(number) => panic!("no filter for {number}"),
            Wanted::Call(output) => match batches.handle(api.perform(output.action), 0.0, 0.5) {
                Fetched::Act(output) => Wanted::Call(output),
                Fetched::Ended(ended) => match ended.error {
                    Some(failure) => Wanted::Failed(failure),
                    None => batches.next(None, 0.0, 0.5),
                },
            },
        };
    }
    panic!("the list goes on for ever")
}

fn all() -> Selection {
    Selection::default()
}

fn there(count: u32) -> RefCell<Vec<u32>> {
    RefCell::new((0..count).rev().collect())
}

fn ids(from: impl Iterator<Item = u32>) -> Vec<String> {
    from.map(|id| format!("b{id}")).collect()
}

#[test]
fn every_batch_once_whatever_the_pages() {
    for page_size in [1, 2, 3, 10, 99, 100, 101] {
        let ((found, code), calls) = list(&there(100), page_size, all(), None, |_| {});
        assert_eq!(code, None);
        assert_eq!(found, ids((0..100).rev()), "{page_size} a page");
        assert_eq!(calls.len(), 100_usize.div_ceil(page_size as usize));
    }
    let ((found, _), calls) = list(&there(0), 10, all(), None, |_| {});
    assert_eq!((found.len(), calls.len()), (0, 1));
}

#[test]
fn what_is_listed_may_be_deleted_at_once() {
    for page_size in [1, 2, 7, 50, 100] {
        let there = there(100);
        let delete = |id: &str| there.borrow_mut().retain(|it| format!("b{it}") != id);
        let ((found, code), _) = list(&there, page_size, all(), None, delete);
        assert_eq!(code, None, "{page_size} a page");
        assert_eq!(found.len(), 100);
        assert!(there.borrow().is_empty());
    }
}

#[test]
fn where_somebody_else_deletes_the_cursor_the_list_is_read_again() {
    let there = there(300);
    // The last of the second page, as soon as that page is there.
    let meanwhile = |id: &str| {
        if id == "b285" {
            there.borrow_mut().retain(|it| *it != 280);
        }
    };
    let ((found, code), calls) = list(&there, 10, all(), None, meanwhile);
    assert_eq!(code, None);
    assert_eq!(
        found,
        ids((0..300).rev().filter(|id| *id != 280)),
        "each once"
    );
    assert!(calls.len() > 30);
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
    let (_, code) = collect(&api, 2, all(), None, |_| {});
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
    let (_, code) = collect(&api, 2, all(), None, |_| {});
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
        let (_, code) = collect(&api, 10, all(), None, |_| {});
        assert_eq!(code, Some(Code::InvalidResponse));
        assert_eq!(api.calls().len(), length + 1);
    }
}

#[test]
fn an_empty_page_before_another_is_an_error() {
    let api = Api::new(|_: &str, _| (5, Ok(page_before(vec![], "b1"))));
    let (found, code) = collect(&api, 10, all(), None, |_| {});
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
    let (_, code) = collect(&api, 10, all(), None, |_| {});
    assert_eq!(code, Some(Code::InvalidResponse));
    assert_eq!(api.calls().len(), 2);
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
            End::TooLarge
        } else {
            End::Whole
        };
        (5, Ok(with_end(found, end)))
    });
    let (found, code) = collect(&api, 100, all(), None, |_| {});
    assert_eq!((found, code), (ids((0..100).rev()), None));
    assert!(api.calls()[2].contains("limit=25"), "{:?}", api.calls());
    let api = Api::new(|call: &str, _| (5, Ok(with_end(page(&[1], call), End::TooLarge))));
    let (_, code) = collect(&api, 8, all(), None, |_| {});
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
        assert_eq!(selection.judge(&batch), expected, "{batch:?}");
    }
}

#[test]
fn a_limit_up_to_now_selects_everything() {
    for (selection, is_everything) in [
        (selection("0d", "", ""), true),
        (selection("30s", "0s", ""), true),
        (all(), true),
        (selection("61s", "", ""), false),
        (selection("", "1d", ""), false),
        (selection("0d", "1d", ""), false),
        (selection("0d", "", "ended"), false),
    ] {
        assert_eq!(
            selection.is_everything(1_000_000.0),
            is_everything,
            "{selection:?}"
        );
    }
}

#[test]
fn a_limit_stops_the_fetching() {
    let ((found, _), calls) = list(&there(100), 10, all(), Some(15), |_| {});
    assert_eq!(found, ids((85..100).rev()));
    assert_eq!(calls.len(), 2);
}

fn selection(ended_before: &str, created_before: &str, status: &str) -> Selection {
    let option = |given: &str| {
        if given.is_empty() {
            Value::default()
        } else {
            text(given)
        }
    };
    let given = GivenSelection {
        ended_before: option(ended_before),
        created_before: option(created_before),
        status: option(status),
    };
    Selection::check(&given, 1_000_000.0).unwrap()
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
    assert!(old.judge(&ended) == Judgement::Takes && old.judge(&young) == Judgement::Leaves);
    assert!(old.judge(&running) == Judgement::Leaves, "it has not ended");
    assert!(
        old.judge(&unreadable) == Judgement::Unjudged("ended_at"),
        "it has no time"
    );
    let created = selection("", "100s", "");
    assert!(
        created.judge(&ended) == Judgement::Takes
            && created.judge(&running) == Judgement::Takes
            && created.judge(&young) == Judgement::Leaves
    );
    let both = selection("100s", "100s", "ended");
    assert!(both.judge(&ended) == Judgement::Takes && both.judge(&running) == Judgement::Leaves);
    assert!(selection("", "", "in_progress").judge(&running) == Judgement::Takes);
    assert!(selection("", "", "canceling").judge(&running) == Judgement::Leaves);
    // Before means before.
    assert!(selection("1970-01-01T00:08:20Z", "", "").judge(&ended) == Judgement::Leaves);
    assert!(selection("1970-01-01T00:08:20.001Z", "", "").judge(&ended) == Judgement::Takes);
}
