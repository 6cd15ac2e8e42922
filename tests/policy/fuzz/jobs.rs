//! Lists with random pages, and repeated ids.

use crate::support::cases;
use policy::base::batch::{BatchSummary, Page, State};
use policy::base::error::{Code, Failure};
use policy::internal::dedupe::Seen;
use policy::jobs::pager::{NextBatch, Pager, Start};
use proptest::prelude::*;
use std::collections::HashSet;

/// The response of a server: a page of few ids and times, so that they repeat, or a failure.
#[derive(Clone, Debug)]
enum Response {
    Page(Page),
    Fails(Code, bool),
}

fn page() -> impl Strategy<Value = Page> {
    let time = prop::option::of((0_i32..4).prop_map(f64::from));
    let batch = ("[a-d]", time).prop_map(|(id, created_at)| BatchSummary {
        id,
        state: State::Ended,
        created_at,
        ended_at: None,
    });
    let batches = prop::collection::vec(batch, 0..4);
    (any::<bool>(), prop::option::of("[a-f/]{0,1}"), batches).prop_map(
        |(has_more, last_id, batches)| Page {
            has_more,
            last_id,
            batches,
        },
    )
}

fn response() -> impl Strategy<Value = Response> {
    prop_oneof![
        4 => page().prop_map(Response::Page),
        1 => (prop_oneof![Just(Code::NotFound), Just(Code::BadRequest), Just(Code::Server)], any::<bool>())
            .prop_map(|(code, too_large)| Response::Fails(code, too_large)),
    ]
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn a_list_ends_whatever_its_pages_are(circle in prop::collection::vec(response(), 1..6), page_size in 1_u32..9) {
        let mut pager = Pager::new(page_size, None, Start::Newest);
        let mut responses = circle.iter().cycle();
        let mut returned = 0;
        // Pages of six ids and four times.
        for _ in 0..1_000 {
            match pager.next_batch() {
                NextBatch::End => return Ok(()),
                NextBatch::Batch(_) => returned += 1,
                NextBatch::Fetch(_) => {
                    let result = match responses.next().unwrap() {
                        Response::Page(page) => Ok(page.clone()),
                        Response::Fails(code, too_large) => {
                            let mut failure = Failure::new(*code, String::new());
                            failure.too_large = *too_large;
                            Err(failure)
                        }
                    };
                    if pager.on_page(result).is_err() {
                        return Ok(());
                    }
                }
            }
        }
        prop_assert!(false, "the list has no end after {returned} batches");
    }

    #[test]
    fn an_id_is_new_once(ids in prop::collection::vec("[ab]{0,5}", 0..40), counted in any::<bool>()) {
        let mut seen = Seen::of(counted.then_some(5));
        let mut known = HashSet::new();
        for id in ids {
            prop_assert_eq!(seen.insert(&id), known.insert(id.clone()), "{}", id);
        }
    }
}

#[test]
fn without_times_a_list_is_read_again_once() {
    let batch = |id: &str| BatchSummary {
        id: id.into(),
        state: State::Ended,
        created_at: None,
        ended_at: None,
    };
    let mut pager = Pager::new(2, None, Start::Newest);
    for is_last in [false, true] {
        assert!(matches!(pager.next_batch(), NextBatch::Fetch(_)));
        let batches = vec![batch("a"), batch("b")];
        let page = Page {
            has_more: true,
            last_id: None,
            batches,
        };
        pager.on_page(Ok(page)).unwrap();
        // Batches that were returned before are left out.
        assert_eq!(matches!(pager.next_batch(), NextBatch::Fetch(_)), is_last);
        let gone = Failure::new(Code::NotFound, "no such cursor".into());
        assert_eq!(pager.on_page(Err(gone)).is_err(), is_last);
    }
}
