//! The exports for many batches: `deleteBatches`, `purgeBatches`. `pkg/run/job.js` is their loop.

use crate::border::{
    FILTER, FILTERED, KEEP_PAGE, NOT_OPEN, OPENED, REPORT_ATTEMPT, action, begin, failed, plain,
    read_event, read_request, timer, with_value,
};
use crate::options::deletion::deletion;
use crate::options::jobs::{concurrency, purge};
use crate::options::table::{BULK, CANCELATION, Id, Options, PURGE, Set};
use crate::options::value::{Encoded, UNDEFINED};
use crate::report;
use crate::request::Caller;
use crate::response::Body;
use js_sys::Date;
use policy::base::error::{Failure, Result};
use policy::base::time::{MonotonicTime, WallTime};
use policy::call::deletion_options::IfMissing;
use policy::internal::slots::Slots;
use policy::internal::strings::concat;
use policy::jobs::actions::{JobAction, JobEnd, JobGoal, Source};
use policy::jobs::batch_stream::BatchStream;
use policy::jobs::job::Job;
use policy::jobs::purge::Purge;
use policy::jobs::report::Pulled;
use std::cell::RefCell;
use std::sync::Arc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// Begin the job. It must be the first event.
const STARTED: u32 = 0;
/// After [`PULL`]: an id. The detail is its value.
const PULLED: u32 = 8;
/// After [`PULL`]: the source has no more ids.
const SOURCE_ENDED: u32 = 9;
/// After [`PULL`] and [`FILTER`]: the caller's code has thrown. JavaScript keeps the value.
const SOURCE_FAILED: u32 = 10;
/// After [`TURN`].
const TURNED: u32 = 12;
/// After [`WAKE`].
const WAKE_TIME: u32 = 13;
/// `totalTimeout` is over.
const TOTAL_TIME: u32 = 14;

/// Pull the next id from the caller's iterator.
const PULL: u32 = 9;
/// Let the event loop turn once.
const TURN: u32 = 12;
/// Pass [`WAKE_TIME`] after `ms`; it replaces an earlier time.
const WAKE: u32 = 13;
/// Call the caller's `onProgress` with `value`. Nothing follows.
const REPORT_PROGRESS: u32 = 14;
/// Resolve with the report `value`.
const FINISHED: u32 = 15;
/// Reject with a `BatchError` of the data `value`; `more` is the report.
const JOB_FAILED: u32 = 16;
/// Reject with the value that the caller's code has thrown; `more` is the report.
const SOURCE_THREW: u32 = 17;

struct Running {
    job: Job<Body>,
    caller: Caller,
    reports_progress: bool,
}

thread_local! {
    /// Empty while its job takes a step: the caller's `fetch` may open other calls.
    static JOBS: RefCell<Slots<Option<Running>>> = const { RefCell::new(Slots::new()) };
}

/// Opens a job that deletes or cancels the batches of the caller's ids; `length` is the number of ids,
/// negative if it is unknown.
/// Returns `OPENED` or a failure. JavaScript must pass `STARTED`, or close the job.
#[wasm_bindgen(js_name = openIds, skip_typescript)]
#[must_use]
pub fn open_ids(arguments: &str, kept: &JsValue, length: f64, cancels: bool) -> JsValue {
    // Saturates.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let length = (length >= 0.0).then_some(length as u32);
    let set = if cancels { CANCELATION } else { BULK };
    open(arguments, kept, set, length)
}

/// Opens a job that deletes batches of the list.
#[wasm_bindgen(js_name = openPurge, skip_typescript)]
#[must_use]
pub fn open_purge(arguments: &str, kept: &JsValue) -> JsValue {
    open(arguments, kept, PURGE, None)
}

fn open(arguments: &str, kept: &JsValue, set: Set, length: Option<u32>) -> JsValue {
    match read(arguments, kept, set, length) {
        Ok((running, total)) => {
            let number = JOBS.with_borrow_mut(|jobs| jobs.insert(Some(running)));
            let ms = total.map_or(-1, timer);
            plain(number, OPENED, ms)
        }
        Err(failure) => failed(NOT_OPEN, &failure),
    }
}

/// Returns the job, and its `totalTimeout`.
fn read(
    arguments: &str,
    kept: &JsValue,
    set: Set,
    length: Option<u32>,
) -> Result<(Running, Option<u32>)> {
    let options = Options::read(Encoded(arguments), set)?;
    let today = WallTime::exactly(Date::now());
    let purge = (set == PURGE).then(|| purge(&options, today));
    let purge = purge.transpose()?;
    let (settings, caller) = read_request(&options, kept)?;
    let total = settings.total_timeout();
    let settings = Arc::new(settings);
    let source = match purge {
        None => Source::Caller(length),
        Some(Purge { query, dry_run }) => {
            query.unless_secret(settings.secrets())?;
            let batches = BatchStream::new(Arc::clone(&settings), query, true, today);
            Source::List(Box::new(batches), dry_run)
        }
    };
    let deletion = deletion(&options, IfMissing::Ignore);
    let goal = if set == CANCELATION {
        JobGoal::Cancel(deletion.if_missing)
    } else {
        deletion.into()
    };
    let running = Running {
        job: Job::new(settings, goal, concurrency(&options)?, source),
        caller,
        reports_progress: options.get(Id::OnProgress).is_function(),
    };
    Ok((running, total))
}

/// Returns the failure of ids that can't be iterated. `detail` describes them; it is empty
/// if their iterator can't be made.
#[wasm_bindgen(js_name = refuseIds, skip_typescript)]
#[must_use]
pub fn refuse_ids(detail: &str) -> JsValue {
    let found = match Encoded(detail).value() {
        Some(value) if !detail.is_empty() => value.kind(),
        _ => "one whose iterator can't be made".into(),
    };
    let problem = concat(&[
        "must be an iterable or async iterable of strings, not ",
        &found,
    ]);
    report::failure(&Failure::invalid_option("ids", &problem))
}

/// Passes an event to a job, or to a call of it, and returns the next action, if there is one.
#[wasm_bindgen(js_name = stepJob, skip_typescript)]
#[must_use]
pub fn step_job(
    number: u32,
    call: u32,
    event: u32,
    detail: &str,
    exchange: JsValue,
    now: f64,
    random: f64,
) -> JsValue {
    let now = MonotonicTime::exactly(now);
    with(number, |running| {
        let job = &mut running.job;
        match event {
            STARTED => job.start(now, random),
            PULLED => {
                job.pulled(pulled(detail), now, random);
            }
            SOURCE_ENDED => job.source_ended(JobEnd::Complete, now, random),
            SOURCE_FAILED => job.source_ended(JobEnd::SourceFailed, now, random),
            FILTERED => job.filtered(!detail.is_empty(), now, random),
            TURNED => job.turned(now, random),
            WAKE_TIME => job.woke(now, random),
            TOTAL_TIME => job.timed_out(now, random),
            _ => {
                let event = read_event(event, detail, exchange, &running.caller);
                job.handle(call, event, now, random);
            }
        }
        next(number, running, now, random)
    })
}

/// Returns the next action of a job; undefined if JavaScript has to wait.
#[wasm_bindgen(js_name = pollJob, skip_typescript)]
#[must_use]
pub fn poll_job(number: u32, now: f64, random: f64) -> JsValue {
    let now = MonotonicTime::exactly(now);
    with(number, |running| next(number, running, now, random))
}

/// Ends a job in an orderly way. JavaScript then polls.
#[wasm_bindgen(js_name = drainJob, skip_typescript)]
pub fn drain_job(number: u32, now: f64, random: f64) {
    let now = MonotonicTime::exactly(now);
    with(number, |running| {
        running.job.drain(now, random);
        JsValue::UNDEFINED
    });
}

/// Ends a job at once, because the caller's code has aborted or thrown. JavaScript then polls.
#[wasm_bindgen(js_name = interruptJob, skip_typescript)]
pub fn interrupt_job(number: u32, now: f64, random: f64) {
    let now = MonotonicTime::exactly(now);
    with(number, |running| {
        running.job.interrupt(now, random);
        JsValue::UNDEFINED
    });
}

/// Returns the report of a job that the caller's code has ended.
#[wasm_bindgen(js_name = reportOf, skip_typescript)]
#[must_use]
pub fn report_of(number: u32) -> JsValue {
    with(number, |running| report::summary(&running.job))
}

/// Forgets a job. JavaScript has aborted its requests.
#[wasm_bindgen(js_name = closeJob, skip_typescript)]
pub fn close_job(number: u32) {
    let _ = JOBS.with_borrow_mut(|jobs| jobs.remove(number));
}

fn with(number: u32, act: impl FnOnce(&mut Running) -> JsValue) -> JsValue {
    let running = JOBS.with_borrow_mut(|jobs| jobs.take(number));
    let Some(mut running) = running else {
        return JsValue::UNDEFINED;
    };
    let returned = act(&mut running);
    JOBS.with_borrow_mut(|jobs| jobs.put_back(number, running));
    returned
}

fn pulled(detail: &str) -> Pulled {
    let value = Encoded(detail).value().unwrap_or(UNDEFINED);
    Pulled {
        id: value.batch_id("id"),
        given: value.text().map(str::to_owned),
    }
}

fn next(number: u32, running: &mut Running, now: MonotonicTime, random: f64) -> JsValue {
    while let Some(next) = running.job.poll(now, random) {
        return match next {
            JobAction::Pull => plain(number, PULL, -1),
            JobAction::Filter(document) => with_value(number, FILTER, &document.into()),
            JobAction::Call(call, next, limit_ms) => {
                begin(call, next, limit_ms, "", &running.caller)
            }
            JobAction::Page(page) => with_value(number, KEEP_PAGE, page.exchange()),
            JobAction::Wake(ms) => plain(number, WAKE, timer(ms)),
            JobAction::Attempt(_) if !running.caller.reports_attempts => continue,
            JobAction::Attempt(attempt) => {
                with_value(number, REPORT_ATTEMPT, &report::attempt(&attempt))
            }
            JobAction::Report(_) if !running.reports_progress => continue,
            JobAction::Report(report) => {
                let (outcome, progress) = &*report;
                let cancels = running.job.cancels();
                let progress = report::progress(outcome, progress, cancels);
                with_value(number, REPORT_PROGRESS, &progress)
            }
            JobAction::Finished(end) => finished(number, &end, running),
            // `JobAction::Turn`, the last one of the version that Cargo.toml names.
            _ => plain(number, TURN, -1),
        };
    }
    JsValue::UNDEFINED
}

fn finished(number: u32, end: &JobEnd, running: &Running) -> JsValue {
    let report = report::summary(&running.job);
    match end {
        JobEnd::Complete => with_value(number, FINISHED, &report),
        JobEnd::SourceFailed => action(number, SOURCE_THREW, -1, &JsValue::UNDEFINED, &report),
        JobEnd::Failed(failure) => {
            action(number, JOB_FAILED, -1, &report::failure(failure), &report)
        }
    }
}
