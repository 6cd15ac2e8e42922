//! Reads the options of the functions for many batches.

use crate::js::options::{Options, Request, deletion, request};
use js_sys::{Date, Function};
use policy::base::error::Result;
use policy::call::deletion_options::{DELETE_OPTIONS, DeletionOptions, IfMissing};
use policy::jobs::batch_stream::{BatchStream, LIST_OPTIONS, ListQuery};
use policy::jobs::pager::LARGEST_PAGE;
use policy::jobs::purge::{GivenPurge, PURGE_OPTIONS, Purge, after_option, limit_option};
use policy::jobs::report::{JOB_OPTIONS, concurrency};
use policy::options::Settings;
use policy::options::checks::{check_function, integer_in};
use policy::options::given::REQUEST_OPTIONS;
use policy::options::selection::{GivenSelection, SELECTION_OPTIONS, Selection};
use std::sync::Arc;
use wasm_bindgen::prelude::JsValue;

/// How many batches a page of `listBatches` has by default.
const PAGE_SIZE: u32 = 100;

/// The options of every job.
pub(crate) struct JobOptions {
    pub(crate) request: Request,
    pub(crate) deletion: DeletionOptions,
    pub(crate) concurrency: u32,
    pub(crate) on_progress: Option<Function>,
}

/// Reads and checks the options of `deleteBatches`.
pub(crate) fn read_bulk(options: &JsValue) -> Result<JobOptions> {
    job(&Options::read(
        options,
        &[REQUEST_OPTIONS, DELETE_OPTIONS, JOB_OPTIONS],
    )?)
}

/// Reads and checks the options of `purgeBatches`; the function is the caller's filter.
pub(crate) fn read_purge(options: &JsValue) -> Result<(JobOptions, Purge, Option<Function>)> {
    let options = &Options::read(
        options,
        &[
            REQUEST_OPTIONS,
            DELETE_OPTIONS,
            JOB_OPTIONS,
            SELECTION_OPTIONS,
            PURGE_OPTIONS,
        ],
    )?;
    let (selection, filter) = selection(options)?;
    let given = GivenPurge {
        after: options.take("after"),
        limit: options.take("limit"),
        dry_run: options.take("dryRun"),
        all: options.take("all"),
    };
    let purge = Purge::check(&given, selection, filter.is_some(), Date::now())?;
    Ok((job(options)?, purge, filter))
}

/// The options of `listBatches`.
pub(crate) struct ListOptions {
    pub(crate) request: Request,
    pub(crate) settings: Arc<Settings>,
    pub(crate) batches: BatchStream,
    pub(crate) filter: Option<Function>,
}

/// Reads and checks the options of `listBatches`.
pub(crate) fn read_list(options: &JsValue) -> Result<ListOptions> {
    let options = &Options::read(options, &[REQUEST_OPTIONS, SELECTION_OPTIONS, LIST_OPTIONS])?;
    let (selection, filter) = selection(options)?;
    let after = after_option(&options.take("after"))?;
    let limit = limit_option(&options.take("limit"))?;
    let page_size = &options.take("pageSize");
    let page_size = integer_in("pageSize", page_size, "a whole number", 1, LARGEST_PAGE)?;
    let request = request(options)?;
    let settings = Arc::new(request.settings.clone());
    let query = ListQuery {
        page_size: page_size.unwrap_or(PAGE_SIZE),
        after,
        selection,
        has_filter: filter.is_some(),
        limit,
    };
    let batches = BatchStream::new(Arc::clone(&settings), query, false);
    Ok(ListOptions {
        request,
        settings,
        batches,
        filter,
    })
}

fn job(options: &Options) -> Result<JobOptions> {
    let on_progress = options.function("onProgress");
    check_function("onProgress", &options.take("onProgress"))?;
    Ok(JobOptions {
        deletion: deletion(options, IfMissing::Ignore)?,
        concurrency: concurrency(&options.take("concurrency"))?,
        on_progress,
        request: request(options)?,
    })
}

fn selection(options: &Options) -> Result<(Selection, Option<Function>)> {
    let given = GivenSelection {
        ended_before: options.take("endedBefore"),
        created_before: options.take("createdBefore"),
        status: options.take("status"),
    };
    let filter = options.function("filter");
    check_function("filter", &options.take("filter"))?;
    Ok((Selection::check(&given, Date::now())?, filter))
}
