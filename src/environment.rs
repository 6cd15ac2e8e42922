//! The facts of the runtime that decide on credentials and base URLs.

use crate::options::host::Host;
use crate::options::value::{Encoded, Value};
use crate::report;
use policy::internal::strings::trimmed;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/imports.js")]
extern "C" {
    /// Returns a variable of `process.env`, if there is one; [`DENIED`] if the runtime does not permit it.
    #[wasm_bindgen(js_name = environment)]
    fn variable(name: &str) -> Option<String>;
}

thread_local! {
    static HOST: OnceCell<Rc<Host>> = const { OnceCell::new() };
    static TAKES_CACHE: Cell<bool> = const { Cell::new(false) };
}

/// Reads the facts of the runtime: whether its `fetch` takes the member `cache`, and the values of the global
/// object that say where this runs, in the order of `GLOBALS` in `pkg/connect.js`, which calls this once, right
/// after loading.
#[wasm_bindgen(js_name = setUp, skip_typescript)]
pub fn set_up(facts: &str) {
    let mut rest = Encoded(facts);
    TAKES_CACHE.set(rest.value().is_some_and(Value::is_true));
    HOST.with(|host| host.set(Rc::new(Host::recognize(rest.0))))
        .ok();
}

/// Returns whether the runtime's `fetch` takes the member `cache`.
pub(crate) fn takes_cache() -> bool {
    TAKES_CACHE.get()
}

/// Returns the facts of the runtime.
pub(crate) fn host() -> Rc<Host> {
    HOST.with(|host| host.get().map(Rc::clone))
        .unwrap_or_default()
}

/// The value of each variable that the runtime does not permit to be read.
const DENIED: &str = "\0";

/// Returns a variable of the environment, unless it is blank. A runtime may refuse to show it.
pub(crate) fn environment(name: &str) -> Option<String> {
    let value = variable(name)?;
    let value = trimmed(&value);
    if value == DENIED {
        report::explain_by_environment();
        return None;
    }
    (!value.is_empty()).then(|| value.to_owned())
}
