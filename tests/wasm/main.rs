//! The crate as wasm, in cases that no server can make: a `fetch` that throws, resolves with
//! look-alikes or never settles, and arguments of every kind. Whatever happens, a call settles.

#![cfg(target_arch = "wasm32")]
// A test that finds nothing where something must be has failed, and says so by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use delete_message_batch::js::{driver, exports};
use js_sys::{Function, Promise, Reflect};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

const ID: &str = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const DELETED: &str =
    r#"{"id":"msgbatch_013Zva2CMHLNnXjNJJKqJ2EF","type":"message_batch_deleted"}"#;

/// Hands events to the driver, as the package does once after loading.
fn set_up(error_builder: &str) {
    let handler: Closure<dyn Fn(u32, u32, u32, u32, JsValue)> = Closure::new(driver::dispatch);
    let handler: Function = handler.into_js_value().unchecked_into();
    exports::set_up(&handler, Function::new_with_args("data", error_builder));
}

type Export = fn(Function, Function, &JsValue, &JsValue);

/// Makes the promise of a call, as the package does.
fn promise(export: Export, id: &JsValue, options: &JsValue) -> Promise {
    thread_local! {
        static IS_SET_UP: Cell<bool> = const { Cell::new(false) };
    }
    if !IS_SET_UP.replace(true) {
        set_up("return data");
    }
    Promise::new(&mut |resolve, reject| export(resolve, reject, id, options))
}

fn delete_batch(id: &JsValue, options: &JsValue) -> Promise {
    promise(exports::delete_batch, id, options)
}

fn retrieve_batch(id: &JsValue, options: &JsValue) -> Promise {
    promise(exports::retrieve_batch, id, options)
}

fn cancel_batch(id: &JsValue, options: &JsValue) -> Promise {
    promise(exports::cancel_batch, id, options)
}

/// The value of a JavaScript expression.
fn js(expression: &str) -> JsValue {
    let body = format!("return ({expression});");
    let function = Function::new_no_args(&body);
    function.call0(&JsValue::UNDEFINED).expect(expression)
}

/// Options with this fetch, without a credential, and without waits between attempts.
fn with_fetch(fetch: &str) -> JsValue {
    js(&format!(
        "{{ baseURL: 'http://localhost:9', apiKey: null, maxRetryDelay: 1, fetch: {fetch} }}"
    ))
}

async fn settle(promise: Promise) -> Result<JsValue, JsValue> {
    JsFuture::from(promise).await
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

/// The data that JavaScript makes an error of.
async fn failure(promise: Promise) -> JsValue {
    let rejection = settle(promise).await.expect_err("must reject");
    let failure = get(&rejection, "failure");
    assert!(failure.is_object(), "a failure, not {rejection:?}");
    failure
}

#[track_caller]
fn assert_text(value: &JsValue, name: &str, expected: &str) {
    let text = get(value, name).as_string().unwrap_or_default();
    assert!(
        text.contains(expected),
        "{name}: {text:?}, not {expected:?}"
    );
}

async fn assert_fails(fetch: &str, code: &str, message: &str) -> JsValue {
    let failure = failure(delete_batch(&ID.into(), &with_fetch(fetch))).await;
    assert_text(&failure, "code", code);
    assert_text(&failure, "message", message);
    failure
}

#[wasm_bindgen_test]
async fn a_deletion() {
    let fetch = format!(
        "async () => new Response('{DELETED}', {{ headers: {{ 'request-id': 'req_1' }} }})"
    );
    let deleted = settle(delete_batch(&ID.into(), &with_fetch(&fetch)))
        .await
        .unwrap();
    assert_text(&deleted, "id", ID);
    assert_text(&deleted, "_request_id", "req_1");
    let names = js_sys::Object::keys(&deleted.into());
    assert_eq!(names.length(), 2, "the request's id is not enumerable");
}

#[wasm_bindgen_test]
async fn fetch_rejects_with_a_value_that_is_no_error() {
    for reason in [
        "'stop'",
        "undefined",
        "null",
        "7",
        "{}",
        "Symbol('s')",
        "10n",
        "Object.create(null)",
    ] {
        let fetch = format!("() => Promise.reject({reason})");
        let failure = assert_fails(&fetch, "connection", "no response").await;
        assert_eq!(get(&failure, "attempts"), JsValue::from(3), "{reason}");
    }
}

#[wasm_bindgen_test]
async fn fetch_throws_at_once() {
    assert_fails(
        "() => { throw new TypeError('no network') }",
        "connection",
        "no network",
    )
    .await;
    assert_fails("() => { throw 'a text' }", "connection", "a text").await;
}

#[wasm_bindgen_test]
async fn an_error_whose_getters_throw() {
    let fetch = "() => Promise.reject({ get name() { throw 1 }, get message() { throw 2 }, get cause() { throw 3 } })";
    assert_fails(fetch, "connection", "no response").await;
}

#[wasm_bindgen_test]
async fn a_cause_that_is_its_own_cause() {
    let fetch = "() => { const error = new Error('round'); error.cause = error; return Promise.reject(error) }";
    assert_fails(fetch, "connection", "round: round").await;
}

#[wasm_bindgen_test]
async fn fetch_resolves_with_a_value_that_is_no_response() {
    let values = [
        "undefined",
        "null",
        "'text'",
        "{}",
        "{ status: 'x' }",
        "{ status: 200 }",
        "{ status: 200, headers: 5 }",
        "{ status: 200.5, headers: new Headers() }",
        "{ get status() { throw 1 } }",
    ];
    for value in values {
        let fetch = format!("async () => ({value})");
        assert_fails(&fetch, "connection", "no response").await;
    }
    assert_fails("async () => Response.error()", "connection", "no response").await;
}

#[wasm_bindgen_test]
async fn a_look_alike_response_is_as_good_as_a_real_one() {
    let fetch = format!(
        "async () => ({{ status: 200, headers: new Map(), text: async () => '{DELETED}' }})"
    );
    let deleted = settle(delete_batch(&ID.into(), &with_fetch(&fetch)))
        .await
        .unwrap();
    assert_text(&deleted, "type", "message_batch_deleted");
    // Neither promise nor async function.
    let fetch = format!("() => ({{ status: 200, headers: new Map(), text: () => '{DELETED}' }})");
    settle(delete_batch(&ID.into(), &with_fetch(&fetch)))
        .await
        .unwrap();
}

#[wasm_bindgen_test]
async fn bodies_that_no_server_sends() {
    let look_alike =
        |rest: &str| format!("async () => ({{ status: 200, headers: new Map(), {rest} }})");
    assert_fails(
        &look_alike("text: async () => 5"),
        "invalid_response",
        "empty body",
    )
    .await;
    assert_fails(
        &look_alike("text: () => { throw new Error('torn') }"),
        "connection",
        "torn",
    )
    .await;
    assert_fails(
        &look_alike("body: 5, text: null"),
        "connection",
        "broke off",
    )
    .await;
    let stream = "body: new ReadableStream({ start(c) { c.enqueue('text'); c.close() } })";
    assert_fails(&look_alike(stream), "connection", "not a stream of bytes").await;
    let stream = "body: { getReader: () => ({ read: async () => undefined }) }";
    assert_fails(&look_alike(stream), "connection", "not a stream of bytes").await;
    let bomb =
        "body: { getReader: () => ({ read: async () => ({ value: new Uint8Array(1 << 19) }) }) }";
    assert_fails(&look_alike(bomb), "invalid_response", "larger than 1 MiB").await;
}

#[wasm_bindgen_test]
async fn a_fetch_that_never_settles_ends_with_the_timeout() {
    let options = js(
        "{ apiKey: null, baseURL: 'http://localhost:9', timeout: 20, maxRetries: 0, fetch: () => new Promise(() => {}) }",
    );
    let failure = failure(delete_batch(&ID.into(), &options)).await;
    assert_text(&failure, "code", "timeout");
}

#[wasm_bindgen_test]
async fn an_abort_hands_on_the_reason_whatever_it_is() {
    for reason in [
        "'stop'",
        "undefined",
        "null",
        "0",
        "Symbol.iterator",
        "{ code: 'mine' }",
    ] {
        let options = with_fetch("() => new Promise(() => {})");
        let controller = js("new AbortController()");
        Reflect::set(&options, &"signal".into(), &get(&controller, "signal")).unwrap();
        let promise = delete_batch(&ID.into(), &options);
        let abort = Function::new_with_args("controller, reason", "controller.abort(reason)");
        let value = js(reason);
        abort
            .call2(&JsValue::UNDEFINED, &controller, &value)
            .unwrap();
        let rejection = settle(promise).await.expect_err(reason);
        let expected = get(&get(&controller, "signal"), "reason");
        assert!(
            js_sys::Object::is(&get(&rejection, "reason"), &expected),
            "{reason}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_signal_of_another_make() {
    // An aborted look-alike: nothing is sent.
    let options = js(
        "{ apiKey: null, fetch: () => { throw new Error('sent') }, signal: { aborted: true, reason: 'mine', addEventListener() {}, removeEventListener() {} } }",
    );
    let rejection = settle(delete_batch(&ID.into(), &options))
        .await
        .expect_err("aborted");
    assert_text(&rejection, "reason", "mine");
    for signal in [
        "{}",
        "5",
        "{ aborted: true }",
        "{ get aborted() { throw 1 } }",
    ] {
        let options = js(&format!("{{ apiKey: null, signal: {signal} }}"));
        let failure = failure(delete_batch(&ID.into(), &options)).await;
        assert_text(&failure, "message", "signal must be an AbortSignal");
    }
}

#[wasm_bindgen_test]
async fn ids_of_every_kind() {
    let values = [
        "undefined",
        "null",
        "5",
        "true",
        "[]",
        "{}",
        "() => 1",
        "Symbol()",
        "1n",
        "''",
        "'\\ud800'",
        "new String('x')",
    ];
    let calls: [fn(&JsValue, &JsValue) -> Promise; 3] =
        [delete_batch, retrieve_batch, cancel_batch];
    for value in values {
        for call in calls {
            let failure = failure(call(
                &js(value),
                &with_fetch("() => { throw new Error('sent') }"),
            ))
            .await;
            assert_text(&failure, "code", "invalid_option");
            assert_text(&failure, "message", "id must be");
            assert_eq!(get(&failure, "attempts"), JsValue::from(0), "{value}");
        }
    }
}

#[wasm_bindgen_test]
async fn options_that_throw() {
    let options = [
        "{ get timeout() { throw 1 } }",
        "new Proxy({}, { ownKeys() { throw 1 } })",
        "{ headers: { get x() { throw 1 } } }",
        "{ headers: { *[Symbol.iterator]() { throw 1 } } }",
        "5",
        "[]",
        "() => {}",
        "'text'",
    ];
    for text in options {
        let failure = failure(delete_batch(&ID.into(), &js(text))).await;
        assert_text(&failure, "code", "invalid_option");
    }
}

#[wasm_bindgen_test]
async fn a_hook_and_an_error_builder_that_throw_change_nothing() {
    set_up("throw new Error('builder')");
    let options = js(
        "{ apiKey: null, baseURL: 'http://localhost:9', maxRetryDelay: 1, onAttempt() { throw 1 }, fetch: async () => new Response('', { status: 500 }) }",
    );
    let failure = failure(delete_batch(&ID.into(), &options)).await;
    assert_text(&failure, "code", "server");
    assert_eq!(get(&failure, "attempts"), JsValue::from(3));
}

#[wasm_bindgen_test]
async fn a_credential_function_of_every_kind() {
    for (function, message) in [
        ("() => { throw new Error('vault') }", "apiKey failed: vault"),
        ("async () => { throw 'vault' }", "apiKey failed: vault"),
        (
            "() => undefined",
            "apiKey (what the function returned) must be a string",
        ),
        (
            "() => 'a b'",
            "apiKey (what the function returned) must be a string of visible",
        ),
    ] {
        let options = js(&format!(
            "{{ apiKey: {function}, dangerouslyAllowBrowser: true, fetch: () => {{ throw new Error('sent') }} }}"
        ));
        let failure = failure(delete_batch(&ID.into(), &options)).await;
        assert_text(&failure, "message", message);
        assert_eq!(get(&failure, "attempts"), JsValue::from(0));
    }
}
