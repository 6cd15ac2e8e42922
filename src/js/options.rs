//! Reads a relay's options.

use crate::js::batched;
use crate::options::value::{Encoded, UNDEFINED, Value};
use js_sys::Array;
use wasm_bindgen::prelude::JsValue;
#[cfg(feature = "relay")]
use {
    crate::js::environment,
    crate::js::environment::get,
    crate::js::functions::Functions,
    crate::options::relay::rules,
    crate::options::request::request,
    crate::options::table::{Options, RELAY, lines},
    js_sys::Function,
    policy::base::error::{Failure, Result},
    policy::options::Settings,
    policy::relay::rules::Rules,
    wasm_bindgen::JsCast,
};

/// The options of a relay: its rules and settings, and the caller's functions.
#[cfg(feature = "relay")]
pub(crate) fn read(options: &JsValue) -> Result<(Rules, Settings, Functions, Option<Function>)> {
    let handles = Array::new();
    // The indices of options that a relay has not are those of no name.
    let mut names = String::new();
    let mut count = 0;
    for line in lines(RELAY).lines() {
        let mut parts = line.split(':');
        let index = parts
            .next()
            .and_then(|index| index.parse().ok())
            .unwrap_or(count);
        (count..index).for_each(|_| names.push_str("-\n"));
        names.extend([parts.next().unwrap_or_default(), "\n"]);
        count = index + 1;
    }
    let text = batched::options(options, &batched::names(&names), &handles)
        .map_err(|_| Failure::invalid_option("the names of the options", "can't be read"))?;
    let options = Options::read(Encoded(&text), RELAY)?;
    let function = |name| get(&handles, name).dyn_into::<Function>().ok();
    let functions = Functions {
        credential: function("apiKey").or_else(|| function("authToken")),
        fetch: function("fetch"),
        on_attempt: None,
    };
    let rules = rules(&options)?;
    let settings = request(&options, &environment::host(), &environment::environment)?;
    Ok((rules, settings, functions, function("authorize")))
}

/// Reads any JavaScript value as a [`Value`].
pub(crate) fn value<T>(js: &JsValue, read: impl FnOnce(&Value<'_>) -> T) -> T {
    let text = batched::value(js, &Array::new());
    read(&Encoded(&text).value().unwrap_or(UNDEFINED))
}

/// Describes the kind of a JavaScript value.
pub(crate) fn kind(js: &JsValue) -> String {
    value(js, |value| value.kind())
}
