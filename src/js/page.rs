//! Reads a page of the list of batches.

use crate::js::batched;
use policy::base::batch::{BatchSummary, Page, State};
use policy::base::encoded::Encoded;
use policy::base::input_value::Value;
use policy::base::timestamp::rfc3339;
use wasm_bindgen::prelude::JsValue;

/// A list with all its elements; none of them may be missing.
pub(crate) fn read(exchange: &JsValue) -> Option<Page> {
    let page = batched::page(exchange).ok()??;
    let mut page = Encoded::new(&page);
    let Some(Value::Bool(has_more)) = page.value() else {
        return None;
    };
    let last_id = page.text();
    let mut batches = Vec::new();
    while !page.is_empty() {
        batches.push(BatchSummary {
            id: page.text()?,
            state: State::read(page.text().as_deref()),
            created_at: page.text().as_deref().and_then(rfc3339),
            ended_at: page.text().as_deref().and_then(rfc3339),
        });
    }
    Some(Page {
        has_more,
        last_id,
        batches,
    })
}
