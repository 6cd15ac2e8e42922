//! What goes back to JavaScript.

use crate::batch_id::BatchId;
use crate::body::JsBody;
use crate::call::Attempt;
use crate::delete::Deleted;
use crate::error::Failure;
use crate::response::Answer;
use js_sys::{Function, Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::cell::RefCell;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

thread_local! {
    static ERROR_BUILDER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Object, js_name = defineProperty)]
    fn define_property(object: &JsValue, name: &str, descriptor: &Object);
}

/// Keeps the function that makes an error object of failure data.
pub(crate) fn set_error_builder(builder: Function) {
    ERROR_BUILDER.replace(Some(builder));
}

/// A batch, or its deletion, exactly as the API sent it.
pub(crate) fn answered(answer: &Answer<JsBody>) -> JsValue {
    with_request_id(answer.content.document.clone(), answer.request_id())
}

/// A deletion that the API confirmed, or that left nothing to confirm.
pub(crate) fn deleted(id: &BatchId, deleted: Deleted<JsBody>) -> JsValue {
    match deleted {
        Deleted::Answered(answer) => answered(&answer),
        Deleted::Gone { request_id, .. } => {
            let result = record(&[
                ("id".into(), id.as_str().into()),
                ("type".into(), "message_batch_deleted".into()),
            ]);
            with_request_id(result.into(), request_id.as_deref())
        }
    }
}

/// The request's id, not enumerable, so that the result still equals what the API sent.
fn with_request_id(result: JsValue, request_id: Option<&str>) -> JsValue {
    if let Some(id) = request_id {
        define_property(
            &result,
            "_request_id",
            &record(&[("value".into(), id.into())]),
        );
    }
    result
}

/// Why a promise rejects: an envelope with data that JavaScript makes an error of.
pub(crate) fn failure(failure: &Failure) -> JsValue {
    envelope("failure", &to_js(failure))
}

/// Why a promise rejects: an envelope with the caller's own reason.
pub(crate) fn reason(reason: &JsValue) -> JsValue {
    envelope("reason", reason)
}

/// What `onAttempt` is called with.
pub(crate) fn attempt(attempt: &Attempt) -> JsValue {
    let data = to_js(attempt);
    if let Some(failure) = &attempt.error {
        set(&data, "error", &error(failure));
    }
    data
}

/// The error object of a failure.
pub(crate) fn error(failure: &Failure) -> JsValue {
    let builder = ERROR_BUILDER.with_borrow(Clone::clone);
    builder
        .and_then(|builder| builder.call1(&JsValue::UNDEFINED, &to_js(failure)).ok())
        .unwrap_or(JsValue::UNDEFINED)
}

/// A plain object of strings.
pub(crate) fn record(pairs: &[(String, String)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        set(&object, name, &value.as_str().into());
    }
    object
}

fn envelope(name: &str, value: &JsValue) -> JsValue {
    let envelope = Object::new();
    set(&envelope, name, value);
    envelope.into()
}

/// Setting a property of an object of our own can't fail.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

fn to_js(data: &impl Serialize) -> JsValue {
    data.serialize(&Serializer::json_compatible())
        .unwrap_or(JsValue::UNDEFINED)
}
