//! The objects that a job hands to JavaScript: its progress, and its report at the end.

use crate::js::ids::Ids;
use crate::js::results::{error, set};
use js_sys::{Array, Object};
use policy::jobs::batch_stream::Unjudged;
use policy::jobs::report::{Outcome, Progress, Report, Status};
use wasm_bindgen::prelude::JsValue;

/// The argument of `onProgress`.
pub(crate) fn progress(outcome: &Outcome, progress: &Progress, ids: Option<&Ids>) -> JsValue {
    let done = progress.deleted + progress.missing + progress.failed;
    let object = counts(progress.deleted, progress.missing, &progress.failed.into());
    set(&object, "done", &done.into());
    if let Some(total) = progress.total {
        set(&object, "total", &total.into());
    }
    set(&object, "inFlight", &progress.in_flight.into());
    if let Some(ms) = progress.paused_ms {
        let until = js_sys::Date::now() + ms;
        set(&object, "pausedUntil", &until.into());
    }
    set(&object, "ratePerSecond", &progress.rate_per_second.into());
    if progress.unjudged > 0 {
        set(&object, "unjudged", &progress.unjudged.into());
    }
    set(&object, "outcome", &outcome_object(outcome, ids));
    object.into()
}

fn outcome_object(outcome: &Outcome, ids: Option<&Ids>) -> JsValue {
    let (status, failure) = match &outcome.status {
        Status::Deleted => ("deleted", None),
        Status::Missing => ("missing", None),
        Status::Failed(failure) => ("failed", Some(failure)),
    };
    let object = of_batch(outcome.id.as_deref(), outcome.index, ids);
    set(&object, "status", &status.into());
    if let Some(failure) = failure {
        set(&object, "error", &error(failure));
    }
    object.into()
}

fn of_batch(id: Option<&str>, index: u32, ids: Option<&Ids>) -> Object {
    let object = Object::new();
    let given = ids.and_then(|ids| ids.odd(index)).cloned();
    let id = given.unwrap_or_else(|| id.map_or(JsValue::UNDEFINED, Into::into));
    set(&object, "id", &id);
    set(&object, "index", &index.into());
    object
}

fn counts(deleted: u32, missing: u32, failed: &JsValue) -> Object {
    let object = Object::new();
    set(&object, "deleted", &deleted.into());
    set(&object, "missing", &missing.into());
    set(&object, "failed", failed);
    object
}

/// The report of a job, whether it came to its end or not.
pub(crate) fn report(
    report: &Report,
    ids: Option<&Ids>,
    unjudged: Option<&Unjudged>,
    dry_run: bool,
) -> JsValue {
    let failed = Array::new();
    for batch in &report.failed {
        let object = of_batch(batch.id.as_deref(), batch.index, ids);
        set(&object, "error", &error(&batch.failure));
        failed.push(&object);
    }
    let object = counts(report.deleted, report.missing, &failed);
    set(&object, "unsent", &report.unsent.into());
    let total = report.done().saturating_add(report.unsent);
    set(&object, "total", &total.into());
    if let Some(failure) = &report.stopped {
        set(&object, "stopped", &error(failure));
    }
    if let Some(unjudged) = unjudged.filter(|unjudged| unjudged.total > 0) {
        let first = Array::new();
        for (id, field) in &unjudged.first {
            let batch = Object::new();
            set(&batch, "id", &id.into());
            set(&batch, "field", &(*field).into());
            first.push(&batch);
        }
        set(&object, "unjudged", &first);
        set(&object, "unjudgedTotal", &unjudged.total.into());
    }
    if dry_run {
        set(&object, "dryRun", &JsValue::TRUE);
    }
    object.into()
}
