//! The jobs that end before their ids do, and their reports.

use crate::support::api::{Api, deleted};
use crate::support::changed;
use crate::support::job::{Run, at_once, id_of, names, plan, run};
use crate::support::responses::{error, json, object, plain, refused, status, with_end};
use crate::support::values::{settings, wall, with_key};
use policy::base::batch::{BatchSummary, Page, State};
use policy::base::error::{Cause, Code};
use policy::http::response::{BodyEnd, Payload, Response};
use policy::jobs::actions::{JobEnd, Source};
use policy::jobs::batch_stream::{BatchStream, ListQuery};
use policy::jobs::job::Job;
use policy::jobs::report::Pulled;
use policy::options::batch_id::BatchId;
use policy::options::selection::Selection;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

type Fetched = Result<Response<String>, Box<Cause>>;

/// The job has stopped: `failed` holds the ids that were tried, and the rest is counted.
pub(crate) fn assert_stopped(run: &Run, ids: u32, code: Code) {
    let report = run.report();
    let stopped = report.stopped.as_ref().expect("the job has stopped");
    assert_eq!(stopped.code, code);
    assert!(report.failed.iter().all(|batch| batch.failure.attempts > 0));
    assert_eq!(report.done() + report.unsent, ids);
    assert_eq!(run.outcomes.len(), report.done() as usize);
}

#[test]
fn a_failure_that_concerns_every_id_stops_the_job() {
    let responses: [(fn() -> Fetched, Code); 8] = [
        (
            || Ok(error(401, "authentication_error", "no")),
            Code::Authentication,
        ),
        (|| Ok(error(402, "billing_error", "pay")), Code::Http),
        (
            || Ok(error(403, "permission_error", "no")),
            Code::Permission,
        ),
        (|| Ok(status(307)), Code::Redirect),
        (
            || Ok(plain(200, "<html>sign in</html>")),
            Code::InvalidResponse,
        ),
        (
            || Err(Cause::new("Error", "Too many subrequests.".into())),
            Code::Connection,
        ),
        (
            || Err(Cause::new("NotCapable", "Requires net access".into())),
            Code::Connection,
        ),
        (
            || Err(Cause::new("TypeError", "Illegal invocation".into())),
            Code::Connection,
        ),
    ];
    for (response, code) in responses {
        let count = Cell::new(0);
        let api = Api::new(|call: &str, _| {
            count.set(count.get() + 1);
            let is_good = count.get() <= 100;
            (
                5,
                if is_good {
                    Ok(deleted(id_of(call)))
                } else {
                    response()
                },
            )
        });
        let run = run(
            &api,
            &settings(&with_key()),
            &names(2_000),
            8,
            plan("reject"),
        );
        assert_eq!(run.report().ends.deleted, 100, "{code:?}");
        assert!(
            api.calls().len() <= 100 + 12 + 8,
            "{} requests",
            api.calls().len()
        );
        assert_stopped(&run, 2_000, code);
    }
}

#[test]
fn such_failures_between_others_do_not_stop_the_job() {
    let count = Cell::new(0);
    let api = Api::new(|call: &str, _| {
        count.set(count.get() + 1);
        let response = match count.get() % 4 {
            0 => error(403, "permission_error", "not this one"),
            1 => error(401, "authentication_error", "no"),
            2 => error(400, "invalid_request_error", "no"),
            _ => deleted(id_of(call)),
        };
        (5, Ok(response))
    });
    let run = run(&api, &settings(&with_key()), &names(400), 2, plan("reject"));
    assert!(run.report().stopped.is_none());
    assert_eq!((run.report().done(), run.report().unsent), (400, 0));
}

#[test]
fn a_call_that_the_stop_of_the_job_cuts_short_does_not_count_as_another() {
    // The first waits for its batch to end, when the others are refused.
    let api = Api::new(|call: &str, _| {
        let id = id_of(call);
        let response = match call.split(' ').next().unwrap() {
            "GET" => object(id, "message_batch", Some("in_progress")),
            _ if id == "id-0" => refused(),
            _ => error(401, "authentication_error", "no"),
        };
        (5, Ok(response))
    });
    let run = run(&api, &settings(&with_key()), &names(50), 2, plan("wait"));
    assert_stopped(&run, 50, Code::Authentication);
    let failed = &run.report().failed;
    let first = failed.iter().find(|batch| batch.index == 0).unwrap();
    assert!(
        first
            .failure
            .message
            .starts_with("the job stopped before the next request, after: ")
    );
    assert_eq!(first.failure.attempts, 2);
}

#[test]
fn a_job_whose_ids_were_all_tried_has_not_stopped() {
    let api = Api::new(|_: &str, _| (5, Ok(error(401, "authentication_error", "no"))));
    let run = run(&api, &settings(&with_key()), &names(2), 2, plan("reject"));
    assert!(run.report().stopped.is_none());
    assert_eq!((run.report().failed.len(), run.report().unsent), (2, 0));
}

/// Purges everything of the list, one request at once.
fn purge(api: &Api<'_>) -> (Job<String>, JobEnd) {
    let settings = Arc::new(settings(&with_key()));
    let query = changed!(ListQuery {
        page_size: 100,
        after: None,
        selection: Selection::default(),
        has_filter: false,
        limit: None,
    });
    let batches = BatchStream::new(Arc::clone(&settings), query, true, wall(0.0));
    let source = Source::List(Box::new(batches), false);
    let job = Job::new(settings, plan("reject"), at_once(1), source);
    api.run(job, |_| None, |_, _| {})
}

#[test]
fn a_list_that_is_refused_fails_the_job_whatever_the_concurrency() {
    let (_, end) = purge(&Api::new(|_: &str, _| {
        (5, Ok(error(401, "authentication_error", "no")))
    }));
    assert!(matches!(end, JobEnd::Failed(failure) if failure.code == Code::Authentication));
}

#[test]
fn a_page_that_is_too_large_does_not_stop_the_job() {
    let sizes = RefCell::new(Vec::new());
    let (job, end) = purge(&Api::new(|call: &str, _| {
        if let Some((_, query)) = call.split_once("limit=") {
            sizes.borrow_mut().push(query.to_owned());
            let is_large = sizes.borrow().len() < 3;
            let page = json(
                200,
                "{}",
                Payload {
                    page: Some(Page {
                        has_more: false,
                        last_id: None,
                        batches: vec![BatchSummary {
                            id: "b1".into(),
                            state: State::Ended,
                            created_at: None,
                            ended_at: None,
                        }],
                    }),
                    ..Payload::default()
                },
            );
            let end = if is_large {
                BodyEnd::TooLarge
            } else {
                BodyEnd::Whole
            };
            return (5, Ok(with_end(page, end)));
        }
        (5, Ok(deleted(id_of(call))))
    }));
    assert!(matches!(end, JobEnd::Complete), "{end:?}");
    assert!(job.report().stopped.is_none());
    assert_eq!(
        (job.report().ends.deleted, sizes.borrow().join(",")),
        (1, "100,50,25".into())
    );
}

#[test]
fn a_stream_is_not_read_to_its_end_only_to_count_it() {
    let api = Api::new(|_: &str, _| (5, Ok(error(401, "authentication_error", "no"))));
    let pulled = Cell::new(0);
    let pull = |_: &Job<String>| {
        let index = pulled.replace(pulled.get() + 1);
        let id = format!("id-{index}");
        Some(Pulled {
            id: BatchId::check(&id),
            given: Some(id),
        })
    };
    let source = Source::Caller(None);
    let job = Job::new(
        settings(&with_key()).into(),
        plan("reject"),
        at_once(4),
        source,
    );
    let (job, end) = api.run(job, pull, |_, _| {});
    assert!(matches!(end, JobEnd::Complete));
    let report = job.report();
    assert_eq!(report.stopped.as_ref().unwrap().code, Code::Authentication);
    assert!(pulled.get() <= 12 + 4, "{} ids were pulled", pulled.get());
    assert_eq!(report.done() + report.unsent, pulled.get());
}
