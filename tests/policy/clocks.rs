//! Ages count from the earlier of two clocks: the caller's, and the `date` of the list's response.

use crate::support::api::{Api, deleted};
use crate::support::changed;
use crate::support::driven::{Driven, Open};
use crate::support::job::{at_once, id_of, plan, with_limit};
use crate::support::responses::{last_page, object, with_header};
use crate::support::values::{settings, wall, with_key};
use policy::base::batch::{BatchSummary, State};
use policy::jobs::actions::Source;
use policy::jobs::batch_stream::{BatchStream, ListQuery};
use policy::jobs::job::Job;
use policy::jobs::report::Outcome;
use policy::options::selection::{Limit, Selection};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// The API's time, in milliseconds since 1970.
const TODAY: f64 = 1.7e12;
const SECOND: f64 = 1e3;
const HOUR: f64 = 3.6e6;

/// Purges batches older than a day from batches of 26, 22 and 30 hours; returns the deleted ones, and the differences
/// of the clocks that progress and report have. The caller's clock is `ahead`; a response takes `ms`.
fn purge(ahead: f64, ms: u32, has_date: bool) -> (Vec<String>, Vec<Option<f64>>, Option<f64>) {
    let batches = [26.0, 22.0, 30.0].map(|hours: f64| BatchSummary {
        id: format!("b{hours}"),
        state: State::Ended,
        created_at: Some(TODAY - 1e9),
        ended_at: Some(TODAY - hours * HOUR),
    });
    let api = Api::new(|call: &str, now| {
        if call.starts_with("DELETE") {
            return (5, Ok(deleted(id_of(call))));
        }
        let response = last_page(&batches);
        let date = Duration::from_secs_f64((now - ahead) / 1e3);
        let date = httpdate::fmt_http_date(UNIX_EPOCH + date);
        let response = if has_date {
            with_header(response, "date", &date)
        } else {
            response
        };
        (ms, Ok(response))
    });
    api.now.set(TODAY + ahead);
    let selection = changed!(Selection {
        ended_before: Some(Limit::Age(24.0 * HOUR)),
        ..Selection::default()
    });
    let query = changed!(ListQuery {
        selection,
        ..ListQuery::default()
    });
    let settings = Arc::new(settings(&with_key()));
    let list = BatchStream::new(Arc::clone(&settings), query, true, wall(TODAY + ahead));
    let source = Source::List(Box::new(list), false);
    let job = Job::new(settings, plan("reject"), at_once(1), source);
    let (mut gone, mut told) = (Vec::new(), Vec::new());
    let report = |outcome: &Outcome, progress: &policy::jobs::report::Progress| {
        gone.extend(outcome.id.clone());
        told.push(progress.clock_difference);
    };
    let (job, _) = api.run(job, |_| None, report);
    let difference = job.list().and_then(BatchStream::clock_difference);
    (gone, told, difference)
}

#[test]
fn a_clock_that_is_wrong_by_hours_selects_nothing_younger_than_the_age() {
    let (both, older): (&[_], &[_]) = (&["b26", "b30"], &["b30"]);
    for (ahead, has_date, expected, difference) in [
        (0.0, true, both, None),
        (0.0, false, both, None),
        (5.0 * HOUR, true, both, Some(5.0 * HOUR)),
        // Its own clock is the earlier one.
        (-5.0 * HOUR, true, older, Some(-5.0 * HOUR)),
        (59.0 * SECOND, true, both, None),
        (61.0 * SECOND, true, both, Some(61.0 * SECOND)),
        (-59.0 * SECOND, true, both, None),
    ] {
        let (gone, told, found) = purge(ahead, 0, has_date);
        assert_eq!(gone, expected, "{ahead}");
        assert_eq!(found, difference, "{ahead}");
        let mut once = vec![None; expected.len()];
        once[0] = difference;
        assert_eq!(told, once, "{ahead}");
    }
    // Without a date there is only the caller's clock.
    let (gone, ..) = purge(5.0 * HOUR, 0, false);
    assert_eq!(gone, ["b26", "b22", "b30"]);
}

#[test]
fn a_slow_response_is_not_a_difference_of_clocks() {
    for ahead in [40.0, -40.0, 0.0] {
        let (_, _, difference) = purge(ahead * SECOND, 45_000, true);
        assert_eq!(difference, None, "{ahead}");
    }
    let (_, _, difference) = purge(70.0 * SECOND, 45_000, true);
    assert_eq!(difference, Some(70.0 * SECOND));
}

#[test]
fn a_job_under_a_rate_limit_ends_although_its_clock_stands_still() {
    let mut driven = Driven::new(&with_key(), "reject", 4, 2);
    driven.stands_still = true;
    let mut driven = driven.begin();
    while driven.end.is_none() {
        let (_, open) = driven.open.first().expect("a request is in flight");
        let Open::Request(request) = open else {
            panic!("no request: {open:?}")
        };
        let (_, id) = request.rsplit_once('/').unwrap();
        let deleted = object(id, "message_batch_deleted", None);
        driven.respond(0, with_limit(deleted, 60, 0));
    }
    assert_eq!(driven.job.report().ends.deleted, 4);
}
