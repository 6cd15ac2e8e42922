//! A job, input by input: moments that a run to the end does not reach.

use crate::support::api::{Api, deleted};
use crate::support::job::{at_once, id_of, names, plan, run};
use crate::support::responses::{error, overloaded, with_header};
use crate::support::values::{at, settings, with, with_key};
use policy::base::error::Code;
use policy::call::events::{Action, Event};
use policy::http::response::Response;
use policy::jobs::actions::{JobAction, JobEnd, Source};
use policy::jobs::job::Job;
use policy::jobs::report::Pulled;
use policy::options::RequestOptions;
use policy::options::batch_id::BatchId;
use policy::options::credentials::{CredentialOption, Scheme};

fn job(given: &RequestOptions<'_>, concurrency: u32) -> Job<String> {
    let source = Source::Caller(None);
    Job::new(
        settings(given).into(),
        plan("reject"),
        at_once(concurrency),
        source,
    )
}

fn pull(job: &mut Job<String>, index: u32) {
    let id = format!("id-{index}");
    let pulled = Pulled {
        id: BatchId::check(&id),
        given: Some(id),
    };
    job.pulled(pulled, at(0.0), 0.5);
}

/// Returns the numbers of the calls that send a request now, and the end of the job, if it ends. The function for
/// the credential returns at once.
fn taken(job: &mut Job<String>) -> (Vec<u32>, Option<JobEnd>) {
    let (mut sending, mut ended) = (Vec::new(), None);
    while let Some(action) = job.poll(at(0.0), 0.5) {
        match action {
            JobAction::Call(number, Action::Send(_), _) => sending.push(number),
            JobAction::Call(number, Action::CallForCredential(_), _) => {
                job.handle(number, Event::Credential(Ok("k".into())), at(0.0), 0.5);
            }
            JobAction::Finished(end) => ended = Some(end),
            _ => {}
        }
    }
    (sending, ended)
}

fn respond(job: &mut Job<String>, number: u32, response: Response<String>) {
    job.handle(number, Event::Response(Box::new(response)), at(0.0), 0.5);
}

#[test]
fn an_id_that_arrives_after_the_stop_is_unsent() {
    let given = with(CredentialOption::Function(Scheme::ApiKey));
    let mut job = job(&given, 3);
    job.start(at(0.0), 0.5);
    let mut last = None;
    // Twelve failures in a row, the fewest that stop a job.
    for index in 0..15 {
        pull(&mut job, index);
        let (sending, ended) = taken(&mut job);
        assert!(ended.is_none());
        match (index, &sending[..]) {
            (0 | 1, [number]) => respond(&mut job, *number, deleted(&format!("id-{index}"))),
            (2, [number]) => last = Some(*number),
            (_, [number]) => respond(&mut job, *number, error(401, "authentication_error", "no")),
            _ => panic!("{index}: {sending:?}"),
        }
    }
    pull(&mut job, 15);
    pull(&mut job, 16);
    job.source_ended(JobEnd::Complete, at(0.0), 0.5);
    let after: Vec<_> = std::iter::from_fn(|| job.poll(at(0.0), 0.5)).collect();
    assert!(
        after
            .iter()
            .all(|action| !matches!(action, JobAction::Call(..))),
        "{after:?}"
    );
    respond(&mut job, last.unwrap(), deleted("id-2"));
    assert!(matches!(taken(&mut job), (_, Some(JobEnd::Complete))));
    let report = job.report();
    assert_eq!(report.stopped.as_ref().unwrap().code, Code::Authentication);
    assert_eq!(
        (report.ends.deleted, report.failed.len(), report.unsent),
        (3, 12, 2)
    );
}

fn within(total_timeout: u32) -> RequestOptions<'static> {
    RequestOptions {
        total_timeout: Some(total_timeout),
        ..with_key()
    }
}

#[test]
fn at_its_time_limit_a_job_ends_though_calls_have_not() {
    let mut job = job(&within(1_000), 2);
    job.start(at(0.0), 0.5);
    pull(&mut job, 0);
    assert!(matches!(&taken(&mut job), (sending, None) if sending.len() == 1));
    job.timed_out(at(1_000.0), 0.5);
    match taken(&mut job) {
        (_, Some(JobEnd::Failed(failure))) => assert_eq!(failure.code, Code::Timeout),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_time_limit_of_a_job_is_that_of_its_calls() {
    // The clock of the API begins far from zero.
    for (total_timeout, expected) in [(10_000, "deleted"), (4_000, "failed")] {
        let mut is_busy = true;
        let api = Api::new(|call: &str, _| {
            let busy = with_header(overloaded(), "retry-after-ms", "5000");
            let is_first = std::mem::replace(&mut is_busy, false);
            (5, Ok(if is_first { busy } else { deleted(id_of(call)) }))
        });
        let run = run(
            &api,
            &settings(&within(total_timeout)),
            &names(1),
            1,
            plan("reject"),
        );
        assert_eq!(run.outcomes[0].1, expected, "{total_timeout}");
    }
}

#[test]
fn ids_that_need_no_request_let_the_event_loop_turn_now_and_then() {
    let mut job = job(&with_key(), 2);
    job.start(at(0.0), 0.5);
    let mut pulls = 0;
    while let Some(action) = job.poll(at(0.0), 0.5) {
        match action {
            JobAction::Pull => {
                pulls += 1;
                assert!(pulls <= 1_000, "of one id again and again");
                pull(&mut job, 0);
            }
            JobAction::Turn => break,
            _ => {}
        }
    }
    assert_eq!(pulls, 1_000);
}
