//! The exported functions for one batch.

use crate::base::error::{Failure, Result};
use crate::call::deletion;
use crate::call::deletion::Plan;
use crate::call::machine::Caller;
use crate::call::race::race;
use crate::http::request::Operation;
use crate::js::abort::{Aborted, Signal};
use crate::js::clock::JsClock;
use crate::js::event_loop::{Boxed, Ended, promise};
use crate::js::{options, relay, results};
use crate::options::batch_id::BatchId;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

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
        let (request, plan) = options::read_deletion(options)?;
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
    relay::create(options, report).map_err(|failure| results::failure(&failure))
}

/// Takes the function that makes an error object of failure data. The package calls this once,
/// right after loading.
#[wasm_bindgen(js_name = setErrorBuilder, skip_typescript)]
pub fn set_error_builder(builder: Function) {
    results::set_error_builder(builder);
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
        let request = options::read_request(options)?;
        Ok((id, request, Asked::Operation(operation)))
    }))
}

fn check_id(id: &JsValue) -> Result<BatchId> {
    BatchId::check(&options::value(id))
}

/// Makes a call, within its signal and its time, and tells JavaScript how it ended.
fn ask(checked: Result<(BatchId, Box<options::Request>, Asked)>) -> Promise {
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
                    results::deleted(&id, deletion::delete(&caller, &id, plan).await?)
                }
                Asked::Operation(of) => results::answered(&*caller.call(of(&id)).await?),
            })
        });
        answer.await.map_err(|failure| results::failure(&failure))
    };
    settle(signal, Box::pin(work))
}

/// A promise of what the work ends with, or of the signal's reason.
pub(crate) fn settle(signal: Option<Signal>, work: Boxed<'static, Ended>) -> Promise {
    promise(Box::pin(until_aborted(signal, work)))
}

/// Ends with the signal's reason, where there is a signal and it is aborted before the work ends.
pub(crate) async fn until_aborted(signal: Option<Signal>, work: Boxed<'_, Ended>) -> Ended {
    let Some(signal) = signal else {
        return work.await;
    };
    // The abort is looked at first: of a call whose signal is aborted already, nothing is sent.
    match race(Aborted::watch(signal), work).await {
        Ok(reason) => Err(results::reason(&reason)),
        Err(result) => result,
    }
}

pub(crate) fn rejected(failure: &Failure) -> Promise {
    Promise::reject(&results::failure(failure))
}
