//! Reads the facts of [`crate::options::runtime`] from the runtime.

use crate::base::strings::trimmed;
use crate::js::batched;
use crate::options::runtime::{Host, Signs};
use js_sys::Reflect;
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// js-sys looks in four places, for runtimes that are no more.
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: JsValue;
}

thread_local! {
    static HOST: OnceCell<Rc<Host>> = const { OnceCell::new() };
}

/// Where this runs. It can't change, so it is found out once.
pub(crate) fn host() -> Rc<Host> {
    HOST.with(|host| Rc::clone(host.get_or_init(|| Rc::new(Host::recognize(signs())))))
}

/// An environment variable. Where a runtime refuses to show it, it counts as not set.
pub(crate) fn environment(name: &str) -> Option<String> {
    let text = trimmed(&batched::environment(name).ok()?.as_string()?).to_owned();
    (!text.is_empty()).then_some(text)
}

fn signs() -> Signs {
    let global = GLOBAL.with(JsValue::clone);
    let agent = get(&get(&global, "navigator"), "userAgent")
        .as_string()
        .unwrap_or_default();
    let has = |name| !get(&global, name).is_undefined();
    let process = get(&global, "process");
    // A bundler's stand-in for `process` has no version of Node.
    let node = get(&get(&process, "versions"), "node").is_string();
    Signs {
        node: node && get(&process, "type").as_string().as_deref() != Some("renderer"),
        document: get(&get(&global, "window"), "document").is_object(),
        worker_scope: has("WorkerGlobalScope"),
        server: has("Deno") || has("Bun") || has("EdgeRuntime") || agent == "Cloudflare-Workers",
        origin: get(&get(&global, "location"), "origin").as_string(),
    }
}

/// A property; undefined where there is none, or where it can't be read.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
