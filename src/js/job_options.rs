//! Reads the options of the functions for many batches.

use crate::base::error::Result;
use crate::call::deletion::{DELETE_OPTIONS, IfMissing, Plan};
use crate::jobs::filter::{Filter, Matches};
use crate::jobs::list::LARGEST_PAGE;
use crate::jobs::purge::{PURGE_OPTIONS, Purge, limit_option};
use crate::jobs::report::{JOB_OPTIONS, concurrency};
use crate::js::event_loop::settled;
use crate::js::options::{Options, Request, plan, request};
use crate::options::selection::{GivenSelection, SELECTION_OPTIONS, Selection};
use crate::options::{REQUEST_OPTIONS, check_function, whole};
use js_sys::{Date, Function};
use wasm_bindgen::prelude::JsValue;

/// How many batches a page of `listBatches` has by default.
const PAGE_SIZE: u32 = 100;

/// What every job takes.
pub(crate) struct JobOptions {
    pub(crate) request: Box<Request>,
    pub(crate) plan: Plan,
    pub(crate) concurrency: u32,
    pub(crate) on_progress: Option<Function>,
}

/// Reads and checks the options of `deleteBatches`.
pub(crate) fn read_bulk(options: &JsValue) -> Result<JobOptions> {
    let known = [REQUEST_OPTIONS, DELETE_OPTIONS, JOB_OPTIONS];
    job(&Options::read(options, &known)?)
}

/// Reads and checks the options of `purgeBatches`.
pub(crate) fn read_purge(options: &JsValue) -> Result<(JobOptions, Purge, JsFilter)> {
    let known = [
        REQUEST_OPTIONS,
        DELETE_OPTIONS,
        JOB_OPTIONS,
        SELECTION_OPTIONS,
        PURGE_OPTIONS,
    ];
    let options = &Options::read(options, &known)?;
    let (selection, filter) = selection(options)?;
    let purge = Purge::check(
        selection,
        filter.0.is_some(),
        &options.value("limit"),
        &options.value("dryRun"),
        &options.value("all"),
    )?;
    Ok((job(options)?, purge, filter))
}

/// Reads and checks the options of `listBatches`.
pub(crate) fn read_list(options: &JsValue) -> Result<(Box<Request>, Matches<JsValue>, JsFilter)> {
    let known = [REQUEST_OPTIONS, SELECTION_OPTIONS, &["limit", "pageSize"]];
    let options = &Options::read(options, &known)?;
    let (selection, filter) = selection(options)?;
    let limit = limit_option(&options.value("limit"))?;
    let page_size = &options.value("pageSize");
    let page_size = whole("pageSize", page_size, "a whole number", 1, LARGEST_PAGE)?;
    let matches = Matches::new(page_size.unwrap_or(PAGE_SIZE), selection, limit);
    Ok((request(options)?, matches, filter))
}

fn job(options: &Options) -> Result<JobOptions> {
    check_function("onProgress", &options.value("onProgress"))?;
    Ok(JobOptions {
        plan: plan(options, IfMissing::Ignore)?,
        concurrency: concurrency(&options.value("concurrency"))?,
        on_progress: options.function("onProgress"),
        request: request(options)?,
    })
}

fn selection(options: &Options) -> Result<(Selection, JsFilter)> {
    let given = GivenSelection {
        ended_before: options.value("endedBefore"),
        created_before: options.value("createdBefore"),
        status: options.value("status"),
    };
    check_function("filter", &options.value("filter"))?;
    let selection = Selection::check(&given, Date::now())?;
    Ok((selection, JsFilter(options.function("filter"))))
}

/// A caller's own filter. It may answer with a promise.
pub(crate) struct JsFilter(Option<Function>);

impl Filter<JsValue> for JsFilter {
    type Thrown = JsValue;

    async fn takes(&self, batch: &JsValue) -> std::result::Result<bool, JsValue> {
        let Some(filter) = &self.0 else {
            return Ok(true);
        };
        let answer = filter.call1(&JsValue::UNDEFINED, batch)?;
        if !answer.is_object() {
            return Ok(answer.is_truthy());
        }
        Ok(settled(Ok(answer)).await?.is_truthy())
    }
}
