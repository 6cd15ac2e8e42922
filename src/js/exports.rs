//! The exported functions for one batch. Each gets the two functions of the promise that the package
//! has made for it.

use crate::js::functions::Promised;
use crate::js::options::{self, Request};
use crate::js::{batched, call, results};
use js_sys::Function;
use policy::base::error::Result;
use policy::call::events::Goal;
use policy::options::batch_id::BatchId;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// Takes the function that every promise, timer and signal calls, which hands its arguments to
/// `dispatch`, and the function that makes an error object of failure data. The package calls this
/// once, right after loading.
#[wasm_bindgen(js_name = setUp, skip_typescript)]
pub fn set_up(handler: &Function, error_builder: Function) {
    let _ = batched::set_up(handler);
    results::set_error_builder(error_builder);
}

/// Deletes one batch.
#[wasm_bindgen(js_name = deleteBatch, skip_typescript)]
pub fn delete_batch(resolve: Function, reject: Function, id: &JsValue, options: &JsValue) {
    begin(Promised::new(resolve, reject), id, |id| {
        let (request, deletion) = options::read_deletion(options)?;
        Ok((request, Goal::Delete(id, deletion)))
    });
}

/// Retrieves one batch.
#[wasm_bindgen(js_name = retrieveBatch, skip_typescript)]
pub fn retrieve_batch(resolve: Function, reject: Function, id: &JsValue, options: &JsValue) {
    begin(Promised::new(resolve, reject), id, |id| {
        Ok((options::read_request(options)?, Goal::Retrieve(id)))
    });
}

/// Cancels one batch.
#[wasm_bindgen(js_name = cancelBatch, skip_typescript)]
pub fn cancel_batch(resolve: Function, reject: Function, id: &JsValue, options: &JsValue) {
    begin(Promised::new(resolve, reject), id, |id| {
        Ok((options::read_request(options)?, Goal::Cancel(id)))
    });
}

/// Checks the arguments, and makes the call.
fn begin(promised: Promised, id: &JsValue, read: impl FnOnce(BatchId) -> Result<(Request, Goal)>) {
    let checked = options::id(id).and_then(|id| {
        let name = id.as_str().to_owned();
        read(id).map(|read| (name, read))
    });
    match checked {
        Ok((id, (request, goal))) => call::run(request, goal, id, promised),
        Err(failure) => promised.fail(&failure),
    }
}
