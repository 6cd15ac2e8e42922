//! Deletes Claude Message Batches through the fetch API, wherever JavaScript runs.
//!
//! The crate is compiled to WebAssembly and published as the npm package `delete-message-batch`.
//! Data flows one way: options → request → attempt → decision → result. The modules that decide
//! know nothing of JavaScript, and are tested natively.

mod access;
pub mod base_url;
pub mod batch_id;
pub mod betas;
mod body;
pub mod bulk;
pub mod call;
mod clock;
pub mod credentials;
pub mod delete;
pub mod error;
mod event_loop;
mod fetch;
pub mod gate;
pub mod headers;
pub mod host;
mod http_date;
mod ids;
mod input;
pub mod job;
mod job_input;
pub mod jobs;
pub mod lifecycle;
pub mod list;
pub mod matches;
pub mod moment;
pub mod options;
mod output;
pub mod pace;
mod platform;
mod pool;
pub mod purge;
pub mod race;
mod redact;
pub mod refusal;
pub mod relay;
mod relay_js;
mod report;
pub mod request;
pub mod response;
pub mod retry;
pub mod seen;
pub mod selection;
mod signal;
mod target;
mod text;
mod types;
pub mod value;
mod words;

use crate::batch_id::BatchId;
use crate::call::Caller;
use crate::clock::JsClock;
use crate::delete::Plan;
use crate::error::{Failure, Result};
use crate::event_loop::{Boxed, Ended, promise};
use crate::race::race;
use crate::request::Operation;
use crate::signal::{Aborted, Signal};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Deletes one Message Batch: its requests and its results.
///
/// A batch can be deleted once it has ended. One that has not is refused with `still_processing`,
/// unless `ifProcessing` says to wait for it or to cancel it first.
///
/// @param id - The batch's id, such as `msgbatch_013Zva2CMHLNnXjNJJKqJ2EF`.
/// @param options - Who asks, where, how patiently.
/// @returns What the API answered. A batch that a retry finds gone, after an attempt whose answer
/// was lost, counts as deleted.
/// @throws {@link BatchError} for everything but an abort, which rejects with the signal's reason.
/// @see https://platform.claude.com/docs/en/api/deleting-message-batches
#[wasm_bindgen(js_name = deleteBatch, unchecked_return_type = "Promise<DeletedMessageBatch>")]
pub fn delete_batch(
    #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "DeleteBatchOptions")] options: &JsValue,
) -> Promise {
    ask(check_id(id).and_then(|id| {
        let (request, plan) = input::read_deletion(options)?;
        Ok((id, request, Asked::Deletion(plan)))
    }))
}

/// Retrieves one Message Batch; its `processing_status` says how far it has come.
///
/// @param id - The batch's id.
/// @param options - Who asks, where, how patiently.
/// @see https://platform.claude.com/docs/en/api/retrieving-message-batches
#[wasm_bindgen(js_name = retrieveBatch, unchecked_return_type = "Promise<MessageBatch>")]
pub fn retrieve_batch(
    #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "RequestOptions")] options: &JsValue,
) -> Promise {
    one_call(id, options, |id| Operation::Retrieve(id))
}

/// Cancels one Message Batch that is in progress. It is `canceling` at first and `ended` some time
/// later; requests that were already running may still succeed.
///
/// @param id - The batch's id.
/// @param options - Who asks, where, how patiently.
/// @see https://platform.claude.com/docs/en/api/canceling-message-batches
#[wasm_bindgen(js_name = cancelBatch, unchecked_return_type = "Promise<MessageBatch>")]
pub fn cancel_batch(
    #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "RequestOptions")] options: &JsValue,
) -> Promise {
    one_call(id, options, |id| Operation::Cancel(id))
}

/// Makes the function that a relay answers requests with. The package wraps it; see `createRelay`
/// in relay.d.ts.
#[wasm_bindgen(js_name = createRelay, skip_typescript)]
pub fn create_relay(options: &JsValue, report: Function) -> std::result::Result<JsValue, JsValue> {
    relay_js::create(options, report).map_err(|failure| output::failure(&failure))
}

/// Takes the function that makes an error object of failure data. The package calls this once,
/// right after loading.
#[wasm_bindgen(js_name = setErrorBuilder, skip_typescript)]
pub fn set_error_builder(builder: Function) {
    output::set_error_builder(builder);
}

/// What is asked for of one batch.
enum Asked {
    Deletion(Plan),
    Operation(OfBatch),
}

/// An operation on a batch.
type OfBatch = for<'a> fn(&'a BatchId) -> Operation<'a>;

/// Checks the arguments of a call that is one operation on one batch, and makes it.
fn one_call(id: &JsValue, options: &JsValue, operation: OfBatch) -> Promise {
    ask(check_id(id).and_then(|id| {
        let request = input::read_request(options)?;
        Ok((id, request, Asked::Operation(operation)))
    }))
}

fn check_id(id: &JsValue) -> Result<BatchId> {
    BatchId::check(&input::value(id))
}

/// Makes a call, within its signal and its time, and tells JavaScript how it ended.
fn ask(checked: Result<(BatchId, Box<input::Request>, Asked)>) -> Promise {
    let (id, mut request, asked) = match checked {
        Ok(checked) => checked,
        Err(failure) => return rejected(&failure),
    };
    let signal = request.signal.take();
    let work = async move {
        let caller = Caller::new(&request.transport, &JsClock, &request.settings);
        let answer = caller.within_total(async {
            Ok(match asked {
                Asked::Deletion(plan) => {
                    output::deleted(&id, delete::delete(&caller, &id, plan).await?)
                }
                Asked::Operation(of) => output::answered(&*caller.call(of(&id)).await?),
            })
        });
        answer.await.map_err(|failure| output::failure(&failure))
    };
    settle(signal, Box::pin(work))
}

/// A promise of what the work ends with, or of the signal's reason.
fn settle(signal: Option<Signal>, work: Boxed<'static, Ended>) -> Promise {
    promise(Box::pin(until_aborted(signal, work)))
}

/// Ends with the signal's reason, where there is a signal and it is aborted before the work ends.
async fn until_aborted(signal: Option<Signal>, work: Boxed<'_, Ended>) -> Ended {
    let Some(signal) = signal else {
        return work.await;
    };
    // The abort is looked at first: of a call whose signal is aborted already, nothing is sent.
    match race(Aborted::watch(signal), work).await {
        Ok(reason) => Err(output::reason(&reason)),
        Err(result) => result,
    }
}

fn rejected(failure: &Failure) -> Promise {
    Promise::reject(&output::failure(failure))
}
