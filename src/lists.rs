//! The exports for `listBatches`. `pkg/run/list.js` is its loop.

use crate::border::{
    ABORTED, FILTER, FILTERED, KEEP_PAGE, NOT_OPEN, REPORT_ATTEMPT, action, begin, failed, plain,
    read_event, read_request, with_value,
};
use crate::options::jobs::list;
use crate::options::table::{LIST, Options};
use crate::options::value::Encoded;
use crate::report;
use crate::request::Caller;
use crate::response::Body;
use js_sys::Date;
use policy::base::error::Result;
use policy::base::time::{MonotonicTime, WallTime};
use policy::call::events::{Attempt, Output};
use policy::internal::slots::Slots;
use policy::jobs::batch_stream::{BatchStream, FetchStep, StreamAction};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// Continue: at first, and after [`BATCH`], [`KEEP_PAGE`] and [`REPORT_ATTEMPT`].
const CONTINUED: u32 = 0;

/// Yield the document that has the number `value`.
const BATCH: u32 = 18;
/// The list has ended.
const LIST_ENDED: u32 = 19;

/// A list that is read.
struct Reading {
    batches: BatchStream,
    caller: Caller,
    deadline: Option<MonotonicTime>,
    /// The actions before the next request.
    ahead: VecDeque<Ahead>,
}

enum Ahead {
    Attempt(Box<Attempt>),
    Page(Body),
    Next(StreamAction<Body>),
}

thread_local! {
    /// Empty while its list takes a step: the caller's `fetch` may open other calls.
    static LISTS: RefCell<Slots<Option<Reading>>> = const { RefCell::new(Slots::new()) };
}

/// Opens a list, which `totalTimeout` bounds from now on, and returns its first action.
#[wasm_bindgen(js_name = openList, skip_typescript)]
#[must_use]
pub fn open_list(
    arguments: &str,
    kept: &JsValue,
    is_aborted: bool,
    now: f64,
    random: f64,
) -> JsValue {
    let reading = match read(arguments, kept, MonotonicTime::exactly(now)) {
        Ok(_) if is_aborted => return plain(NOT_OPEN, ABORTED, -1),
        Ok(reading) => reading,
        Err(failure) => return failed(NOT_OPEN, &failure),
    };
    let number = LISTS.with_borrow_mut(|lists| lists.insert(Some(reading)));
    step_list(number, CONTINUED, "", JsValue::UNDEFINED, now, random)
}

fn read(arguments: &str, kept: &JsValue, now: MonotonicTime) -> Result<Reading> {
    let options = Options::read(Encoded(arguments), LIST)?;
    let query = list(&options)?;
    let (settings, caller) = read_request(&options, kept)?;
    query.unless_secret(settings.secrets())?;
    let settings = Arc::new(settings);
    let today = WallTime::exactly(Date::now());
    Ok(Reading {
        deadline: settings.deadline(now),
        batches: BatchStream::new(settings, query, false, today),
        caller,
        ahead: VecDeque::new(),
    })
}

/// Passes an event to a list, and returns its next action.
#[wasm_bindgen(js_name = stepList, skip_typescript)]
#[must_use]
pub fn step_list(
    number: u32,
    event: u32,
    detail: &str,
    exchange: JsValue,
    now: f64,
    random: f64,
) -> JsValue {
    let reading = LISTS.with_borrow_mut(|lists| lists.take(number));
    let Some(mut reading) = reading else {
        return plain(number, LIST_ENDED, -1);
    };
    let now = MonotonicTime::exactly(now);
    let next = match event {
        CONTINUED => reading.next(now, random),
        FILTERED => {
            let takes = !detail.is_empty();
            let wanted = reading
                .batches
                .on_filter_result(takes, reading.deadline, now, random);
            reading.want(wanted)
        }
        _ => {
            let event = read_event(event, detail, exchange, &reading.caller);
            let fetched = reading.batches.on_event(event, now, random);
            reading.fetched(fetched, now, random)
        }
    };
    let begun = reading.begin(number, next, now);
    LISTS.with_borrow_mut(|lists| lists.put_back(number, reading));
    begun
}

/// Forgets a list. JavaScript has aborted its request.
#[wasm_bindgen(js_name = closeList, skip_typescript)]
pub fn close_list(number: u32) {
    let _ = LISTS.with_borrow_mut(|lists| lists.remove(number));
}

impl Reading {
    fn next(&mut self, now: MonotonicTime, random: f64) -> Ahead {
        if let Some(ahead) = self.ahead.pop_front() {
            return ahead;
        }
        let wanted = self.batches.next_action(self.deadline, now, random);
        self.want(wanted)
    }

    /// Returns the wanted action, or the report of an attempt that comes before.
    fn want(&mut self, mut wanted: StreamAction<Body>) -> Ahead {
        if let StreamAction::Call(output) = &mut wanted
            && let Some(attempt) = output.attempt.take()
            && self.caller.reports_attempts
        {
            self.ahead.push_back(Ahead::Next(wanted));
            return Ahead::Attempt(attempt);
        }
        Ahead::Next(wanted)
    }

    fn fetched(&mut self, fetched: FetchStep<Body>, now: MonotonicTime, random: f64) -> Ahead {
        let ended = match fetched {
            FetchStep::Act(output) => return self.want(StreamAction::Call(output)),
            FetchStep::Ended(ended) => ended,
        };
        if let Some(response) = ended.response {
            self.ahead.push_back(Ahead::Page(response.content));
        }
        if let Some(attempt) = ended.attempt.filter(|_| self.caller.reports_attempts) {
            self.ahead.push_back(Ahead::Attempt(attempt));
        }
        if let Some(failure) = ended.error {
            self.ahead
                .push_back(Ahead::Next(StreamAction::Failed(failure)));
        }
        self.next(now, random)
    }

    fn begin(&mut self, number: u32, next: Ahead, now: MonotonicTime) -> JsValue {
        match next {
            Ahead::Attempt(attempt) => {
                with_value(number, REPORT_ATTEMPT, &report::attempt(&attempt))
            }
            Ahead::Page(page) => with_value(number, KEEP_PAGE, page.exchange()),
            Ahead::Next(StreamAction::Call(output)) => {
                let Output {
                    action, limit_ms, ..
                } = *output;
                begin(number, action, limit_ms, "", &self.caller)
            }
            Ahead::Next(StreamAction::Filter(document)) => {
                // Within the longest time of a timer, and negative without a limit.
                #[allow(clippy::cast_possible_truncation)]
                let ms = self.deadline.map_or(-1, |end| {
                    (end.as_millis() - now.as_millis()).max(0.0).ceil() as i32
                });
                action(number, FILTER, ms, &document.into(), &JsValue::UNDEFINED)
            }
            Ahead::Next(StreamAction::Batch(listed)) => {
                with_value(number, BATCH, &listed.number.into())
            }
            Ahead::Next(StreamAction::End) => plain(number, LIST_ENDED, -1),
            Ahead::Next(StreamAction::Failed(failure)) => failed(number, &failure),
        }
    }
}
