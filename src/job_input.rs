//! Reads the options of the functions for many batches.

use crate::delete::{DELETE_OPTIONS, IfMissing, Plan};
use crate::error::Result;
use crate::fetch::settled;
use crate::input::{Bag, Request, bag, function, plan, read, request};
use crate::job::{JOB_OPTIONS, concurrency};
use crate::list::LARGEST_PAGE;
use crate::matches::{Filter, Matches};
use crate::options::{REQUEST_OPTIONS, check_function, whole};
use crate::purge::{PURGE_OPTIONS, Purge, limit_option};
use crate::selection::{GivenSelection, SELECTION_OPTIONS, Selection};
use js_sys::{Date, Function};
use wasm_bindgen::prelude::JsValue;

/// How many batches a page of `listBatches` has by default.
const PAGE_SIZE: u32 = 100;

/// What every job takes.
pub(crate) struct JobOptions {
    pub(crate) request: Request,
    pub(crate) plan: Plan,
    pub(crate) concurrency: u32,
    pub(crate) on_progress: Option<Function>,
}

/// Reads and checks the options of `deleteBatches`.
pub(crate) fn read_bulk(options: &JsValue) -> Result<JobOptions> {
    let bag = bag(options, &[REQUEST_OPTIONS, DELETE_OPTIONS, JOB_OPTIONS])?;
    job(bag.as_ref())
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
    let bag = bag(options, &known)?;
    let bag = bag.as_ref();
    let (selection, filter) = selection(bag)?;
    let purge = Purge::check(
        selection,
        filter.0.is_some(),
        &read(bag, "limit", Bag::limit)?.1,
        &read(bag, "dryRun", Bag::dry_run)?.1,
        &read(bag, "all", Bag::all)?.1,
    )?;
    Ok((job(bag)?, purge, filter))
}

/// Reads and checks the options of `listBatches`.
pub(crate) fn read_list(options: &JsValue) -> Result<(Request, Matches<JsValue>, JsFilter)> {
    let known = [REQUEST_OPTIONS, SELECTION_OPTIONS, &["limit", "pageSize"]];
    let bag = bag(options, &known)?;
    let bag = bag.as_ref();
    let (selection, filter) = selection(bag)?;
    let limit = limit_option(&read(bag, "limit", Bag::limit)?.1)?;
    let page_size = &read(bag, "pageSize", Bag::page_size)?.1;
    let page_size = whole("pageSize", page_size, "a whole number", 1, LARGEST_PAGE)?;
    let matches = Matches::new(page_size.unwrap_or(PAGE_SIZE), selection, limit);
    Ok((request(bag)?, matches, filter))
}

fn job(bag: Option<&Bag>) -> Result<JobOptions> {
    let (on_progress, kind) = read(bag, "onProgress", Bag::on_progress)?;
    check_function("onProgress", &kind)?;
    Ok(JobOptions {
        plan: plan(bag, IfMissing::Ignore)?,
        concurrency: concurrency(&read(bag, "concurrency", Bag::concurrency)?.1)?,
        on_progress: function(&on_progress),
        request: request(bag)?,
    })
}

fn selection(bag: Option<&Bag>) -> Result<(Selection, JsFilter)> {
    let given = GivenSelection {
        ended_before: read(bag, "endedBefore", Bag::ended_before)?.1,
        created_before: read(bag, "createdBefore", Bag::created_before)?.1,
        status: read(bag, "status", Bag::status)?.1,
    };
    let (filter, kind) = read(bag, "filter", Bag::filter)?;
    check_function("filter", &kind)?;
    let selection = Selection::check(&given, Date::now())?;
    Ok((selection, JsFilter(function(&filter))))
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
