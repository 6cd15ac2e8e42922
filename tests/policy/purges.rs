//! A purge: its options, and a dry run.

use crate::support::api::{Api, deleted};
use crate::support::changed;
use crate::support::job::{at_once, id_of, names, parts, plan, with_limit};
use crate::support::responses::last_page;
use crate::support::values::{assert_refused, at, settings, wall, with_key};
use policy::base::batch::{BatchSummary, Page, State};
use policy::base::error::{Code, Failure};
use policy::jobs::actions::{JobAction, JobEnd, Source};
use policy::jobs::batch_stream::{BatchStream, ListQuery, Odd};
use policy::jobs::job::Job;
use policy::jobs::pager::{NextBatch, Pager, Start};
use policy::jobs::purge::Purge;
use policy::jobs::report::{Outcome, Progress};
use policy::options::batch_id::BatchId;
use policy::options::selection::{Limit, Selection};
use std::sync::Arc;

const NOW: f64 = 1_000_000.0;

fn check(limit: Option<u32>, dry_run: bool) -> policy::base::error::Result<Purge> {
    let query = changed!(ListQuery {
        limit,
        ..ListQuery::default()
    });
    Purge::check(query, dry_run, true, wall(NOW))
}

#[test]
fn a_limit_is_a_number_of_batches_and_the_size_of_a_small_page() {
    for (limit, page_size) in [
        (None, 1_000),
        (Some(1), 2),
        (Some(20), 20),
        (Some(50_000), 1_000),
    ] {
        let purge = check(limit, false).unwrap();
        assert_eq!(purge.query.limit, limit);
        assert_eq!(purge.query.page_size, page_size);
        assert!(!purge.dry_run);
    }
    for bad in [0, u32::MAX] {
        assert_refused(check(Some(bad), false), "limit", &["a whole number"]);
    }
}

/// Selects the batches that are older than `age` milliseconds.
fn created_before(age: f64) -> ListQuery {
    let selection = changed!(Selection {
        created_before: Some(Limit::Age(age)),
        ..Selection::default()
    });
    changed!(ListQuery {
        selection,
        ..ListQuery::default()
    })
}

#[test]
fn a_purge_of_everything_must_say_so() {
    let with_filter = |query: ListQuery| {
        changed!(ListQuery {
            has_filter: true,
            ..query
        })
    };
    let check = |query, all| Purge::check(query, false, all, wall(NOW));
    assert!(check(created_before(864e5), false).is_ok());
    assert!(check(with_filter(created_before(0.0)), false).is_ok());
    for query in [ListQuery::default(), created_before(0.0)] {
        assert!(check(query.clone(), true).is_ok());
        let refused = check(query, false);
        assert_refused(refused, "options", &["all: true"]);
    }
}

#[test]
fn only_a_time_in_the_past_keeps_the_youngest_batches() {
    for (limit, expected) in [
        (None, false),
        (Some(Limit::At(NOW + 1e6)), false),
        (Some(Limit::Age(0.0)), false),
        (Some(Limit::Age(100_000.0)), true),
    ] {
        for name in ["ended", "created"] {
            let selection = Selection::new(
                limit.filter(|_| name == "ended"),
                limit.filter(|_| name == "created"),
                Some(State::Ended),
            );
            assert_eq!(
                selection.leaves_young(wall(NOW)),
                expected,
                "{name} {limit:?}"
            );
        }
    }
}

/// Returns the batches that a list yields which begins after b3; the cursor of its second page is gone.
fn after_a_lost_cursor(times: [Option<f64>; 5], start: Start) -> Vec<String> {
    let page = |ids: std::ops::RangeInclusive<usize>, has_more| {
        let batches: Vec<_> = ids
            .rev()
            .map(|id| BatchSummary {
                id: format!("b{id}"),
                state: State::Ended,
                created_at: times[id - 1],
                ended_at: None,
            })
            .collect();
        Page {
            has_more,
            last_id: batches.last().map(|batch| batch.id.clone()),
            batches,
        }
    };
    let gone = Failure::new(Code::NotFound, "b1".into());
    let mut pages = vec![Ok(page(1..=5, false)), Err(gone), Ok(page(1..=2, true))];
    let mut pager = Pager::new(2, BatchId::check("b3").ok(), start);
    let mut found = Vec::new();
    loop {
        match pager.next_batch() {
            NextBatch::Batch(listed) => found.push(listed.batch.id),
            NextBatch::Fetch(_) => pager.on_page(pages.pop().unwrap()).unwrap(),
            NextBatch::End => return found,
        }
    }
}

#[test]
fn a_restart_selects_no_batch_before_the_bound_of_a_purge() {
    let same_second = [Some(0.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0)];
    let without_time = [Some(0.0), Some(1.0), None, None, Some(5.0)];
    for times in [same_second, without_time] {
        for start in [Start::Bound, Start::NewestIfMissing] {
            assert_eq!(after_a_lost_cursor(times, start), ["b2", "b1"]);
        }
        // A list without a bound leaves out no batch of that second.
        assert!(after_a_lost_cursor(times, Start::Newest).len() > 2);
    }
}

/// A list of one page, whose response states an empty bucket of 60 a minute; every batch can be deleted.
fn list(batches: &[BatchSummary]) -> Api<'_> {
    Api::new(|call: &str, _| {
        if call.starts_with("DELETE") {
            return (5, Ok(deleted(id_of(call))));
        }
        (5, Ok(with_limit(last_page(batches), 60, 0)))
    })
}

fn job(purge: Purge, if_processing: &str) -> Job<String> {
    let settings = Arc::new(settings(&with_key()));
    let batches = BatchStream::new(Arc::clone(&settings), purge.query, true, wall(NOW));
    let source = Source::List(Box::new(batches), purge.dry_run);
    Job::new(settings, plan(if_processing), at_once(2), source)
}

type Parts = (String, &'static str, Option<Code>);

/// Returns the outcomes of a dry run over one batch in each state, and the requests.
fn dry_run(if_processing: &str) -> (Vec<Parts>, Vec<String>) {
    let summary = |(id, state): (&str, State)| BatchSummary {
        id: id.into(),
        state,
        created_at: Some(0.0),
        ended_at: None,
    };
    let batches = [("ended", State::Ended), ("running", State::InProgress)].map(summary);
    let api = list(&batches);
    let purge = check(None, true).unwrap();
    let mut outcomes = Vec::new();
    let report = |outcome: &Outcome, _: &Progress| outcomes.push(parts(outcome));
    api.run(job(purge, if_processing), |_| None, report);
    (outcomes, api.calls())
}

#[test]
fn a_dry_run_reports_the_result_of_a_purge_and_deletes_nothing() {
    let refused = ("failed", Some(Code::StillProcessing));
    for (if_processing, (status, code)) in [("reject", refused), ("cancel", ("deleted", None))] {
        let (outcomes, calls) = dry_run(if_processing);
        let expected = [
            ("ended".into(), "deleted", None),
            ("running".into(), status, code),
        ];
        assert_eq!(outcomes, expected, "{if_processing}");
        assert_eq!(calls.len(), 1, "only the list: {calls:?}");
        assert!(calls[0].starts_with("GET "), "{calls:?}");
    }
}

#[test]
fn a_dry_run_counts_no_batch_before_it_reports_it() {
    let mut batches: Vec<_> = (0..)
        .zip(names(20))
        .map(|(number, id)| BatchSummary {
            id,
            state: State::Ended,
            created_at: Some(19.0 - f64::from(number)),
            ended_at: None,
        })
        .collect();
    // It would not be deleted, so it is not in the plan.
    batches.insert(
        0,
        BatchSummary {
            id: "running".into(),
            state: State::InProgress,
            created_at: Some(20.0),
            ended_at: None,
        },
    );
    let api = list(&batches);
    let mut job = job(check(None, true).unwrap(), "reject");
    job.start(at(0.0), 0.5);
    let mut reported = 0;
    loop {
        match job.poll(at(0.0), 0.5).expect("an action before the end") {
            JobAction::Call(number, action, _) => {
                job.handle(number, api.perform(action), at(0.0), 0.5);
            }
            JobAction::Report(_) => {
                reported += 1;
                assert_eq!(job.report().done(), reported);
            }
            JobAction::Finished(_) => break,
            _ => {}
        }
    }
    assert_eq!(reported, 21);
    let plan = &job.report().plan;
    assert_eq!((plan.oldest, plan.newest), (Some(0.0), Some(19.0)));
    assert_eq!(plan.sample, names(10));
}

#[test]
fn a_purge_deletes_the_filtered_batches_at_the_rate_that_the_list_states() {
    let batches = ["a", "b"].map(|id| BatchSummary {
        id: id.into(),
        state: State::Ended,
        created_at: Some(0.0),
        ended_at: None,
    });
    let query = changed!(ListQuery {
        has_filter: true,
        ..created_before(100e3)
    });
    let purge = Purge::check(query, false, false, wall(NOW)).unwrap();
    let api = list(&batches);
    let (job, end) = api.run(job(purge, "reject"), |_| None, |_, _| {});
    assert!(matches!(end, JobEnd::Complete), "{end:?}");
    assert_eq!(job.report().ends.deleted, 2);
    let sent: Vec<_> = api.sent.borrow().iter().map(|(at, _)| *at).collect();
    assert!(sent[1] - sent[0] >= 1_000.0, "{sent:?}");
}

#[test]
fn a_drained_dry_run_tells_of_the_batches_that_it_reported_alone() {
    let batches = ["a", "b"].map(|id| BatchSummary {
        id: id.into(),
        state: State::Ended,
        created_at: None,
        ended_at: None,
    });
    let api = list(&batches);
    let query = changed!(ListQuery {
        has_filter: true,
        ..ListQuery::default()
    });
    let mut job = job(
        Purge::check(query, true, false, wall(NOW)).unwrap(),
        "reject",
    );
    job.start(at(0.0), 0.5);
    let mut filtered = 0;
    while let Some(action) = job.poll(at(0.0), 0.5) {
        match action {
            JobAction::Call(number, action, _) => {
                job.handle(number, api.perform(action), at(0.0), 0.5);
            }
            JobAction::Filter(_) => {
                filtered += 1;
                if filtered == 2 {
                    job.drain(at(0.0), 0.5);
                }
                job.filtered(true, at(0.0), 0.5);
            }
            _ => {}
        }
    }
    let report = job.report();
    assert_eq!((filtered, report.ends.deleted, report.unsent), (2, 1, 1));
    assert_eq!(report.plan.sample, ["a"]);
}

#[test]
fn what_the_list_has_without_an_id_is_not_judged_and_the_others_are_deleted() {
    let batches = ["a", "", "b", ""].map(|id| BatchSummary {
        id: id.into(),
        state: State::Ended,
        created_at: None,
        ended_at: None,
    });
    let api = list(&batches);
    let (job, end) = api.run(
        job(check(None, false).unwrap(), "reject"),
        |_| None,
        |_, _| {},
    );
    assert!(matches!(end, JobEnd::Complete), "{end:?}");
    assert_eq!(job.report().ends.deleted, 2);
    let odd = |index| Odd {
        index,
        id: String::new(),
        field: "id",
    };
    assert_eq!(job.list().unwrap().unjudged().first, [odd(1), odd(3)]);
}

#[test]
fn batches_that_cannot_be_judged_are_counted_and_the_first_hundred_are_named() {
    for count in [0, 1, 99, 100, 101, 250] {
        let summary = |id: String, created_at| BatchSummary {
            id,
            state: State::Ended,
            created_at,
            ended_at: None,
        };
        let mut batches: Vec<_> = names(count)
            .into_iter()
            .map(|id| summary(id, None))
            .collect();
        batches.push(summary("old".into(), Some(0.0)));
        let purge = Purge::check(created_before(100e3), true, false, wall(NOW)).unwrap();
        let mut counts = Vec::new();
        let report = |outcome: &Outcome, progress: &Progress| {
            counts.push((parts(outcome).0, progress.unjudged));
        };
        let (job, _) = list(&batches).run(job(purge, "reject"), |_| None, report);
        assert_eq!(counts, [("old".into(), count)]);
        let unjudged = job.list().unwrap().unjudged();
        assert_eq!(unjudged.total, count);
        let named = (0..).zip(names(count.min(100)));
        let expected: Vec<_> = named
            .map(|(index, id)| Odd {
                index,
                id,
                field: "created_at",
            })
            .collect();
        assert_eq!(unjudged.first, expected);
    }
}
