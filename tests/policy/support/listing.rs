//! Lists of a scripted API, driven to their end.

use crate::support::api::Api;
use crate::support::responses::{error, json};
use crate::support::values::{at, settings, wall, with_key};
use policy::base::batch::{BatchSummary, Page, State};
use policy::base::error::{Code, Failure};
use policy::call::events::Action;
use policy::http::response::{Payload, Response};
use policy::jobs::batch_stream::{BatchStream, FetchStep, ListQuery, StreamAction};
use policy::jobs::pager::ListedBatch;
use policy::options::selection::Selection;
use std::cell::RefCell;
use std::sync::Arc;

/// Returns a batch by its id, newest first; batches of the same hundred were created in the same second.
pub(crate) fn listed(id: u32) -> BatchSummary {
    BatchSummary {
        id: format!("b{id}"),
        state: State::Ended,
        created_at: Some(f64::from(id / 100) * 1_000.0),
        ended_at: Some(f64::from(id)),
    }
}

/// A page as the API sends it, of the batches that are there now.
pub(crate) fn page(there: &[u32], call: &str) -> Response<String> {
    let query = call.split_once('?').unwrap().1;
    let get = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
    let limit: usize = get("limit=").unwrap().parse().unwrap();
    let from = match get("after_id=b") {
        None => 0,
        Some(id) => {
            let id: u32 = id.parse().unwrap();
            match there.iter().position(|it| *it == id) {
                Some(index) => index + 1,
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

pub(crate) type Found = (Vec<String>, Option<Code>);

/// Lists to the end; `meanwhile` is called with each batch, and may change the batches that are there.
pub(crate) fn list(
    there: &RefCell<Vec<u32>>,
    query: ListQuery,
    meanwhile: impl Fn(&str),
) -> (Found, Vec<String>) {
    let api = Api::new(|call: &str, _| (5, Ok(page(&there.borrow(), call))));
    (collect(&api, query, meanwhile), api.calls())
}

/// Drives the list of an API to its end.
pub(crate) fn collect(api: &Api<'_>, query: ListQuery, meanwhile: impl Fn(&str)) -> Found {
    let mut found = Vec::new();
    let no_filter = |number| panic!("no filter for {number}");
    let failure = drive(api, query, no_filter, |listed| {
        meanwhile(&listed.batch.id);
        found.push(listed.batch.id.clone());
    });
    (found, failure.map(|failure| failure.code))
}

/// Drives the list of an API to its end; `each` is called with each batch, before the next action.
pub(crate) fn drive(
    api: &Api<'_>,
    query: ListQuery,
    mut filter: impl FnMut(u32) -> bool,
    mut each: impl FnMut(&ListedBatch),
) -> Option<Box<Failure>> {
    let settings = Arc::new(settings(&with_key()));
    let mut batches = BatchStream::new(settings, query, false, wall(0.0));
    let mut action: StreamAction<String> = batches.next_action(None, at(0.0), 0.5);
    for _ in 0..100_000 {
        action = match action {
            StreamAction::Batch(listed) => {
                each(&listed);
                batches.next_action(None, at(0.0), 0.5)
            }
            StreamAction::End => return None,
            StreamAction::Failed(failure) => return Some(failure),
            StreamAction::Filter(number) => {
                batches.on_filter_result(filter(number), None, at(0.0), 0.5)
            }
            StreamAction::Call(output) => {
                let is_turn = matches!(output.action, Action::Sleep { ms: 0, .. });
                api.turns.set(api.turns.get() + u32::from(is_turn));
                match batches.on_event(api.perform(output.action), at(0.0), 0.5) {
                    FetchStep::Act(output) => StreamAction::Call(output),
                    FetchStep::Ended(ended) => match ended.error {
                        Some(failure) => StreamAction::Failed(failure),
                        None => batches.next_action(None, at(0.0), 0.5),
                    },
                }
            }
        };
    }
    panic!("the list has no end")
}

/// All batches, in pages of that size.
pub(crate) fn all(page_size: u32) -> ListQuery {
    changed!(ListQuery {
        page_size,
        after: None,
        selection: Selection::default(),
        has_filter: false,
        limit: None,
    })
}

pub(crate) fn there(count: u32) -> RefCell<Vec<u32>> {
    RefCell::new((0..count).rev().collect())
}

pub(crate) fn ids(from: impl Iterator<Item = u32>) -> Vec<String> {
    from.map(|id| format!("b{id}")).collect()
}
