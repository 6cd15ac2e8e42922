//! The rule by which a job stops: N consecutive calls with one failure that concerns every id, and a minute
//! without a success in which N calls failed. N is the larger of 12 and `concurrency` + 4.

use crate::stops::assert_stopped;
use crate::support::api::{Api, deleted};
use crate::support::job::{Run, at_once, id_of, names, plan, run};
use crate::support::responses::{broken, error, plain, status};
use crate::support::values::{at, settings, with, with_key};
use policy::base::error::{Cause, Code, Failure};
use policy::call::events::{Action, Event};
use policy::http::response::Response;
use policy::jobs::actions::{JobAction, Source};
use policy::jobs::job::Job;
use policy::jobs::report::Pulled;
use policy::options::batch_id::BatchId;
use policy::options::credentials::{CredentialOption, Scheme};
use std::cell::Cell;
use std::collections::BTreeSet;

type Responds = fn() -> Result<Response<String>, Box<Cause>>;

fn job_of(
    responds: impl Fn(&str) -> Result<Response<String>, Box<Cause>>,
    concurrency: u32,
) -> Run {
    let api = Api::new(move |call: &str, _| (5, responds(call)));
    let settings = settings(&with_key());
    run(&api, &settings, &names(2_000), concurrency, plan("reject"))
}

#[test]
fn each_failure_that_concerns_every_id_stops_the_job_after_n_calls() {
    let cases: [(Responds, Code); 7] = [
        (
            || Ok(error(401, "authentication_error", "no")),
            Code::Authentication,
        ),
        (
            || Ok(error(403, "permission_error", "no")),
            Code::Permission,
        ),
        (|| Ok(plain(404, "default backend - 404")), Code::Http),
        (|| Ok(status(405)), Code::Http),
        (
            || Ok(error(400, "invalid_request_error", "beta not allowed")),
            Code::BadRequest,
        ),
        (|| Ok(status(307)), Code::Redirect),
        (
            || Ok(plain(200, "<html>sign in</html>")),
            Code::InvalidResponse,
        ),
    ];
    for (responds, code) in cases {
        for (concurrency, n) in [(1, 12), (8, 12), (16, 20)] {
            let run = job_of(|_| responds(), concurrency);
            let report = run.report();
            assert_eq!(report.stopped.as_ref().expect("a stop").code, code);
            let failed = u32::try_from(report.failed.len()).unwrap();
            assert!(
                (n..=n + concurrency).contains(&failed),
                "{code:?}: {failed} of {n}"
            );
            assert_eq!(failed + report.unsent, 2_000);
        }
    }
}

#[test]
fn batches_that_are_locked_do_not_stop_the_job() {
    let locked: [Responds; 4] = [
        || Ok(error(403, "permission_error", "locked")),
        || Ok(error(402, "billing_error", "pay")),
        || Ok(status(302)),
        || Ok(plain(200, "<html>locked</html>")),
    ];
    for responds in locked {
        // Every fifth id at one slot; eight ids in a row at eight slots.
        for (concurrency, ids) in [
            (1, (0..2_000).step_by(5).collect::<Vec<_>>()),
            (8, (100..108).collect()),
        ] {
            let ids: BTreeSet<String> = ids.into_iter().map(|id| format!("id-{id}")).collect();
            let run = job_of(
                |call| {
                    if ids.contains(id_of(call)) {
                        responds()
                    } else {
                        Ok(deleted(id_of(call)))
                    }
                },
                concurrency,
            );
            assert!(run.report().stopped.is_none());
            assert_eq!(run.report().failed.len(), ids.len());
        }
    }
}

#[test]
fn words_that_differ_by_request_do_not_hide_one_failure() {
    type RespondsTo = fn(&str) -> Response<String>;
    let cases: [(RespondsTo, Code); 6] = [
        (
            |call| error(401, "authentication_error", call),
            Code::Authentication,
        ),
        (
            |call| error(403, "permission_error", call),
            Code::Permission,
        ),
        (|call| error(402, "billing_error", call), Code::Http),
        (|call| error(404, "invalid_request_error", call), Code::Http),
        (|call| error(405, "route_error", call), Code::Http),
        (
            |_| plain(400, "HTTP sent to an HTTPS port"),
            Code::BadRequest,
        ),
    ];
    for (responds, code) in cases {
        let run = job_of(|call| Ok(responds(call)), 8);
        let report = run.report();
        assert_eq!(report.stopped.as_ref().expect("a stop").code, code);
        assert!(report.failed.len() <= 20, "{}", report.failed.len());
    }
}

#[test]
fn one_refusal_with_other_words_each_time_does_not_stop_the_job() {
    let run = job_of(|call| Ok(error(400, "invalid_request_error", call)), 8);
    assert!(run.report().stopped.is_none());
    assert_eq!(run.report().failed.len(), 2_000);
}

#[test]
fn another_failure_between_begins_the_count_again() {
    let kinds = |call: &str| match id_of(call)
        .trim_start_matches("id-")
        .parse::<u32>()
        .unwrap()
        % 12
    {
        0 => Ok(error(401, "authentication_error", "no")),
        _ => Ok(error(403, "permission_error", "no")),
    };
    let run = job_of(kinds, 1);
    assert!(run.report().stopped.is_none(), "eleven of each at the most");
}

#[test]
fn a_slow_source_does_not_stop_after_a_few_failures_of_its_own() {
    let failures = Cell::new(0);
    let api = Api::new(|call: &str, now| {
        let fails = now < 1_080_000.0;
        failures.set(failures.get() + u32::from(fails));
        (
            20_000,
            if fails {
                Ok(status(500))
            } else {
                Ok(deleted(id_of(call)))
            },
        )
    });
    let run = run(&api, &settings(&with_key()), &names(20), 1, plan("reject"));
    assert!(failures.get() > 3, "{}", failures.get());
    assert!(run.report().stopped.is_none());
}

#[test]
fn a_function_for_the_credential_that_always_fails_stops_the_job() {
    assert_stops_at(&Failure::new(Code::MissingCredentials, "no vault".into()));
    // An environment variable that is not set.
    assert_stops_at(&Failure::wrong("apiKey", "a string", "undefined"));
}

fn assert_stops_at(failure: &Failure) {
    let given = with(CredentialOption::Function(Scheme::ApiKey));
    let source = Source::Caller(Some(2_000));
    let mut job: Job<String> =
        Job::new(settings(&given).into(), plan("reject"), at_once(8), source);
    job.start(at(0.0), 0.5);
    let mut pulled = 0;
    while let Some(action) = job.poll(at(0.0), 0.5) {
        match action {
            JobAction::Pull => {
                let id = format!("id-{pulled}");
                let next = Pulled {
                    id: BatchId::check(&id),
                    given: Some(id),
                };
                pulled += 1;
                job.pulled(next, at(0.0), 0.5);
            }
            JobAction::Call(call, Action::CallForCredential(_), _) => {
                let failed = Event::Credential(Err(Box::new(failure.clone())));
                job.handle(call, failed, at(0.0), 0.5);
            }
            _ => {}
        }
    }
    let report = job.report();
    let code = report.stopped.as_ref().map(|failure| failure.code);
    assert_eq!(code, Some(failure.code));
    assert_eq!((report.failed.len(), report.unsent), (12, 1_988));
}

/// A job of 2 000 ids on a server that refuses connections until `up_at` milliseconds have passed, after `before`
/// deletions. Returns it, its requests and its duration.
fn unreached(before: usize, up_at: f64, max_retries: u32) -> (Run, usize, f64) {
    let count = Cell::new(0);
    let api = Api::new(|call: &str, now| {
        count.set(count.get() + 1);
        let is_up = count.get() <= before || now - 1_000_000.0 >= up_at;
        let response = if is_up {
            Ok(deleted(id_of(call)))
        } else {
            Err(broken("ECONNREFUSED"))
        };
        (1, response)
    });
    let mut options = with_key();
    options.retries.max_retries = max_retries;
    let settings = settings(&options);
    let run = run(&api, &settings, &names(2_000), 8, plan("reject"));
    let (requests, ms) = (api.calls().len(), api.now.get() - 1_000_000.0);
    (run, requests, ms)
}

#[test]
fn a_server_that_is_down_stops_the_job_after_five_seconds() {
    for max_retries in [0, 2] {
        let (run, requests, ms) = unreached(0, f64::INFINITY, max_retries);
        assert_stopped(&run, 2_000, Code::Connection);
        assert!((5_000.0..8_000.0).contains(&ms), "{ms} ms");
        assert!(requests < 20, "{requests} requests");
    }
}

#[test]
fn a_server_that_is_down_gets_the_attempts_of_one_call() {
    let (run, requests, ms) = unreached(0, f64::INFINITY, 20);
    assert_stopped(&run, 2_000, Code::Connection);
    assert!((21..25).contains(&requests), "{requests} requests");
    assert!(ms > 8_000.0, "{ms} ms");
}

#[test]
fn a_server_that_begins_within_five_seconds_does_not_stop_the_job() {
    let (run, _, _) = unreached(0, 4_000.0, 5);
    assert!(run.report().stopped.is_none());
    assert_eq!(run.report().ends.deleted, 2_000);
}

#[test]
fn a_server_that_was_reached_before_has_a_minute() {
    let (run, _, ms) = unreached(1, f64::INFINITY, 2);
    assert_stopped(&run, 2_000, Code::Connection);
    assert!(ms >= 60_000.0, "{ms} ms");
    let (run, _, _) = unreached(1, 30_000.0, 2);
    assert!(run.report().stopped.is_none());
}
