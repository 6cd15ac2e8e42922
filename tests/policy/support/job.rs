//! Runs a job on a fake API, and keeps its reports.

use super::api::Api;
use super::responses::with_header;
use policy::base::error::Code;
use policy::call::deletion_options::DeletionOptions;
use policy::http::response::Response;
use policy::jobs::actions::{JobEnd, JobGoal, Source};
use policy::jobs::concurrency::Concurrency;
use policy::jobs::job::Job;
use policy::jobs::report::{Outcome, Progress, Pulled, Report, Status};
use policy::options::Settings;
use policy::options::batch_id::BatchId;
use std::sync::Arc;

pub(crate) fn id_of(call: &str) -> &str {
    let (_, id) = call.split_once(' ').unwrap();
    id.trim_end_matches("/cancel")
}

pub(crate) fn plan(if_processing: &str) -> DeletionOptions {
    super::world::plan(if_processing, "ignore")
}

pub(crate) fn at_once(requests: u32) -> Concurrency {
    Concurrency::check(requests).unwrap()
}

pub(crate) fn names(count: u32) -> Vec<String> {
    (0..count).map(|index| format!("id-{index}")).collect()
}

/// The result of a job.
pub(crate) struct Run {
    job: Job<String>,
    /// Each outcome: id, status, code.
    pub(crate) outcomes: Vec<(String, &'static str, Option<Code>)>,
    /// The counts after each outcome.
    pub(crate) progress: Vec<Progress>,
    /// The most ids that were pulled and had no outcome yet.
    pub(crate) most_ahead: u32,
}

impl Run {
    pub(crate) fn report(&self) -> &Report {
        self.job.report()
    }
}

/// The id of an outcome, its status, its code.
pub(crate) fn parts(outcome: &Outcome) -> (String, &'static str, Option<Code>) {
    let (status, code) = match &outcome.status {
        Status::Deleted => ("deleted", None),
        Status::Canceled => ("canceled", None),
        Status::Ended => ("ended", None),
        Status::Missing => ("missing", None),
        Status::Failed(failure) => ("failed", Some(failure.code)),
    };
    (outcome.id.clone().unwrap(), status, code)
}

pub(crate) fn run(
    api: &Api<'_>,
    settings: &Settings,
    ids: &[String],
    concurrency: u32,
    goal: impl Into<JobGoal>,
) -> Run {
    let mut outcomes = Vec::new();
    let mut progress = Vec::new();
    let mut most_ahead = 0;
    let mut rest = (0..).zip(ids);
    let pull = |job: &Job<String>| {
        let (index, id) = rest.next()?;
        most_ahead = most_ahead.max(index + 1 - job.report().done());
        Some(Pulled {
            given: Some(id.clone()),
            id: BatchId::check(id),
        })
    };
    let report = |outcome: &Outcome, after: &Progress| {
        outcomes.push(parts(outcome));
        progress.push(*after);
    };
    let source = Source::Caller(u32::try_from(ids.len()).ok());
    let job = Job::new(
        Arc::new(settings.clone()),
        goal,
        at_once(concurrency),
        source,
    );
    let (job, end) = api.run(job, pull, report);
    assert!(matches!(end, JobEnd::Complete), "{end:?}");
    Run {
        job,
        outcomes,
        progress,
        most_ahead,
    }
}

pub(crate) fn with_limit(
    response: Response<String>,
    limit: u32,
    remaining: u32,
) -> Response<String> {
    let response = with_header(
        response,
        "anthropic-ratelimit-requests-limit",
        &limit.to_string(),
    );
    let remaining = remaining.to_string();
    with_header(
        response,
        "anthropic-ratelimit-requests-remaining",
        &remaining,
    )
}
