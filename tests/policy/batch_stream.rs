//! The stream of selected batches: its filter, its limit, repeated batches, and the batches that need no request.

use crate::support::api::Api;
use crate::support::changed;
use crate::support::listing::{all, collect, drive, ids, page, there};
use policy::jobs::batch_stream::ListQuery;

#[test]
fn a_request_is_sent_only_if_the_next_batch_needs_it_and_the_limit_allows_one() {
    // The last batch of a page is returned with the next page.
    let cases: [(Option<u32>, &[u32]); 4] = [
        (None, &[9, 10, 6]),
        (Some(1), &[1]),
        (Some(9), &[9]),
        (Some(15), &[9, 6]),
    ];
    for (limit, expected) in cases {
        let there = there(25);
        let api = Api::new(|call: &str, _| (5, Ok(page(&there.borrow(), call))));
        // The batches that follow each request, before the next one.
        let mut groups = Vec::new();
        let query = changed!(ListQuery { limit, ..all(10) });
        let failure = drive(
            &api,
            query,
            |_| true,
            |_| {
                groups.resize(api.calls().len(), 0);
                *groups.last_mut().expect("no batch before a request") += 1;
            },
        );
        assert!(failure.is_none(), "{failure:?}");
        assert_eq!(groups, expected, "a limit of {limit:?}");
        assert_eq!(api.calls().len(), groups.len(), "one request for each");
    }
}

#[test]
fn the_limit_counts_only_batches_that_the_filter_takes() {
    let cases: [(Option<u32>, &[u32], u32); 4] = [
        (None, &[8, 6, 4, 2, 0], 10),
        (Some(1), &[8], 2),
        (Some(2), &[8, 6], 4),
        (Some(5), &[8, 6, 4, 2, 0], 10),
    ];
    for (limit, expected, filtered_in_all) in cases {
        let there = there(10);
        let api = Api::new(|call: &str, _| (5, Ok(page(&there.borrow(), call))));
        let (mut filtered, mut found) = (Vec::new(), Vec::new());
        let query = changed!(ListQuery {
            limit,
            has_filter: true,
            ..all(4)
        });
        let filter = |number| {
            filtered.push(number);
            number % 2 == 1
        };
        let failure = drive(&api, query, filter, |listed| {
            found.push(listed.batch.id.clone());
        });
        assert!(failure.is_none(), "{failure:?}");
        assert_eq!(found, ids(expected.iter().copied()), "a limit of {limit:?}");
        assert!(
            filtered.iter().copied().eq(0..filtered_in_all),
            "{filtered:?}"
        );
    }
}

#[test]
fn a_list_lets_the_event_loop_turn_every_ten_pages() {
    for (batches, turns) in [(10, 0), (11, 1), (35, 3)] {
        let there = there(batches);
        let api = Api::new(|call: &str, _| (5, Ok(page(&there.borrow(), call))));
        let query = changed!(ListQuery {
            has_filter: true,
            ..all(1)
        });
        assert!(drive(&api, query, |_| false, |_| {}).is_none());
        assert_eq!(api.turns.get(), turns, "{batches} pages");
    }
}

#[test]
fn a_batch_that_two_pages_repeat_is_listed_once_and_counts_once() {
    // A page begins at the cursor, not after it, and repeats a batch of its own.
    let overlapping = |call: &str, _| {
        let from = call
            .split_once("after_id=b")
            .map_or(9, |(_, id)| id.parse().unwrap());
        let there: Vec<u32> = (0..=from).rev().collect();
        let mut response = page(
            &there,
            call.split_once("&after").map_or(call, |(call, _)| call),
        );
        let payload = response.payload.as_mut().unwrap();
        let page = payload.page.as_mut().unwrap();
        page.batches.push(page.batches[0].clone());
        (5, Ok(response))
    };
    for limit in [None, Some(6)] {
        let query = changed!(ListQuery { limit, ..all(4) });
        let (found, code) = collect(&Api::new(overlapping), query, |_| {});
        assert_eq!(code, None);
        let most = limit.map_or(0, |limit| 10 - limit);
        assert_eq!(found, ids((most..10).rev()));
    }
}
