//! One call: `deleteBatch`, `retrieveBatch`, `cancelBatch`. `pkg/run/call.js` is its loop.

use crate::border::{
    DELETE, Given, REPORT_ATTEMPT, REPORTED, RETRIEVE, action, begin, read_event, read_request,
};
use crate::options::deletion::deletion;
use crate::options::table::Options;
use crate::report;
use crate::request::Caller;
use crate::response::Body;
use policy::base::error::Result;
use policy::base::time::MonotonicTime;
use policy::call::deletion_options::IfMissing;
use policy::call::events::{Action, Goal};
use policy::call::machine::Call;
use policy::options::batch_id::BatchId;
use wasm_bindgen::prelude::JsValue;

/// A call that has not ended.
pub(crate) struct Calling {
    call: Call,
    caller: Caller,
    /// The action that follows the report of an attempt, and its limit.
    held: Option<(Action<Body>, Option<u32>)>,
    /// True once its last action is begun.
    pub(crate) has_ended: bool,
}

impl Calling {
    pub(crate) fn read(
        function: u32,
        id: BatchId,
        options: &Options<'_>,
        kept: &JsValue,
        now: MonotonicTime,
    ) -> Result<Self> {
        let (settings, caller) = read_request(options, kept)?;
        id.unless_secret("id", settings.secrets())?;
        let goal = match function {
            DELETE => Goal::Delete(id, deletion(options, IfMissing::Reject)),
            RETRIEVE => Goal::Retrieve(id),
            _ => Goal::Cancel(id),
        };
        Ok(Self {
            call: Call::new(settings.into(), goal, now),
            caller,
            held: None,
            has_ended: false,
        })
    }

    pub(crate) fn step(&mut self, number: u32, given: Given<'_>) -> JsValue {
        let (now, random) = (given.now, given.random);
        if given.event == REPORTED
            && let Some((next, limit_ms)) = self.held.take()
        {
            return self.perform(number, next, limit_ms);
        }
        let event = read_event(given, &self.caller);
        let output = self.call.handle(event, now, random);
        let Some(attempt) = output.attempt.filter(|_| self.caller.reports_attempts) else {
            return self.perform(number, output.action, output.limit_ms);
        };
        let is_last = is_final(&output.action);
        self.held = Some((output.action, output.limit_ms));
        let attempt = report::attempt(&attempt);
        action(number, REPORT_ATTEMPT, -1, &attempt, &is_last.into())
    }

    fn perform(&mut self, number: u32, next: Action<Body>, limit_ms: Option<u32>) -> JsValue {
        self.has_ended = is_final(&next);
        let id = self.call.batch_id().map_or("", BatchId::as_str);
        begin(number, next, limit_ms, id, &self.caller)
    }
}

fn is_final<C>(action: &Action<C>) -> bool {
    matches!(action, Action::Done(_) | Action::Failed(_))
}
