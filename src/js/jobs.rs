//! The exported functions for many batches.

use crate::base::error::Failure;
use crate::call::machine::Caller;
use crate::jobs::filter::Matches;
use crate::jobs::limiter::Gate;
use crate::jobs::machine::Job;
use crate::jobs::purge::Purge;
use crate::jobs::report::{self, Inlet, Stop, Tally};
use crate::js::clock::JsClock;
use crate::js::event_loop::Ended;
use crate::js::exports::{rejected, settle, until_aborted};
use crate::js::fetch::FetchTransport;
use crate::js::ids::Source;
use crate::js::job_options::{JobOptions, JsFilter, read_bulk, read_list, read_purge};
use crate::js::options::Request;
use crate::js::progress::{self, Teller, stopped};
use crate::js::results;
use js_sys::{Array, Promise};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// Deletes many Message Batches, as fast as the rate limit allows. One batch's failure never stops
/// the others: it is in the report.
///
/// All requests pass one gate: they wait together when the API asks for it, and keep to the rate
/// that it grants, so that no request is wasted. An id that comes twice is deleted once and counted
/// once.
///
/// @param ids - An array, a set, a generator, or any other iterable or async iterable of ids, pulled
/// only as fast as it is used.
/// @param options - Who asks, where, how patiently, how many at once.
/// @returns How many were deleted, how many were not there, and which failed, and why.
/// @throws {@link BatchError} for options that are not valid, or when `totalTimeout` ends the job;
/// what `ids` or `onProgress` threw; `signal.reason`. Where it is an object, its `report` says how
/// far the job came.
/// @see https://platform.claude.com/docs/en/api/deleting-message-batches
#[wasm_bindgen(js_name = deleteBatches, unchecked_return_type = "Promise<DeletionReport>")]
pub fn delete_batches(
    #[wasm_bindgen(unchecked_param_type = "Iterable<string> | AsyncIterable<string>")]
    ids: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "DeleteBatchesOptions")] options: &JsValue,
) -> Promise {
    // The ids last: making their iterator may have effects.
    match read_bulk(options).and_then(|options| Ok((options, Source::check(ids)?))) {
        Ok((options, source)) => start(options, Work::Ids(source)),
        Err(failure) => rejected(&failure),
    }
}

/// Deletes the Message Batches that match, for retention: lists them, filters them, deletes them.
///
/// @param options - Which batches, and everything that `deleteBatches` takes. Without anything that
/// selects, `all: true` must say that every batch is meant.
/// @returns How many were deleted, how many were gone already, and which failed, and why. With
/// `dryRun`, what a run would come to.
/// @throws As `deleteBatches`, and {@link BatchError} where the list can't be read.
/// @see https://platform.claude.com/docs/en/api/listing-message-batches
#[wasm_bindgen(js_name = purgeBatches, unchecked_return_type = "Promise<DeletionReport>")]
pub fn purge_batches(
    #[wasm_bindgen(unchecked_param_type = "PurgeBatchesOptions")] options: &JsValue,
) -> Promise {
    match read_purge(options) {
        Ok((options, purge, filter)) => start(options, Work::Purge(purge, filter)),
        Err(failure) => rejected(&failure),
    }
}

enum Work {
    Ids(Source),
    Purge(Purge, JsFilter),
}

fn start(options: JobOptions, work: Work) -> Promise {
    let JobOptions {
        mut request,
        plan,
        concurrency,
        on_progress,
    } = options;
    let signal = request.signal.take();
    let run = async move {
        let (gate, tally, inlet) = (Gate::new(concurrency), Tally::default(), Inlet::default());
        let (length, is_dry) = match &work {
            Work::Ids(source) => (source.length, false),
            Work::Purge(purge, _) => (None, purge.is_dry()),
        };
        let teller = Teller {
            on_progress,
            tally: &tally,
            length,
        };
        let caller = Caller::new(&request.transport, &JsClock, &request.settings);
        let job = Job {
            caller: &caller,
            gate: &gate,
            plan,
            concurrency,
            length,
            tally: &tally,
        };
        let tell = |outcome: &_, standing: &_| teller.tell(outcome, standing);
        let listing = caller.in_job(&gate);
        let ended = caller
            .within_total(async {
                let filter;
                let source: report::Source<'_, _> = match work {
                    Work::Ids(source) => Box::pin(source.fill(&inlet)),
                    Work::Purge(purge, given) => {
                        filter = given;
                        Box::pin(purge.fill(&listing, &filter, plan, &inlet))
                    }
                };
                Ok(Box::pin(job.run(&inlet, source, tell)).await)
            })
            .await;
        let report = progress::report(&tally, is_dry);
        match ended.unwrap_or_else(|failure| Err(Stop::Failure(failure))) {
            Ok(()) => Ok(report),
            Err(stop) => Err(stopped(stop, &report)),
        }
    };
    settle(signal, Box::pin(run))
}

/// The pages of `listBatches`. The package makes an async iterator of it.
#[wasm_bindgen(js_name = BatchPages, skip_typescript)]
pub struct Pages {
    state: std::result::Result<Rc<Listing>, Box<Failure>>,
}

struct Listing {
    request: Box<Request>,
    filter: JsFilter,
    /// Taken while it is in use.
    matches: RefCell<Option<Matches<JsValue>>>,
}

#[wasm_bindgen(js_class = BatchPages)]
impl Pages {
    /// Checks the options.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(options: &JsValue) -> Self {
        let state = read_list(options).map(|(request, matches, filter)| {
            let matches = RefCell::new(Some(matches));
            Rc::new(Listing {
                request,
                filter,
                matches,
            })
        });
        Self { state }
    }

    /// The next batches, at least one; `undefined` at the end.
    #[wasm_bindgen(skip_typescript)]
    pub fn more(&self) -> Promise {
        match &self.state {
            Ok(listing) => {
                let listing = Rc::clone(listing);
                settle(None, Box::pin(async move { listing.more().await }))
            }
            Err(failure) => rejected(failure),
        }
    }
}

impl Listing {
    async fn more(&self) -> Ended {
        let Some(mut matches) = self.matches.take() else {
            return Ok(JsValue::UNDEFINED);
        };
        let transport = &self.request.transport;
        let caller = Caller::new(transport, &JsClock, &self.request.settings);
        let work = Box::pin(async {
            let found = caller
                .within_total(async { Ok(self.collect(&caller, &mut matches).await) })
                .await;
            match found.unwrap_or_else(|failure| Err(Stop::Failure(failure))) {
                Ok(found) => Ok(found),
                Err(Stop::Failure(failure)) => Err(results::failure(&failure)),
                Err(Stop::Thrown(thrown)) => Err(results::reason(&thrown)),
            }
        });
        let found = until_aborted(self.request.signal.clone(), work).await?;
        self.matches.replace(Some(matches));
        Ok(found)
    }

    /// As many as there are without another request, once there is one.
    async fn collect(
        &self,
        caller: &Caller<'_, FetchTransport, JsClock>,
        matches: &mut Matches<JsValue>,
    ) -> std::result::Result<JsValue, Stop<JsValue>> {
        let found = Array::new();
        while let Some(batch) = matches.next(caller, &self.filter).await? {
            found.push(&batch.item);
            if !matches.is_ready() {
                break;
            }
        }
        Ok(if found.length() == 0 {
            JsValue::UNDEFINED
        } else {
            found.into()
        })
    }
}
