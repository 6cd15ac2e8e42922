//! A job: the task that drives its machine.

use crate::js::abort::Signal;
use crate::js::driver::{self, Incoming, Kind, Task, moment, next_turn};
use crate::js::fetch::Io;
use crate::js::functions::{Functions, Promised};
use crate::js::ids::{Ids, Pull};
use crate::js::job_options::{JobOptions, read_bulk, read_purge};
use crate::js::list::{Decided, Documents, filter};
use crate::js::progress;
use crate::js::response::Body;
use crate::js::timers::{FIRST_CALL, LIST, PROGRESS, SOURCE, TOTAL, TURN, Timers, WAKE};
use crate::js::{batched, results};
use js_sys::Function;
use policy::base::error::Failure;
use policy::call::events::{Action, Attempt, Event};
use policy::jobs::actions::{JobAction, JobEnd, LIST_CALL, Source};
use policy::jobs::batch_stream::BatchStream;
use policy::jobs::job::Job;
use policy::jobs::purge::Purge;
use policy::jobs::report::Outcome;
use std::sync::Arc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// Deletes many batches.
#[wasm_bindgen(js_name = deleteBatches, skip_typescript)]
pub fn delete_batches(resolve: Function, reject: Function, ids: &JsValue, options: &JsValue) {
    let promised = Promised::new(resolve, reject);
    // The ids last: making their iterator may have effects.
    match read_bulk(options).and_then(|options| Ok((options, Ids::check(ids)?))) {
        Ok((options, ids)) => {
            let length = ids.length;
            begin(options, promised, Some(ids), None, |_| {
                (Source::Caller(length), false)
            });
        }
        Err(failure) => promised.fail(&failure),
    }
}

/// Lists, filters and deletes batches.
#[wasm_bindgen(js_name = purgeBatches, skip_typescript)]
pub fn purge_batches(resolve: Function, reject: Function, options: &JsValue) {
    let promised = Promised::new(resolve, reject);
    match read_purge(options) {
        Ok((options, purge, filter)) => {
            begin(options, promised, None, filter, |settings| {
                let Purge { query, dry_run } = purge;
                let batches = BatchStream::new(settings, query, true);
                (Source::List(Box::new(batches), dry_run), dry_run)
            });
        }
        Err(failure) => promised.fail(&failure),
    }
}

fn begin(
    options: JobOptions,
    promised: Promised,
    ids: Option<Ids>,
    filter: Option<Function>,
    source: impl FnOnce(Arc<policy::options::Settings>) -> (Source, bool),
) {
    let JobOptions {
        request,
        deletion,
        concurrency,
        on_progress,
    } = options;
    let settings = Arc::new(request.settings);
    let (source, dry_run) = source(Arc::clone(&settings));
    driver::start(Box::new(JobTask {
        number: 0,
        first_turn: next_turn(),
        total_timeout: settings.total_timeout,
        job: Job::new(settings, deletion, concurrency, source),
        ios: Vec::new(),
        list_io: Io::new(0, LIST, true),
        functions: request.functions,
        signal: request.signal,
        on_progress,
        filter,
        ids,
        documents: Documents::default(),
        source_turn: 0,
        timers: Timers::default(),
        thrown: JsValue::UNDEFINED,
        dry_run,
        promised,
    }));
}

struct JobTask {
    number: u32,
    /// The turn in which the job began.
    first_turn: u32,
    total_timeout: Option<u32>,
    job: Job<Body>,
    ios: Vec<Io>,
    list_io: Io,
    functions: Functions,
    signal: Option<Signal>,
    on_progress: Option<Function>,
    filter: Option<Function>,
    ids: Option<Ids>,
    documents: Documents,
    /// The turn of the promise of the source, or of the filter.
    source_turn: u32,
    timers: Timers,
    /// The value that the source or the filter threw.
    thrown: JsValue,
    dry_run: bool,
    promised: Promised,
}

impl Task for JobTask {
    fn start(&mut self, number: u32) -> bool {
        self.number = number;
        self.list_io = Io::new(number, LIST, true);
        if self.is_aborted() {
            return self.abort();
        }
        if let Some(signal) = &mut self.signal {
            signal.watch(number);
        }
        if let Some(ms) = self.total_timeout
            && let Err(thrown) = self.timers.start(ms, number, TOTAL)
        {
            return self.throw(&thrown);
        }
        let (now, random) = moment();
        self.job.start(now, random);
        self.go_on()
    }

    fn handle(&mut self, incoming: Incoming) -> bool {
        if incoming.kind == Kind::Aborted || self.is_aborted() {
            return self.abort();
        }
        let Incoming { channel, turn, .. } = incoming;
        let (now, random) = moment();
        match channel {
            // A turn before the first one is of a job that had this number before.
            PROGRESS if turn > self.first_turn && incoming.kind == Kind::Rejected => {
                return self.throw(&incoming.value);
            }
            PROGRESS => return true,
            SOURCE if turn != self.source_turn => return true,
            SOURCE => self.source(&incoming),
            WAKE | TOTAL | TURN => {
                if !self.timers.is_over(channel, turn) {
                    return true;
                }
                match channel {
                    WAKE => self.job.woke(now, random),
                    TOTAL => self.job.timed_out(),
                    _ => self.job.turned(now, random),
                }
            }
            LIST => {
                let event = self.list_io.receive(incoming);
                self.event(LIST_CALL, event);
            }
            channel => {
                let call = channel.saturating_sub(FIRST_CALL);
                let io = self.ios.get_mut(call as usize);
                let event = io.and_then(|io| io.receive(incoming));
                self.event(call, event);
            }
        }
        self.go_on()
    }
}

impl JobTask {
    fn is_aborted(&self) -> bool {
        self.signal.as_ref().is_some_and(Signal::is_aborted)
    }

    fn event(&mut self, call: u32, event: Option<Event<Body>>) {
        if let Some(event) = event {
            let (now, random) = moment();
            self.job.handle(call, event, now, random);
        }
    }

    /// Performs actions until the job has to wait, or has ended.
    fn go_on(&mut self) -> bool {
        while let Some(action) = self.job.poll() {
            if self.is_aborted() {
                return self.abort();
            }
            match action {
                JobAction::Pull => self.pull(),
                JobAction::Filter(number) => self.run_filter(number),
                JobAction::Call(call, action, limit_ms) => self.call(call, &action, limit_ms),
                JobAction::Page(page) => {
                    if self.filter.is_some() {
                        self.documents.keep(&page);
                    }
                }
                JobAction::Turn => {
                    if let Err(thrown) = self.timers.start(0, self.number, TURN) {
                        return self.throw(&thrown);
                    }
                }
                JobAction::Wake(ms) => {
                    if let Err(thrown) = self.timers.start(ms, self.number, WAKE) {
                        return self.throw(&thrown);
                    }
                }
                JobAction::Attempt(attempt) => self.report_attempt(&attempt),
                JobAction::Report(report) => {
                    let (outcome, progress) = &*report;
                    if let Err(thrown) = self.report(outcome, progress) {
                        return self.throw(&thrown);
                    }
                }
                JobAction::Finished(end) => return self.finish(end),
            }
        }
        true
    }

    fn report_attempt(&self, attempt: &Attempt) {
        self.functions.report(attempt);
    }

    fn report(
        &self,
        outcome: &Outcome,
        progress: &policy::jobs::report::Progress,
    ) -> Result<(), JsValue> {
        let Some(hook) = &self.on_progress else {
            return Ok(());
        };
        let progress = progress::progress(outcome, progress, self.ids.as_ref());
        let returned = hook.call1(&JsValue::UNDEFINED, &progress)?;
        if returned.is_object() {
            // A rejection ends the job, as a throw does. Nothing waits for the promise.
            batched::settle(&returned, self.number, PROGRESS, next_turn())?;
        }
        Ok(())
    }

    fn call(&mut self, call: u32, action: &Action<Body>, limit_ms: Option<u32>) {
        let task = self.number;
        let io = if call == LIST_CALL {
            Some(&mut self.list_io)
        } else {
            while self.ios.len() <= call as usize {
                let next = u32::try_from(self.ios.len()).unwrap_or(u32::MAX);
                let channel = next.saturating_add(FIRST_CALL);
                self.ios.push(Io::new(task, channel, true));
            }
            self.ios.get_mut(call as usize)
        };
        let event = io.and_then(|io| io.perform(&self.functions, action, limit_ms));
        self.event(call, event);
    }

    fn pull(&mut self) {
        let Some(ids) = &mut self.ids else { return };
        let pulled = ids.pull();
        self.pulled(pulled);
    }

    fn pulled(&mut self, pulled: Result<Pull, JsValue>) {
        let (now, random) = moment();
        match pulled {
            Ok(Pull::Id(pulled)) => self.job.pulled(pulled, now, random),
            Ok(Pull::End) => self.job.source_ended(JobEnd::Complete, now, random),
            Ok(Pull::Promise(promise)) => self.settle(&promise),
            Err(thrown) => self.source_threw(thrown),
        }
    }

    fn settle(&mut self, promise: &JsValue) {
        self.source_turn = next_turn();
        if let Err(thrown) = batched::settle(promise, self.number, SOURCE, self.source_turn) {
            self.source_threw(thrown);
        }
    }

    fn source_threw(&mut self, thrown: JsValue) {
        if let Some(ids) = &mut self.ids {
            ids.threw();
        }
        self.thrown = thrown;
        let (now, random) = moment();
        self.job.source_ended(JobEnd::SourceFailed, now, random);
    }

    /// The promise of the source, or of the filter, has ended.
    fn source(&mut self, incoming: &Incoming) {
        self.source_turn = 0;
        if incoming.kind == Kind::Rejected {
            return self.source_threw(incoming.value.clone());
        }
        match &mut self.ids {
            Some(ids) => {
                let pulled = ids.step(&incoming.value);
                self.pulled(pulled);
            }
            None => self.filtered(incoming.value.is_truthy()),
        }
    }

    fn run_filter(&mut self, number: u32) {
        let document = self.documents.get(number);
        match filter(self.filter.as_ref(), &document) {
            Ok(Decided::Now(takes)) => self.filtered(takes),
            Ok(Decided::Later(promise)) => self.settle(&promise),
            Err(thrown) => self.source_threw(thrown),
        }
    }

    fn filtered(&mut self, takes: bool) {
        let (now, random) = moment();
        self.job.filtered(takes, now, random);
    }

    fn finish(&mut self, end: JobEnd) -> bool {
        self.stop();
        match end {
            JobEnd::Complete => {
                let report = self.summary();
                self.promised.resolve(&report);
            }
            JobEnd::SourceFailed => self.reject(&results::reason(&self.thrown)),
            JobEnd::Failed(failure) => self.fail(&failure),
        }
        false
    }

    fn summary(&self) -> JsValue {
        progress::report(
            self.job.report(),
            self.ids.as_ref(),
            self.job.unjudged(),
            self.dry_run,
        )
    }

    fn fail(&self, failure: &Failure) {
        self.reject(&results::failure(failure));
    }

    fn throw(&mut self, thrown: &JsValue) -> bool {
        self.stop();
        self.reject(&results::reason(thrown));
        false
    }

    /// Rejects, with how far the job came.
    fn reject(&self, envelope: &JsValue) {
        let report = self.summary();
        results::set(envelope, "report", &report);
        self.promised.reject(envelope);
    }

    /// Rejects with the signal's reason alone: it is the caller's.
    fn abort(&mut self) -> bool {
        self.stop();
        if let Some(signal) = &self.signal {
            self.promised.reject(&results::reason(&signal.reason()));
        }
        false
    }

    /// Ends everything that is outstanding.
    fn stop(&mut self) {
        for io in &mut self.ios {
            io.stop();
        }
        self.list_io.stop();
        for channel in [WAKE, TOTAL, TURN] {
            self.timers.stop(channel);
        }
    }
}
