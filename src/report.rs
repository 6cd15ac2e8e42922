//! The policy's failures and reports as JavaScript's objects.

use js_sys::Object;
#[cfg(feature = "jobs")]
use js_sys::{Array, Date};
use policy::base::error::{Cause, Code, Failure, FailureBody};
use policy::base::headers::Headers;
use policy::call::events::Attempt;
#[cfg(feature = "jobs")]
use policy::http::response::Content;
use policy::internal::strings::concat;
#[cfg(feature = "jobs")]
use policy::jobs::batch_stream::{BatchStream, Odd};
#[cfg(feature = "jobs")]
use policy::jobs::job::Job;
#[cfg(feature = "jobs")]
use policy::jobs::report::{Ends, Outcome, Plan, Progress, Status};
#[cfg(feature = "jobs")]
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// An object of our own.
    type Properties;

    #[wasm_bindgen(method, indexing_setter)]
    fn set(this: &Properties, name: &str, value: &JsValue);

    /// Sets a string without a value of JavaScript's in between.
    #[wasm_bindgen(method, indexing_setter)]
    fn set_str(this: &Properties, name: &str, value: &str);

    /// Sets a number.
    #[wasm_bindgen(method, indexing_setter)]
    fn set_f64(this: &Properties, name: &str, value: f64);

    #[wasm_bindgen(method, indexing_getter)]
    fn get(this: &Properties, name: &str) -> JsValue;
}

/// Returns a property. On an object of our own this can't fail.
pub(crate) fn property(object: &JsValue, name: &str) -> JsValue {
    object.unchecked_ref::<Properties>().get(name)
}

pub(crate) fn new_object() -> JsValue {
    Object::new().into()
}

/// Sets a property. On an object of our own this can't fail.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    object.unchecked_ref::<Properties>().set(name, value);
}

fn set_string(object: &JsValue, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        object.unchecked_ref::<Properties>().set_str(name, value);
    }
}

fn set_number(object: &JsValue, name: &str, value: impl Into<f64>) {
    object
        .unchecked_ref::<Properties>()
        .set_f64(name, value.into());
}

/// Makes the deletion of a batch that is gone, as the API would have confirmed it.
pub(crate) fn gone(id: &str) -> JsValue {
    let deletion = new_object();
    set_string(&deletion, "id", Some(id));
    set_string(&deletion, "type", Some("message_batch_deleted"));
    deletion
}

/// Makes the argument of `onAttempt`.
pub(crate) fn attempt(attempt: &Attempt) -> JsValue {
    let data = new_object();
    set_string(&data, "id", attempt.id.as_deref());
    set_string(&data, "method", Some(attempt.method));
    set_number(&data, "attempt", attempt.attempt);
    if let Some(status) = attempt.status {
        set_number(&data, "status", status);
    }
    if let Some(error) = &attempt.error {
        set(&data, "error", &failure(error));
    }
    set_string(&data, "requestId", attempt.request_id.as_deref());
    if let Some(ms) = attempt.delay_ms {
        set_number(&data, "delayMs", ms);
    }
    data
}

/// Makes the data of a `BatchError`. Absent fields are left out.
pub(crate) fn failure(failure: &Failure) -> JsValue {
    let data = new_object();
    set_string(&data, "code", Some(failure.code.as_str()));
    match hint(failure.code) {
        Some(hint) => set_string(&data, "message", Some(&concat(&[&failure.message, hint]))),
        None => set_string(&data, "message", Some(&failure.message)),
    }
    set_number(&data, "attempts", failure.attempts);
    set(&data, "retryable", &failure.retryable.into());
    set(&data, "maybeApplied", &failure.maybe_applied.into());
    set_string(&data, "option", failure.option.as_deref());
    if let Some(status) = failure.status {
        set_number(&data, "status", status);
    }
    set_string(&data, "type", failure.api_type.as_deref());
    set_string(&data, "errorCode", failure.error_code.as_deref());
    set_string(&data, "requestId", failure.request_id.as_deref());
    if let Some(ms) = failure.retry_after_ms {
        set_number(&data, "retryAfterMs", ms);
    }
    set_string(
        &data,
        "headers",
        failure.headers.as_ref().map(Headers::lines),
    );
    if let Some(FailureBody { text, json }) = &failure.body {
        let body = new_object();
        set_string(&body, "text", Some(text));
        set(&body, "json", &(*json).into());
        set(&data, "body", &body);
    }
    if let Some(cause) = &failure.cause {
        set(&data, "cause", &cause_data(cause));
    }
    data
}

thread_local! {
    static IS_ENVIRONMENT_DENIED: Cell<bool> = const { Cell::new(false) };
}

/// From now on, errors of credentials say that the runtime did not permit a variable to be read. `core`, which counts
/// bytes, leaves that out.
pub(crate) fn explain_by_environment() {
    if cfg!(feature = "jobs") {
        IS_ENVIRONMENT_DENIED.set(true);
    }
}

/// Returns the end of a failure's message: there is no key, or the API refused one that is meant for the server that
/// `ANTHROPIC_BASE_URL` names.
fn hint(code: Code) -> Option<&'static str> {
    let may_explain = matches!(code, Code::MissingCredentials | Code::Authentication);
    (cfg!(feature = "jobs") && may_explain && IS_ENVIRONMENT_DENIED.get())
        .then_some("; reading the environment needs --allow-env")
}

fn cause_data(cause: &Cause) -> JsValue {
    let data = new_object();
    set_string(&data, "name", Some(&cause.name));
    set_string(&data, "message", Some(&cause.message));
    set_string(&data, "code", cause.code.as_deref());
    if let Some(inner) = &cause.cause {
        set(&data, "cause", &cause_data(inner));
    }
    data
}

/// By how many milliseconds the local clock is ahead of the API's.
#[cfg(feature = "jobs")]
const CLOCK_DIFFERENCE: &str = "clockDifferenceMs";

/// The counts of a job's progress, for JavaScript.
#[cfg(feature = "jobs")]
struct ProgressCounts<'a> {
    progress: &'a Progress,
    cancels: bool,
}

#[cfg(feature = "jobs")]
impl Serialize for ProgressCounts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Progress { ends, failed, .. } = *self.progress;
        let mut entries = serializer.serialize_map(None)?;
        // A second type of numbers would be a second copy of the code.
        let mut add = |name, value: f64| entries.serialize_entry(name, &value);
        let mut done = failed;
        for (name, count) in named(ends, self.cancels) {
            add(name, count.into())?;
            done += count;
        }
        add("failed", failed.into())?;
        add("done", done.into())?;
        if let Some(total) = self.progress.total {
            add("total", total.into())?;
        }
        add("inFlight", self.progress.in_flight.into())?;
        if let Some(ms) = self.progress.paused_ms {
            add("pausedUntil", Date::now() + ms)?;
        }
        add("ratePerSecond", self.progress.rate_per_second)?;
        if self.progress.unjudged > 0 {
            add("unjudged", self.progress.unjudged.into())?;
        }
        if let Some(ms) = self.progress.clock_difference {
            add(CLOCK_DIFFERENCE, ms)?;
        }
        entries.end()
    }
}

/// Returns the counts that a job has, by their names.
#[cfg(feature = "jobs")]
fn named(ends: Ends, cancels: bool) -> impl Iterator<Item = (&'static str, u32)> {
    let own = if cancels {
        [
            Some(("canceled", ends.canceled)),
            Some(("ended", ends.ended)),
        ]
    } else {
        [Some(("deleted", ends.deleted)), None]
    };
    own.into_iter().flatten().chain([("missing", ends.missing)])
}

/// Makes the argument of `onProgress`. An error in it is the data of one.
#[cfg(feature = "jobs")]
pub(crate) fn progress(outcome: &Outcome, progress: &Progress, cancels: bool) -> JsValue {
    let counts = ProgressCounts { progress, cancels };
    // As a map: the names of a struct's fields would be kept in a hash map.
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    let data = counts.serialize(&serializer);
    let data = data.unwrap_or_else(|_| new_object());
    set(&data, "outcome", &outcome_data(outcome));
    data
}

#[cfg(feature = "jobs")]
fn outcome_data(outcome: &Outcome) -> JsValue {
    let (status, error) = match &outcome.status {
        Status::Deleted => ("deleted", None),
        Status::Canceled => ("canceled", None),
        Status::Ended => ("ended", None),
        Status::Missing => ("missing", None),
        Status::Failed(error) => ("failed", Some(error)),
    };
    let data = id_and_index(outcome.id.as_deref(), outcome.index);
    set_string(&data, "status", Some(status));
    set_string(&data, "requestId", outcome.request_id.as_deref());
    if let Some(error) = error {
        set(&data, "error", &failure(error));
    }
    data
}

#[cfg(feature = "jobs")]
fn id_and_index(id: Option<&str>, index: u32) -> JsValue {
    let data = new_object();
    set(&data, "id", &id.map_or(JsValue::UNDEFINED, Into::into));
    set_number(&data, "index", index);
    data
}

/// Makes the report of a job, whether or not it has ended. Each error in it is the data of one.
#[cfg(feature = "jobs")]
pub(crate) fn summary<C: Content>(job: &Job<C>) -> JsValue {
    let (report, list) = (job.report(), job.list());
    let failed = Array::new();
    for batch in &report.failed {
        let data = id_and_index(batch.id.as_deref(), batch.index);
        set(&data, "error", &failure(&batch.failure));
        failed.push(&data);
    }
    let data = new_object();
    for (name, count) in named(report.ends, job.cancels()) {
        set_number(&data, name, count);
    }
    set(&data, "failed", &failed);
    set_number(&data, "unsent", report.unsent);
    let total = report.done().saturating_add(report.unsent);
    set_number(&data, "total", total);
    if let Some(error) = &report.stopped {
        set(&data, "stopped", &failure(error));
    }
    if let Some(ms) = list.and_then(BatchStream::clock_difference) {
        set_number(&data, CLOCK_DIFFERENCE, ms);
    }
    let unjudged = list.map(BatchStream::unjudged);
    if let Some(unjudged) = unjudged.filter(|unjudged| unjudged.total > 0) {
        let first = Array::new();
        for Odd { index, id, field } in &unjudged.first {
            let batch = new_object();
            set_number(&batch, "index", *index);
            set_string(&batch, "id", Some(&**id).filter(|id| !id.is_empty()));
            set_string(&batch, "field", Some(field));
            first.push(&batch);
        }
        set(&data, "unjudged", &first);
        set_number(&data, "unjudgedTotal", unjudged.total);
    }
    if report.drained {
        set(&data, "drained", &JsValue::TRUE);
    }
    if job.is_dry_run() {
        set(&data, "dryRun", &JsValue::TRUE);
        let Plan {
            oldest,
            newest,
            sample,
            ..
        } = &report.plan;
        for (name, ms) in [("oldest", oldest), ("newest", newest)] {
            if let Some(ms) = ms {
                let time = Date::new(&(*ms).into()).to_iso_string();
                set(&data, name, &time.into());
            }
        }
        let ids = sample.iter().map(|id| JsValue::from_str(id));
        set(&data, "sample", &ids.collect::<Array>());
    }
    data
}
