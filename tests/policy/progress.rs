//! The progress that a job reports.

use crate::support::api::{Api, deleted};
use crate::support::job::{id_of, names, plan};
use crate::support::responses::overloaded;
use crate::support::values::{settings, text, with_key};
use policy::http::response::Response;
use policy::jobs::actions::Source;
use policy::jobs::machine::Job;
use policy::jobs::report::{Meter, Progress, Pulled};
use policy::options::batch_id::BatchId;
use std::sync::Arc;

#[test]
fn the_rate_is_that_of_the_last_two_seconds() {
    let mut meter = Meter::default();
    assert_eq!(meter.count(0.0), 1_000.0, "the first alone");
    assert_eq!(meter.count(100.0), 20.0, "two in a tenth of a second");
    assert_eq!(meter.count(1_000.0), 3.0, "three in one");
    assert_eq!(meter.count(2_000.0), 2.0, "four in two: a whole window");
    for ms in [2_100.0, 2_200.0, 3_900.0] {
        assert_eq!(meter.count(ms), 2.0, "until the next window ends");
    }
    assert_eq!(meter.count(4_000.0), 2.0);
    assert_eq!(meter.count(6_000.0), 0.5);
}

/// What a job of so many ids, one request at once, reports after each outcome.
fn reports(count: u32, respond: impl Fn(&str) -> Response<String>) -> Vec<Progress> {
    let api = Api::new(|call: &str, _| (5, Ok(respond(id_of(call)))));
    let mut ids = (0..).zip(names(count));
    let mut found = Vec::new();
    let settings = Arc::new(settings(&with_key()));
    api.run(
        Job::new(settings, plan("reject"), 1, Source::Caller(Some(count))),
        |_| {
            let (index, id) = ids.next()?;
            Some(Pulled {
                index,
                id: BatchId::check(&text(&id)),
                given: Some(id),
            })
        },
        |_, progress| found.push(*progress),
    );
    found
}

#[test]
fn a_pause_is_reported_while_it_lasts_alone() {
    let calm = reports(20, deleted);
    assert!(calm.iter().all(|progress| progress.paused_ms.is_none()));
    // Twelve faults in a row pause everything, until the next success.
    let down = reports(20, |id| match id {
        "id-0" | "id-1" | "id-2" | "id-3" => overloaded(),
        id => deleted(id),
    });
    let paused: Vec<_> = down.iter().filter_map(|it| it.paused_ms).collect();
    assert!(!paused.is_empty());
    assert!(
        paused.iter().all(|ms| *ms > 0.0 && *ms <= 2_000.0),
        "{paused:?}"
    );
    assert_eq!(down.last().unwrap().paused_ms, None);
}
