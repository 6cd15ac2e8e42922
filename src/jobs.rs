//! Many batches: `deleteBatches`, `cancelBatches`, `purgeBatches`. `pkg/run/job.js` is their loop.

use crate::border::{
    FILTER, FILTERED, Given, KEEP_PAGE, OPEN, OPENED, REPORT_ATTEMPT, action, begin, plain,
    read_event, read_request, timer, with_value,
};
use crate::options::deletion::deletion;
use crate::options::jobs::{concurrency, purge};
use crate::options::table::{CANCELATION, Id, Options, PURGE, Set};
use crate::options::value::{Encoded, UNDEFINED};
use crate::report;
use crate::request::Caller;
use crate::response::Body;
use js_sys::Date;
use policy::base::error::{Failure, Result};
use policy::base::time::{MonotonicTime, WallTime};
use policy::call::deletion_options::IfMissing;
use policy::internal::strings::concat;
use policy::jobs::actions::{JobAction, JobEnd, JobGoal, Source};
use policy::jobs::batch_stream::BatchStream;
use policy::jobs::job::Job;
use policy::jobs::purge::Purge;
use policy::jobs::report::Pulled;
use std::sync::Arc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

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
/// After `OPENED`: begin the job.
const STARTED: u32 = 18;
/// Return the next action.
const POLLED: u32 = 19;
/// The caller's `drain` is aborted: end the job in an orderly way. No action is returned.
const DRAINED: u32 = 20;
/// The caller's code has aborted or thrown: end the job at once. The report is returned; actions follow.
const INTERRUPTED: u32 = 21;

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

/// A job that has not ended.
pub(crate) struct Running {
    job: Job<Body>,
    caller: Caller,
    total_timeout: Option<u32>,
    reports_progress: bool,
}

impl Running {
    /// `length` is the number of the caller's ids, negative if it is unknown.
    pub(crate) fn read(
        options: &Options<'_>,
        kept: &JsValue,
        set: Set,
        length: f64,
    ) -> Result<Self> {
        let today = WallTime::exactly(Date::now());
        let purge = (set == PURGE).then(|| purge(options, today));
        let purge = purge.transpose()?;
        let (settings, caller) = read_request(options, kept)?;
        let total_timeout = settings.total_timeout();
        let settings = Arc::new(settings);
        let source = match purge {
            None => {
                // Saturates.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                Source::Caller((length >= 0.0).then_some(length as u32))
            }
            Some(Purge { query, dry_run }) => {
                query.unless_secret(settings.secrets())?;
                let batches = BatchStream::new(Arc::clone(&settings), query, true, today);
                Source::List(Box::new(batches), dry_run)
            }
        };
        let deletion = deletion(options, IfMissing::Ignore);
        let goal = if set == CANCELATION {
            JobGoal::Cancel(deletion.if_missing)
        } else {
            deletion.into()
        };
        Ok(Self {
            job: Job::new(settings, goal, concurrency(options)?, source),
            caller,
            total_timeout,
            reports_progress: options.get(Id::OnProgress).is_function(),
        })
    }

    pub(crate) fn step(&mut self, number: u32, given: Given<'_>) -> JsValue {
        let (now, random) = (given.now, given.random);
        let job = &mut self.job;
        match given.event {
            OPEN => return plain(number, OPENED, self.total_timeout.map_or(-1, timer)),
            STARTED => job.start(now, random),
            POLLED => {}
            PULLED => {
                job.pulled(pulled(given.detail), now, random);
            }
            SOURCE_ENDED => job.source_ended(JobEnd::Complete, now, random),
            SOURCE_FAILED => job.source_ended(JobEnd::SourceFailed, now, random),
            FILTERED => job.filtered(!given.detail.is_empty(), now, random),
            TURNED => job.turned(now, random),
            WAKE_TIME => job.woke(now, random),
            TOTAL_TIME => job.timed_out(now, random),
            DRAINED => {
                job.drain(now, random);
                return JsValue::UNDEFINED;
            }
            INTERRUPTED => {
                job.interrupt(now, random);
                return report::summary(job);
            }
            _ => {
                let of = given.of;
                job.handle(of, read_event(given, &self.caller), now, random);
            }
        }
        self.next(number, now, random)
    }

    fn next(&mut self, number: u32, now: MonotonicTime, random: f64) -> JsValue {
        while let Some(next) = self.job.poll(now, random) {
            return match next {
                JobAction::Pull => plain(number, PULL, -1),
                JobAction::Filter(document) => with_value(number, FILTER, &document.into()),
                JobAction::Call(call, next, limit_ms) => {
                    begin(call, next, limit_ms, "", &self.caller)
                }
                JobAction::Page(page) => with_value(number, KEEP_PAGE, page.exchange()),
                JobAction::Wake(ms) => plain(number, WAKE, timer(ms)),
                JobAction::Attempt(_) if !self.caller.reports_attempts => continue,
                JobAction::Attempt(attempt) => {
                    with_value(number, REPORT_ATTEMPT, &report::attempt(&attempt))
                }
                JobAction::Report(_) if !self.reports_progress => continue,
                JobAction::Report(report) => {
                    let (outcome, progress) = &*report;
                    let cancels = self.job.cancels();
                    let progress = report::progress(outcome, progress, cancels);
                    with_value(number, REPORT_PROGRESS, &progress)
                }
                JobAction::Finished(end) => self.finished(number, &end),
                // `JobAction::Turn`, the last one of the version that Cargo.toml names.
                _ => plain(number, TURN, -1),
            };
        }
        JsValue::UNDEFINED
    }

    fn finished(&self, number: u32, end: &JobEnd) -> JsValue {
        let report = report::summary(&self.job);
        match end {
            JobEnd::Complete => with_value(number, FINISHED, &report),
            JobEnd::SourceFailed => action(number, SOURCE_THREW, -1, &JsValue::UNDEFINED, &report),
            JobEnd::Failed(failure) => {
                action(number, JOB_FAILED, -1, &report::failure(failure), &report)
            }
        }
    }
}

fn pulled(detail: &str) -> Pulled {
    let value = Encoded(detail).value().unwrap_or(UNDEFINED);
    Pulled {
        id: value.batch_id("id"),
        given: value.text().map(str::to_owned),
    }
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
