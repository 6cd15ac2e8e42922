//! The border of the crate as wasm: which action follows which event, with values that JavaScript hands
//! in. The loops around it are tested with servers, in `tests/runtimes`.

#![cfg(target_arch = "wasm32")]
// A test that finds nothing where something must be has failed, and says so by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use delete_message_batch::{close, open, options_of, step};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortController;

const ID: &str = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const DELETE: u32 = 0;

/// The numbers of `src/border.rs`.
const RESPONDED: u32 = 1;
const LOST: u32 = 2;
const WOKE: u32 = 4;
const SEND: u32 = 0;
const SLEEP: u32 = 1;
const DONE: u32 = 4;
const FAILED: u32 = 6;
const ABORTED: u32 = 7;

/// The functions and objects among the options: a `fetch` that keeps its arguments.
fn kept() -> JsValue {
    let fetch = "globalThis.sent = [url, init]; return Promise.resolve('the response')";
    let kept = Object::new();
    let fetch = Function::new_with_args("url, init", fetch);
    Reflect::set(&kept, &"fetch".into(), &fetch).unwrap();
    kept.into()
}

/// The arguments of a call as `values.js` describes them. The options are `apiKey` and `fetch`.
fn arguments(id: &str) -> String {
    let options = options_of(DELETE).as_string().expect("a string");
    let index = |name: &str| {
        let found = options.lines().filter_map(|line| line.split_once(':'));
        let mut found = found.filter(|(_, known)| *known == name);
        found.next().expect(name).0
    };
    let (key, fetch) = (index("apiKey"), index("fetch"));
    format!("\"{}:{id}{{{key}:\"1:k{fetch}:F", id.len())
}

fn begin(id: &str, is_aborted: bool) -> Array {
    open(DELETE, &arguments(id), &kept(), is_aborted, -1.0, 0.0, 0.5).unchecked_into()
}

fn next(call: u32, event: u32, detail: &str) -> Array {
    pass(call, event, detail).unchecked_into()
}

fn pass(call: u32, event: u32, detail: &str) -> JsValue {
    let exchange = Object::new();
    Reflect::set(&exchange, &"text".into(), &"".into()).unwrap();
    step(call, 0, event, detail, exchange.into(), 0.0, 0.5)
}

fn number(action: &Array, index: u32) -> u32 {
    let number = action.get(index).as_f64().expect("a number");
    // An action's numbers are small.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let number = number as u32;
    number
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

/// A 200 with the deletion of a batch, as `receive.js` describes it.
fn deletion(id: &str) -> String {
    let kind = "message_batch_deleted";
    format!(
        "#200:\"5:basic1:\"5:req_1J\"{}:{id}\"{}:{kind}uu",
        id.len(),
        kind.len()
    )
}

#[wasm_bindgen_test]
fn a_deletion_is_one_request_and_one_response() {
    let send = begin(ID, false);
    assert_eq!(number(&send, 1), SEND);
    assert_eq!(number(&send, 2), 60_000, "the time limit of an attempt");
    assert!(send.get(4).is_instance_of::<AbortController>());
    let arguments = get(&js_sys::global(), "sent");
    let url = get(&arguments, "0").as_string().unwrap();
    assert!(
        url.ends_with(&format!("/v1/messages/batches/{ID}")),
        "{url}"
    );
    let init = get(&arguments, "1");
    assert_eq!(get(&init, "method"), "DELETE");
    assert_eq!(get(&init, "redirect"), "manual");
    assert_eq!(get(&get(&init, "headers"), "x-api-key"), "k");
    assert_eq!(get(&init, "signal"), get(&send.get(4), "signal"));
    assert!(get(&init, "toString").is_undefined(), "a prototype");

    let done = next(number(&send, 0), RESPONDED, &deletion(ID));
    assert_eq!(number(&done, 1), DONE);
    assert_eq!(done.get(3), "req_1");
}

#[wasm_bindgen_test]
fn a_lost_response_is_followed_by_a_pause_and_another_request() {
    let send = begin(ID, false);
    let call = number(&send, 0);
    let sleep = next(call, LOST, "E\"9:TypeError\"12:fetch failedu");
    assert_eq!(number(&sleep, 1), SLEEP);
    let again = next(call, WOKE, "");
    assert_eq!(number(&again, 1), SEND);
    close(call);
}

#[wasm_bindgen_test]
fn a_description_that_is_not_of_a_response_is_a_lost_response() {
    for detail in [
        "",
        "u",
        "#200:",
        "#200.5:u",
        "#0:u0:",
        "#200:u1:\"3:a\nb",
        "#200:u9:",
    ] {
        let send = begin(ID, false);
        let call = number(&send, 0);
        let sleep = next(call, RESPONDED, detail);
        assert_eq!(number(&sleep, 1), SLEEP, "{detail:?}");
        close(call);
    }
}

#[wasm_bindgen_test]
fn an_id_that_is_not_valid_is_a_failure_before_anything_is_sent() {
    Reflect::set(&js_sys::global(), &"sent".into(), &JsValue::UNDEFINED).unwrap();
    let failed = begin("a/b", false);
    assert_eq!(number(&failed, 1), FAILED);
    assert_eq!(get(&failed.get(3), "code"), "invalid_option");
    assert_eq!(
        number(&begin(ID, true), 1),
        ABORTED,
        "a signal that is aborted"
    );
    assert!(get(&js_sys::global(), "sent").is_undefined());
}

#[wasm_bindgen_test]
fn an_event_of_a_call_that_has_ended_has_no_effect() {
    let send = begin(ID, false);
    let call = number(&send, 0);
    close(call);
    close(call);
    assert!(pass(call, RESPONDED, &deletion(ID)).is_undefined());
}
