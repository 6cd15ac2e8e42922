//! `listBatches`: the task that collects the next batches of the list.

use crate::js::abort::Signal;
use crate::js::driver::{self, Incoming, Kind, Task, moment, next_turn};
use crate::js::fetch::Io;
use crate::js::functions::{Functions, Promised};
use crate::js::job_options::{ListOptions, read_list};
use crate::js::response::Body;
use crate::js::{batched, results};
use js_sys::{Array, Function};
use policy::base::slots::Slots;
use policy::call::events::{Event, Output};
use policy::jobs::batch_stream::{BatchStream, FetchStep, StreamAction};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The documents of the pages that are in use: the last two.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    pages: VecDeque<(u32, Array)>,
    next: u32,
}

impl Documents {
    /// Keeps a page.
    pub(crate) fn keep(&mut self, page: &Body) {
        let Ok(page) = batched::documents(&page.0) else {
            return;
        };
        let first = self.next;
        self.next = first.saturating_add(page.length());
        self.pages.push_back((first, page));
        if self.pages.len() > 2 {
            self.pages.pop_front();
        }
    }

    /// The document of the batch with that number.
    pub(crate) fn get(&self, number: u32) -> JsValue {
        let page = self.pages.iter().rev().find(|(first, _)| *first <= number);
        page.map_or(JsValue::UNDEFINED, |(first, page)| page.get(number - first))
    }
}

/// Calls the caller's filter. An error is the value that it threw; a promise of its decision comes
/// as it is.
pub(crate) fn filter(filter: Option<&Function>, document: &JsValue) -> Result<Decided, JsValue> {
    let Some(filter) = filter else {
        return Ok(Decided::Now(true));
    };
    let decided = filter.call1(&JsValue::UNDEFINED, document)?;
    Ok(if decided.is_object() {
        Decided::Later(decided)
    } else {
        Decided::Now(decided.is_truthy())
    })
}

/// The decision of a filter.
pub(crate) enum Decided {
    Now(bool),
    Later(JsValue),
}

/// A list that is being read.
struct Listing {
    options: RefCell<Option<Reading>>,
    functions: Functions,
    signal: Option<Signal>,
    filter: Option<Function>,
    total_timeout: Option<u32>,
}

/// The state that a task takes while it collects.
struct Reading {
    batches: BatchStream,
    documents: Documents,
}

thread_local! {
    static LISTS: RefCell<Slots<Rc<Listing>>> = RefCell::default();
}

/// Checks the options of `listBatches`, and resolves with the number of the list.
#[wasm_bindgen(js_name = openList, skip_typescript)]
pub fn open_list(resolve: Function, reject: Function, options: &JsValue) {
    let promised = Promised::new(resolve, reject);
    match read_list(options) {
        Ok(options) => {
            let ListOptions {
                request,
                settings,
                batches,
                filter,
            } = options;
            let listing = Listing {
                options: RefCell::new(Some(Reading {
                    batches,
                    documents: Documents::default(),
                })),
                functions: request.functions,
                signal: request.signal,
                filter,
                total_timeout: settings.total_timeout,
            };
            let number = LISTS.with_borrow_mut(|lists| lists.insert(Rc::new(listing)));
            promised.resolve(&number.into());
        }
        Err(failure) => promised.fail(&failure),
    }
}

/// Resolves with the next batches, at least one; with `undefined` at the end.
#[wasm_bindgen(js_name = nextPage, skip_typescript)]
pub fn next_page(resolve: Function, reject: Function, list: u32) {
    let promised = Promised::new(resolve, reject);
    let listing = LISTS.with_borrow_mut(|lists| lists.get_mut(list).cloned());
    let reading = listing
        .as_ref()
        .and_then(|listing| listing.options.borrow_mut().take());
    let (Some(listing), Some(reading)) = (listing, reading) else {
        return promised.resolve(&JsValue::UNDEFINED);
    };
    let (now, _) = moment();
    driver::start(Box::new(ListTask {
        signal: listing.signal.as_ref().map(Signal::again),
        deadline: listing.total_timeout.map(|ms| now + f64::from(ms)),
        listing,
        reading: Some(reading),
        io: Io::new(0, 0, false),
        number: 0,
        turn: 0,
        found: Array::new(),
        promised,
    }));
}

/// Forgets a list.
#[wasm_bindgen(js_name = closeList, skip_typescript)]
pub fn close_list(list: u32) {
    LISTS.with_borrow_mut(|lists| lists.remove(list));
}

/// The channel of the filter's promise; 0 is the one of the requests.
const FILTER: u32 = 1;

struct ListTask {
    listing: Rc<Listing>,
    reading: Option<Reading>,
    signal: Option<Signal>,
    deadline: Option<f64>,
    io: Io,
    number: u32,
    /// The turn of the filter's promise.
    turn: u32,
    found: Array,
    promised: Promised,
}

impl Task for ListTask {
    fn start(&mut self, number: u32) -> bool {
        self.number = number;
        self.io = Io::new(number, 0, false);
        if self.is_aborted() {
            return self.abort();
        }
        if let Some(signal) = &mut self.signal {
            signal.watch(number);
        }
        self.next()
    }

    fn handle(&mut self, incoming: Incoming) -> bool {
        if incoming.kind == Kind::Aborted || self.is_aborted() {
            return self.abort();
        }
        if incoming.channel == FILTER {
            if incoming.turn != self.turn {
                return true;
            }
            if incoming.kind == Kind::Rejected {
                return self.throw(&incoming.value);
            }
            let wanted = self.filtered(incoming.value.is_truthy());
            return self.go_on(wanted);
        }
        match self.io.receive(incoming) {
            Some(event) => self.take(event),
            None => true,
        }
    }
}

impl ListTask {
    fn is_aborted(&self) -> bool {
        self.signal.as_ref().is_some_and(Signal::is_aborted)
    }

    fn next(&mut self) -> bool {
        let (now, random) = moment();
        let deadline = self.deadline;
        let wanted = match &mut self.reading {
            Some(reading) => reading.batches.next_action(deadline, now, random),
            None => StreamAction::End,
        };
        self.go_on(wanted)
    }

    fn filtered(&mut self, takes: bool) -> StreamAction<Body> {
        let (now, random) = moment();
        match &mut self.reading {
            Some(reading) => reading
                .batches
                .on_filter_result(takes, self.deadline, now, random),
            None => StreamAction::End,
        }
    }

    fn go_on(&mut self, wanted: StreamAction<Body>) -> bool {
        let mut wanted = wanted;
        loop {
            wanted = match wanted {
                StreamAction::Call(output) => return self.act(&output),
                StreamAction::Filter(number) => {
                    let document = self.document(number);
                    match filter(self.listing.filter.as_ref(), &document) {
                        Ok(Decided::Now(takes)) => self.filtered(takes),
                        Ok(Decided::Later(promise)) => {
                            self.turn = next_turn();
                            match batched::settle(&promise, self.number, FILTER, self.turn) {
                                Ok(()) => return true,
                                Err(thrown) => return self.throw(&thrown),
                            }
                        }
                        Err(thrown) => return self.throw(&thrown),
                    }
                }
                StreamAction::Batch(listed) => {
                    self.found.push(&self.document(listed.number));
                    let reading = self.reading.as_mut();
                    if !reading.is_some_and(|reading| reading.batches.is_ready()) {
                        return self.resolve();
                    }
                    return self.next();
                }
                StreamAction::End => return self.resolve(),
                StreamAction::Failed(failure) => {
                    self.promised.fail(&failure);
                    return false;
                }
            };
        }
    }

    fn document(&self, number: u32) -> JsValue {
        let reading = self.reading.as_ref();
        reading.map_or(JsValue::UNDEFINED, |reading| reading.documents.get(number))
    }

    fn act(&mut self, output: &Output<Body>) -> bool {
        if let Some(attempt) = &output.attempt {
            self.listing.functions.report(attempt);
            if self.is_aborted() {
                return self.abort();
            }
        }
        let functions = &self.listing.functions;
        match self.io.perform(functions, &output.action, output.limit_ms) {
            Some(event) => self.take(event),
            None => true,
        }
    }

    fn take(&mut self, event: Event<Body>) -> bool {
        let (now, random) = moment();
        let Some(reading) = &mut self.reading else {
            return self.resolve();
        };
        let ended = match reading.batches.on_event(event, now, random) {
            FetchStep::Act(output) => return self.act(&output),
            FetchStep::Ended(ended) => ended,
        };
        if let Some(response) = &ended.response {
            reading.documents.keep(&response.content);
        }
        if let Some(attempt) = &ended.attempt {
            self.listing.functions.report(attempt);
            if self.is_aborted() {
                return self.abort();
            }
        }
        match ended.error {
            Some(failure) => self.go_on(StreamAction::Failed(failure)),
            None => self.next(),
        }
    }

    fn resolve(&mut self) -> bool {
        self.listing.options.replace(self.reading.take());
        if self.found.length() == 0 {
            self.promised.resolve(&JsValue::UNDEFINED);
        } else {
            self.promised.resolve(&self.found);
        }
        false
    }

    fn throw(&self, thrown: &JsValue) -> bool {
        self.promised.reject(&results::reason(thrown));
        false
    }

    fn abort(&mut self) -> bool {
        self.io.stop();
        if let Some(signal) = &self.signal {
            self.promised.reject(&results::reason(&signal.reason()));
        }
        false
    }
}
