//! Reads the facts of [`crate::host`] from the runtime.

use crate::access;
use crate::host::{Host, Signs};

use crate::words::word;
use js_sys::Reflect;
use std::cell::OnceCell;
use wasm_bindgen::JsValue;

thread_local! {
    static HOST: OnceCell<Host> = const { OnceCell::new() };
}

/// Where this runs. It can't change, so it is found out once.
pub(crate) fn host() -> Host {
    HOST.with(|host| host.get_or_init(|| Host::recognize(signs())).clone())
}

/// An environment variable. Where a runtime refuses to show it, it counts as not set.
pub(crate) fn environment(name: &str) -> Option<String> {
    let text = access::environment(&word(name))
        .ok()?
        .as_string()?
        .trim()
        .to_owned();
    (!text.is_empty()).then_some(text)
}

fn signs() -> Signs {
    let global = js_sys::global();
    let agent = get(&get(&global, "navigator"), "userAgent")
        .as_string()
        .unwrap_or_default();
    let has = |name| !get(&global, name).is_undefined();
    Signs {
        document: get(&get(&global, "window"), "document").is_object(),
        worker_scope: has("WorkerGlobalScope"),
        server: has("Deno") || has("Bun") || has("EdgeRuntime") || agent == "Cloudflare-Workers",
        origin: get(&get(&global, "location"), "origin").as_string(),
    }
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
