//! The results that go back to JavaScript.

use crate::js::batched;
use js_sys::{Function, Object};
use policy::base::error::{Cause, Failure, FailureBody};
use policy::call::events::Attempt;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

thread_local! {
    static ERROR_BUILDER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    /// An object of our own.
    type Properties;

    #[wasm_bindgen(method, indexing_setter)]
    fn set(this: &Properties, name: &str, value: &JsValue);
}

/// Keeps the function that makes an error object of failure data.
pub(crate) fn set_error_builder(builder: Function) {
    ERROR_BUILDER.replace(Some(builder));
}

/// The deletion of a batch that is gone, as the API would have confirmed it.
pub(crate) fn gone(id: &str, request_id: Option<&str>) -> JsValue {
    let result = Object::new();
    set(&result, "id", &id.into());
    set(&result, "type", &"message_batch_deleted".into());
    if let Some(id) = request_id {
        batched::hide(&result, "_request_id", id);
    }
    result.into()
}

/// Why a promise rejects: an envelope with data that JavaScript makes an error of.
pub(crate) fn failure(failure: &Failure) -> JsValue {
    envelope("failure", &failure_data(failure))
}

/// Why a promise rejects: an envelope with the caller's own reason.
pub(crate) fn reason(reason: &JsValue) -> JsValue {
    envelope("reason", reason)
}

/// The argument of `onAttempt`.
pub(crate) fn attempt(attempt: &Attempt) -> JsValue {
    let data = Object::new();
    set(&data, "method", &attempt.method.into());
    set(&data, "attempt", &attempt.attempt.into());
    if let Some(status) = attempt.status {
        set(&data, "status", &status.into());
    }
    if let Some(failure) = &attempt.error {
        set(&data, "error", &error(failure));
    }
    set_text(&data, "requestId", attempt.request_id.as_deref());
    if let Some(ms) = attempt.delay_ms {
        set(&data, "delayMs", &ms.into());
    }
    data.into()
}

/// A failure as plain data. Absent fields are left out.
fn failure_data(failure: &Failure) -> Object {
    let data = Object::new();
    set_text(&data, "code", Some(failure.code.as_str()));
    set_text(&data, "message", Some(&failure.message));
    set(&data, "attempts", &failure.attempts.into());
    if let Some(status) = failure.status {
        set(&data, "status", &status.into());
    }
    set_text(&data, "type", failure.api_type.as_deref());
    set_text(&data, "errorCode", failure.error_code.as_deref());
    set_text(&data, "requestId", failure.request_id.as_deref());
    if let Some(ms) = failure.retry_after_ms {
        set(&data, "retryAfterMs", &ms.into());
    }
    if let Some(headers) = &failure.headers {
        // Of a text, which never fails. Structs would bring a hash map of their names.
        let lines = serde_wasm_bindgen::to_value(headers.lines()).unwrap_or(JsValue::UNDEFINED);
        set(&data, "headers", &lines);
    }
    if let Some(FailureBody { text, json }) = &failure.body {
        let body = Object::new();
        set_text(&body, "text", Some(text));
        set(&body, "json", &(*json).into());
        set(&data, "body", &body);
    }
    if let Some(cause) = &failure.cause {
        set(&data, "cause", &cause_data(cause));
    }
    data
}

fn cause_data(cause: &Cause) -> Object {
    let data = Object::new();
    set_text(&data, "name", Some(&cause.name));
    set_text(&data, "message", Some(&cause.message));
    set_text(&data, "code", cause.code.as_deref());
    if let Some(inner) = &cause.cause {
        set(&data, "cause", &cause_data(inner));
    }
    data
}

/// The error object of a failure.
pub(crate) fn error(failure: &Failure) -> JsValue {
    let builder = ERROR_BUILDER.with_borrow(Clone::clone);
    builder
        .and_then(|builder| {
            builder
                .call1(&JsValue::UNDEFINED, &failure_data(failure))
                .ok()
        })
        .unwrap_or(JsValue::UNDEFINED)
}

fn envelope(name: &str, value: &JsValue) -> JsValue {
    let envelope = Object::new();
    set(&envelope, name, value);
    envelope.into()
}

/// Setting a property of an object of our own can't fail.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let object: &Properties = object.unchecked_ref();
    object.set(name, value);
}

fn set_text(object: &JsValue, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        set(object, name, &text.into());
    }
}
