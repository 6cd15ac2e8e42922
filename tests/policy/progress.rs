//! The progress that a job reports.

use crate::support::api::{Api, deleted};
use crate::support::job::{id_of, names, plan, run, with_limit};
use crate::support::responses::overloaded;
use crate::support::values::{settings, with_key};
use policy::http::response::Response;
use policy::jobs::report::{Meter, Progress};

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

/// The progress of a job of 20 ids, one request at once.
fn progress(respond: impl Fn(&str) -> Response<String>) -> Vec<Progress> {
    let api = Api::new(|call: &str, _| (5, Ok(respond(id_of(call)))));
    let given = settings(&with_key());
    run(&api, &given, &names(20), 1, plan("reject")).progress
}

#[test]
fn a_pause_is_reported_only_while_it_lasts() {
    let calm = progress(deleted);
    assert!(calm.iter().all(|progress| progress.paused_ms.is_none()));
    // Twelve faults in a row pause everything, until the next success.
    let down = progress(|id| match id {
        "id-0" | "id-1" | "id-2" | "id-3" => overloaded(),
        id => deleted(id),
    });
    let paused: Vec<_> = down.iter().filter_map(|it| it.paused_ms).collect();
    assert!(!paused.is_empty());
    assert!(
        paused.iter().all(|ms| *ms > 10.0 && *ms <= 2_000.0),
        "{paused:?}"
    );
    assert_eq!(down.last().unwrap().paused_ms, None);
}

#[test]
fn the_requests_in_flight_are_the_requests_of_the_other_calls() {
    let api = Api::new(|call: &str, _| {
        let latency = 5 + u32::try_from(call.len()).unwrap();
        (latency, Ok(with_limit(deleted(id_of(call)), 6_000, 5_000)))
    });
    let progress = run(&api, &settings(&with_key()), &names(20), 4, plan("reject")).progress;
    let in_flight: Vec<_> = progress.iter().map(|it| it.in_flight).collect();
    assert_eq!(
        in_flight.first(),
        Some(&0),
        "the first alone: {in_flight:?}"
    );
    assert_eq!(in_flight.last(), Some(&0), "{in_flight:?}");
    assert_eq!(in_flight.iter().max(), Some(&3), "{in_flight:?}");
}
