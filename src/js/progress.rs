//! What a job tells JavaScript: its progress, and its report at the end.

use crate::jobs::report::{Outcome, Standing, Status, Stop, Tally};
use crate::js::results::{self, error, set};
use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::JsValue;

/// The caller's `onProgress`, and what it is told.
pub(crate) struct Teller<'a> {
    pub(crate) on_progress: Option<Function>,
    pub(crate) tally: &'a Tally,
    pub(crate) length: Option<u32>,
}

impl Teller<'_> {
    /// Tells an outcome. What the function throws ends the job.
    pub(crate) fn tell(
        &self,
        outcome: &Outcome,
        standing: &Standing,
    ) -> std::result::Result<(), JsValue> {
        let Some(tell) = &self.on_progress else {
            return Ok(());
        };
        let progress = counts(self.tally, self.tally.failed.borrow().len());
        set(&progress, "done", &self.tally.done().into());
        if let Some(length) = self.length {
            let total = length.saturating_sub(standing.repeated);
            set(&progress, "total", &total.into());
        }
        set(&progress, "inFlight", &standing.in_flight.into());
        if let Some(until) = standing.paused_until {
            set(&progress, "pausedUntil", &until.into());
        }
        set(&progress, "ratePerSecond", &standing.rate_per_second.into());
        set(&progress, "outcome", &outcome_object(outcome));
        tell.call1(&JsValue::UNDEFINED, &progress).map(|_| ())
    }
}

fn outcome_object(outcome: &Outcome) -> JsValue {
    let (status, failure) = match &outcome.status {
        Status::Deleted => ("deleted", None),
        Status::Missing => ("missing", None),
        Status::Failed(failure) => ("failed", Some(failure)),
    };
    let object = of_batch(outcome.id.as_deref(), outcome.index);
    set(&object, "status", &status.into());
    if let Some(failure) = failure {
        set(&object, "error", &error(failure));
    }
    object.into()
}

fn of_batch(id: Option<&str>, index: u32) -> Object {
    let object = Object::new();
    set(&object, "id", &id.map_or(JsValue::UNDEFINED, Into::into));
    set(&object, "index", &index.into());
    object
}

fn counts(tally: &Tally, failed: impl Into<JsValue>) -> Object {
    let object = Object::new();
    set(&object, "deleted", &tally.deleted.get().into());
    set(&object, "missing", &tally.missing.get().into());
    set(&object, "failed", &failed.into());
    object
}

/// The report of a job, whether it came to its end or not.
pub(crate) fn report(tally: &Tally, dry: bool) -> JsValue {
    let failed = Array::new();
    for batch in &*tally.failed.borrow() {
        let object = of_batch(batch.id.as_deref(), batch.index);
        set(&object, "error", &error(&batch.failure));
        failed.push(&object);
    }
    let report = counts(tally, failed);
    set(&report, "total", &tally.done().into());
    if dry {
        set(&report, "dryRun", &JsValue::TRUE);
    }
    report.into()
}

/// Why a job's promise rejects, and how far the job came.
pub(crate) fn stopped(stop: Stop<JsValue>, report: &JsValue) -> JsValue {
    let envelope = match stop {
        Stop::Failure(failure) => results::failure(&failure),
        Stop::Thrown(thrown) => results::reason(&thrown),
    };
    set(&envelope, "report", report);
    envelope
}
