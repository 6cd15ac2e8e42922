//! `listBatches`. `pkg/run/list.js` is its loop.

use crate::border::{
    FILTER, FILTERED, Given, KEEP_PAGE, REPORT_ATTEMPT, action, begin, failed, plain, read_event,
    read_request, with_value,
};
use crate::options::jobs::list;
use crate::options::table::Options;
use crate::report;
use crate::request::Caller;
use crate::response::Body;
use js_sys::Date;
use policy::base::error::Result;
use policy::base::time::{MonotonicTime, WallTime};
use policy::call::events::{Attempt, Output};
use policy::jobs::batch_stream::{BatchStream, FetchStep, StreamAction};
use std::collections::VecDeque;
use std::sync::Arc;
use wasm_bindgen::prelude::JsValue;

/// Continue: at first, and after [`BATCH`], [`KEEP_PAGE`] and [`REPORT_ATTEMPT`].
const CONTINUED: u32 = 0;

/// Yield the document that has the number `value`.
const BATCH: u32 = 18;
/// The list has ended.
const LIST_ENDED: u32 = 19;

/// A list that has not ended.
pub(crate) struct Reading {
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

impl Reading {
    pub(crate) fn read(options: &Options<'_>, kept: &JsValue, now: MonotonicTime) -> Result<Self> {
        let query = list(options)?;
        let (settings, caller) = read_request(options, kept)?;
        query.unless_secret(settings.secrets())?;
        let settings = Arc::new(settings);
        let today = WallTime::exactly(Date::now());
        Ok(Self {
            deadline: settings.deadline(now),
            batches: BatchStream::new(settings, query, false, today),
            caller,
            ahead: VecDeque::new(),
        })
    }

    pub(crate) fn step(&mut self, number: u32, given: Given<'_>) -> JsValue {
        let (now, random) = (given.now, given.random);
        let next = match given.event {
            CONTINUED => self.next(now, random),
            FILTERED => {
                let takes = !given.detail.is_empty();
                let wanted = self
                    .batches
                    .on_filter_result(takes, self.deadline, now, random);
                self.want(wanted)
            }
            _ => {
                let event = read_event(given, &self.caller);
                let fetched = self.batches.on_event(event, now, random);
                self.fetched(fetched, now, random)
            }
        };
        self.begin(number, next, now)
    }

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
