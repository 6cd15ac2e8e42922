//! From the policy's request to a call of `fetch`.

use js_sys::{Function, Promise};
use policy::http::request::{Method, Request};
use policy::internal::strings::concat;
use policy::options::credentials::Scheme;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use web_sys::{AbortController, RequestInit};

/// The facts about the caller's functions that a call needs. JavaScript calls all except `fetch`.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) fetch: Option<Function>,
    /// The scheme of the credential that a function creates, if there is such a function.
    pub(crate) scheme: Scheme,
    pub(crate) reports_attempts: bool,
}

#[wasm_bindgen(module = "/src/imports.js")]
extern "C" {
    /// Makes a `RequestInit` of lines (method, redirect mode, cache mode, which may be empty, a line that is empty
    /// unless the body is an empty stream, then names and values of headers) and of the controller's signal.
    #[wasm_bindgen(catch, js_name = requestInit)]
    fn request_init(lines: &str, controller: &AbortController) -> Result<RequestInit, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The runtime's own `fetch`, looked up at each call, as tests that replace it expect.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// Sends a request; returns the promise of its response and its `AbortController`. If `fetch` throws at once,
/// the promise is a rejected one, and there is no controller.
pub(crate) fn send(request: &Request, caller: &Caller, takes_cache: bool) -> (JsValue, JsValue) {
    let sent = AbortController::new().and_then(|controller| {
        let init = request_init(&lines(request, takes_cache), &controller)?;
        let promise = match &caller.fetch {
            Some(given) => given.call2(&JsValue::UNDEFINED, &request.url.as_str().into(), &init),
            None => fetch(&request.url, &init),
        };
        // Ends the request that `fetch` may have begun before it threw.
        promise
            .inspect_err(|_| controller.abort())
            .map(|promise| (promise, controller.into()))
    });
    sent.unwrap_or_else(|thrown| (Promise::reject(&thrown).into(), JsValue::UNDEFINED))
}

fn lines(request: &Request, takes_cache: bool) -> String {
    // A followed redirect would take the key to another origin. "error" is unknown to some runtimes.
    let redirect = "\nmanual\n";
    // A response without `cache-control` may be stored: by a browser, a service worker, a framework. Then a
    // batch that is waited for never ends.
    let is_read = request.method == Method::Get && takes_cache;
    let cache = if is_read { "no-store\n" } else { "\n" };
    let body = if request.guarded { "stream\n" } else { "\n" };
    concat(&[
        request.method.as_str(),
        redirect,
        cache,
        body,
        request.headers.lines(),
    ])
}
