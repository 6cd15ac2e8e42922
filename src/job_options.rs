//! Reads and checks the options of the functions for many batches.

use crate::options::{Names, Options, deletion, request};
use crate::request::Caller;
use js_sys::Date;
use policy::base::encoded::Encoded;
use policy::base::error::Result;
use policy::base::input_value::Value;
use policy::call::deletion_options::{DELETE_OPTIONS, DeletionOptions, IfMissing};
use policy::jobs::batch_stream::{LIST_OPTIONS, ListQuery};
use policy::jobs::pager::{LARGEST_PAGE, PAGE_SIZE};
use policy::jobs::purge::{GivenPurge, PURGE_OPTIONS, Purge, after_option, limit_option};
use policy::jobs::report::{JOB_OPTIONS, concurrency};
use policy::options::Settings;
use policy::options::checks::{check_function, integer_in};
use policy::options::given::REQUEST_OPTIONS;
use policy::options::selection::{GivenSelection, SELECTION_OPTIONS, Selection};
use std::sync::Arc;
use wasm_bindgen::prelude::JsValue;

pub(crate) const BULK: Names = &[REQUEST_OPTIONS, DELETE_OPTIONS, JOB_OPTIONS];
pub(crate) const PURGE: Names = &[
    REQUEST_OPTIONS,
    DELETE_OPTIONS,
    JOB_OPTIONS,
    SELECTION_OPTIONS,
    PURGE_OPTIONS,
];
pub(crate) const LIST: Names = &[REQUEST_OPTIONS, SELECTION_OPTIONS, LIST_OPTIONS];

/// The options of every job.
pub(crate) struct JobOptions {
    pub(crate) settings: Arc<Settings>,
    pub(crate) caller: Caller,
    pub(crate) deletion: DeletionOptions,
    pub(crate) concurrency: u32,
    pub(crate) reports_progress: bool,
}

/// Reads and checks the options of `deleteBatches`.
pub(crate) fn bulk(arguments: &str, kept: &JsValue) -> Result<JobOptions> {
    job(&Options::read(Encoded::new(arguments), BULK, kept)?)
}

/// Reads and checks the options of `purgeBatches`.
pub(crate) fn purge(arguments: &str, kept: &JsValue) -> Result<(JobOptions, Purge)> {
    let options = Options::read(Encoded::new(arguments), PURGE, kept)?;
    let (selection, has_filter) = selection(&options)?;
    let given = GivenPurge {
        after: options.value("after"),
        limit: options.value("limit"),
        dry_run: options.value("dryRun"),
        all: options.value("all"),
    };
    let purge = Purge::check(&given, selection, has_filter, Date::now())?;
    Ok((job(&options)?, purge))
}

/// Reads and checks the options of `listBatches`.
pub(crate) fn list(arguments: &str, kept: &JsValue) -> Result<(Arc<Settings>, Caller, ListQuery)> {
    let options = Options::read(Encoded::new(arguments), LIST, kept)?;
    let (selection, has_filter) = selection(&options)?;
    let after = after_option(&options.value("after"))?;
    let limit = limit_option(&options.value("limit"))?;
    let page_size = &options.value("pageSize");
    let page_size = integer_in("pageSize", page_size, "a whole number", 1, LARGEST_PAGE)?;
    let (settings, caller) = request(&options)?;
    let query = ListQuery {
        page_size: page_size.unwrap_or(PAGE_SIZE),
        after,
        selection,
        has_filter,
        limit,
    };
    Ok((Arc::new(settings), caller, query))
}

fn job(options: &Options<'_>) -> Result<JobOptions> {
    let on_progress = options.value("onProgress");
    check_function("onProgress", &on_progress)?;
    let deletion = deletion(options, IfMissing::Ignore)?;
    let concurrency = concurrency(&options.value("concurrency"))?;
    let (settings, caller) = request(options)?;
    Ok(JobOptions {
        settings: Arc::new(settings),
        caller,
        deletion,
        concurrency,
        reports_progress: matches!(on_progress, Value::Function),
    })
}

fn selection(options: &Options<'_>) -> Result<(Selection, bool)> {
    let given = GivenSelection {
        ended_before: options.value("endedBefore"),
        created_before: options.value("createdBefore"),
        status: options.value("status"),
    };
    let filter = options.value("filter");
    check_function("filter", &filter)?;
    let selection = Selection::check(&given, Date::now())?;
    Ok((selection, matches!(filter, Value::Function)))
}
