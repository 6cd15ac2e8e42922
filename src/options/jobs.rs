//! The options of the functions for many batches.

use crate::options::table::{Id, Options};
use crate::options::value::UNDEFINED;
use policy::base::batch::State;
use policy::base::error::Result;
use policy::base::time::WallTime;
use policy::jobs::batch_stream::ListQuery;
use policy::jobs::concurrency::Concurrency;
use policy::jobs::pager::PAGE_SIZE;
use policy::jobs::purge::Purge;
use policy::options::batch_id::BatchId;
use policy::options::selection::{Limit, Selection, point_in_time};

/// Returns the most requests that a job has in flight.
pub fn concurrency(options: &Options<'_>) -> Result<Concurrency> {
    let number = options.get(Id::Concurrency).number();
    number.map_or(Ok(Concurrency::default()), Concurrency::check)
}

/// Checks the options of `purgeBatches`. A limit is in the past if it is before `now`.
pub fn purge(options: &Options<'_>, now: WallTime) -> Result<Purge> {
    let [dry_run, all] = [Id::DryRun, Id::All].map(|id| options.get(id).is_true());
    Purge::check(list(options)?, dry_run, all, now)
}

/// Checks the options of `listBatches`.
pub fn list(options: &Options<'_>) -> Result<ListQuery> {
    Ok(ListQuery::new(
        options.get(Id::PageSize).number().unwrap_or(PAGE_SIZE),
        after(options)?,
        selection(options)?,
        options.get(Id::Filter).is_function(),
        options.get(Id::Limit).number(),
    ))
}

fn selection(options: &Options<'_>) -> Result<Selection> {
    let time = |name, id| {
        let value = options.get(id);
        let text = value.text().map(|text| point_in_time(name, text));
        text.map_or_else(|| Ok(value.ms().map(Limit::At)), |time| time.map(Some))
    };
    let status = options.get(Id::Status).text();
    Ok(Selection::new(
        time("endedBefore", Id::EndedBefore)?,
        time("createdBefore", Id::CreatedBefore)?,
        status.map(|status| State::read(Some(status))),
    ))
}

fn after(options: &Options<'_>) -> Result<Option<BatchId>> {
    let value = options.get(Id::After);
    let id = (value != UNDEFINED).then(|| value.batch_id("after"));
    id.transpose()
}
