//! Options from JSON, and results, reports and errors as JSON, with the names of the npm package.

use policy::base::batch::State;
use policy::base::error::{Cause, Result};
use policy::base::headers::Headers;
use policy::client::{DeletedBatch, JobError, JobReport, ListOptions, MessageBatch};
use policy::jobs::report::{Ends, Outcome, Progress, Status};
use policy::options::selection::{Limit, Selection};
use policy::{AnthropicBeta, Attempt, DeletionOptions, Failure, IfMissing, IfProcessing, Settings};
use serde_json::{Map, Value, json};
use std::time::Duration;

pub(crate) fn betas() -> Vec<&'static str> {
    AnthropicBeta::ALL
        .iter()
        .map(AnthropicBeta::as_str)
        .collect()
}

pub(crate) fn number(options: &Value, name: &str) -> Option<u32> {
    options[name].as_u64()?.try_into().ok()
}

pub(crate) fn duration(options: &Value, name: &str) -> Option<Duration> {
    options[name].as_u64().map(Duration::from_millis)
}

pub(crate) fn settings(options: &Value) -> Result<Settings> {
    let string = |name: &str| options[name].as_str();
    let mut builder = Settings::builder();
    if let Some(key) = string("apiKey") {
        builder = builder.api_key(key);
    }
    if let Some(token) = string("authToken") {
        builder = builder.auth_token(token);
    }
    if options.get("apiKey").is_some_and(Value::is_null) {
        builder = builder.no_credential();
    }
    if let Some(url) = string("baseURL") {
        builder = builder.base_url(url);
    }
    for flag in options["betas"].as_array().into_iter().flatten() {
        builder = builder.beta(AnthropicBeta::from(flag.as_str().unwrap()));
    }
    if let Some(id) = string("workspaceId") {
        builder = builder.workspace_id(id);
    }
    if let Some(version) = string("anthropicVersion") {
        builder = builder.anthropic_version(version);
    }
    for pair in options["headers"].as_array().into_iter().flatten() {
        let name = pair[0].as_str().unwrap();
        builder = match pair[1].as_str() {
            Some(value) => builder.header(name, value),
            None => builder.without_header(name),
        };
    }
    if let Some(retries) = number(options, "maxRetries") {
        builder = builder.max_retries(retries);
    }
    if let Some(delay) = duration(options, "maxRetryDelay") {
        builder = builder.max_retry_delay(delay);
    }
    if let Some(limit) = duration(options, "timeout") {
        builder = builder.timeout(limit);
    }
    if let Some(limit) = duration(options, "totalTimeout") {
        builder = builder.total_timeout(limit);
    }
    builder.build()
}

pub(crate) fn deletion(options: &Value) -> DeletionOptions {
    let mut deletion = DeletionOptions::default()
        .if_processing(match options["ifProcessing"].as_str() {
            Some("wait") => IfProcessing::Wait,
            Some("cancel") => IfProcessing::Cancel,
            _ => IfProcessing::Reject,
        })
        .if_missing(match options["ifMissing"].as_str() {
            Some("ignore") => IfMissing::Ignore,
            _ => IfMissing::Reject,
        });
    if let Some(pause) = duration(options, "pollInterval") {
        deletion = deletion.poll_interval(pause);
    }
    deletion
}

pub(crate) fn selection(options: &Value) -> Selection {
    let limit = |name: &str| {
        let time = |kind: &str| options[name][kind].as_f64();
        time("age").map(Limit::Age).or(time("at").map(Limit::At))
    };
    let mut selection = Selection::default();
    selection.ended_before = limit("endedBefore");
    selection.created_before = limit("createdBefore");
    selection.status = options["status"].as_str().map(|it| State::read(Some(it)));
    selection
}

pub(crate) fn list(options: &Value) -> ListOptions {
    let mut list = ListOptions::default().selection(selection(options));
    if let Some(id) = options["after"].as_str() {
        list = list.after(id);
    }
    if let Some(limit) = number(options, "limit") {
        list = list.limit(limit);
    }
    if let Some(size) = number(options, "pageSize") {
        list = list.page_size(size);
    }
    list
}

pub(crate) fn deleted(deleted: &DeletedBatch) -> Value {
    json!({ "id": deleted.id, "requestId": deleted.request_id })
}

pub(crate) fn batch(batch: &MessageBatch) -> Value {
    serde_json::from_str(&batch.json).unwrap()
}

/// Makes the data of a `BatchError`. Absent fields are left out.
pub(crate) fn error(failure: &Failure) -> Value {
    let mut data = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            data.insert(name.into(), value);
        }
    };
    set("code", failure.code.as_str().into());
    set("message", failure.message.as_str().into());
    set("attempts", failure.attempts.into());
    set("retryable", failure.retryable.into());
    set("maybeApplied", failure.maybe_applied.into());
    set("option", failure.option.as_deref().into());
    set("status", failure.status.into());
    set("type", failure.api_type.as_deref().into());
    set("errorCode", failure.error_code.as_deref().into());
    set("requestId", failure.request_id.as_deref().into());
    set("retryAfterMs", failure.retry_after_ms.into());
    set(
        "headers",
        failure.headers.as_ref().map(Headers::lines).into(),
    );
    let body = failure.body.as_ref();
    set(
        "body",
        body.map(|it| json!({ "text": it.text, "json": it.json }))
            .into(),
    );
    set("cause", cause(failure.cause.as_deref()));
    data.into()
}

fn cause(found: Option<&Cause>) -> Value {
    let Some(found) = found else {
        return Value::Null;
    };
    let inner = cause(found.cause.as_deref());
    json!({ "name": found.name, "message": found.message, "cause": inner })
}

pub(crate) fn attempt(attempt: &Attempt) -> Value {
    json!({
        "id": attempt.id,
        "method": attempt.method,
        "attempt": attempt.attempt,
        "status": attempt.status,
        "error": attempt.error.as_deref().map(error),
        "requestId": attempt.request_id,
        "delayMs": attempt.delay_ms,
    })
}

fn counts(ends: Ends) -> Value {
    json!({
        "deleted": ends.deleted,
        "canceled": ends.canceled,
        "ended": ends.ended,
        "missing": ends.missing,
    })
}

pub(crate) fn outcome(outcome: &Outcome, progress: &Progress) -> Value {
    let (status, failure) = match &outcome.status {
        Status::Deleted => ("deleted", None),
        Status::Canceled => ("canceled", None),
        Status::Ended => ("ended", None),
        Status::Missing => ("missing", None),
        Status::Failed(failure) => ("failed", Some(error(failure))),
    };
    json!({
        "ends": counts(progress.ends),
        "failed": progress.failed,
        "total": progress.total,
        "inFlight": progress.in_flight,
        "ratePerSecond": progress.rate_per_second,
        "clockDifferenceMs": progress.clock_difference,
        "outcome": {
            "id": outcome.id,
            "index": outcome.index,
            "status": status,
            "requestId": outcome.request_id,
            "error": failure,
        },
    })
}

pub(crate) fn report(report: &JobReport) -> Value {
    let failed = report.failed.iter();
    let failed =
        failed.map(|it| json!({ "id": it.id, "index": it.index, "error": error(&it.failure) }));
    let odd = report.unjudged.first.iter();
    let odd = odd.map(|it| json!({ "index": it.index, "id": it.id, "field": it.field }));
    json!({
        "ends": counts(report.ends),
        "failed": failed.collect::<Vec<_>>(),
        "unsent": report.unsent,
        "stopped": report.stopped.as_deref().map(error),
        "drained": report.drained,
        "clockDifferenceMs": report.clock_difference,
        "oldest": report.plan.oldest,
        "newest": report.plan.newest,
        "sample": report.plan.sample,
        "unjudged": odd.collect::<Vec<_>>(),
        "unjudgedTotal": report.unjudged.total,
    })
}

pub(crate) fn job_error(job: &JobError) -> Value {
    let mut data = error(&job.failure);
    data["report"] = report(&job.report);
    data
}

/// Sends a request as reqwest does without this package, and returns the end of it.
pub(crate) async fn fetch(options: &Value, url: &str) -> Value {
    let method = options["method"].as_str().unwrap().parse().unwrap();
    let redirect = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().redirect(redirect).build();
    let sent = client.unwrap().request(method, url).send().await;
    sent.unwrap().text().await.unwrap().into()
}
