//! Reads the facts of [`policy::options::runtime`] from the runtime.

use crate::js::batched;
use js_sys::Reflect;
use policy::base::encoded::Encoded;
use policy::base::input_value::Value;
use policy::base::strings::trimmed;
use policy::options::runtime::{Host, Signs};
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::prelude::JsValue;

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
    let text = batched::globals(
        "navigator.userAgent\nlocation.origin\nwindow.document\nWorkerGlobalScope\nDeno\nBun\nEdgeRuntime\nprocess.versions.node\nprocess.type",
    );
    let mut globals = Encoded::new(&text);
    let agent = globals.text();
    let origin = globals.text();
    let document = globals.value() == Some(Value::Object);
    let mut has = || globals.value().is_some_and(|value| !value.is_undefined());
    let worker_scope = has();
    let is_named = agent.as_deref() == Some("Cloudflare-Workers");
    let is_other = [has(), has(), has(), is_named].contains(&true);
    // A bundler's stand-in for `process` has no version of Node.
    let is_node = globals.text().is_some();
    let is_renderer = globals.text().as_deref() == Some("renderer");
    Signs {
        document,
        worker_scope,
        server: is_other || (is_node && !is_renderer),
        origin,
    }
}

/// A property; undefined where there is none, or where it can't be read.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
