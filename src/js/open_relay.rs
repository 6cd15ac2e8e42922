//! The options of `createRelay`, read and checked, and the relays that there are.

use crate::js::functions::{Functions, Promised};
use crate::js::options;
use js_sys::Function;
use policy::base::error::{Failure, Result};
use policy::base::slots::Slots;
use policy::options::Settings;
use policy::relay::rules::Rules;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// A relay: its options, found valid.
pub(crate) struct Relay {
    pub(crate) rules: Rules,
    pub(crate) settings: Settings,
    pub(crate) functions: Functions,
    pub(crate) authorize: Function,
    pub(crate) report: Function,
}

thread_local! {
    static RELAYS: RefCell<Slots<Rc<Relay>>> = const { RefCell::new(Slots::new()) };
}

/// Checks the options of `createRelay`, and resolves with the number of the relay. `report` is
/// called with details that a page must not see. `closeRelay` forgets it.
#[wasm_bindgen(js_name = openRelay, skip_typescript)]
pub fn open_relay(resolve: Function, reject: Function, options: &JsValue, report: Function) {
    let promised = Promised::new(resolve, reject);
    match read(options, report) {
        Ok(relay) => {
            let number = RELAYS.with_borrow_mut(|relays| relays.insert(Rc::new(relay)));
            promised.resolve(&number.into());
        }
        Err(failure) => promised.fail(&failure),
    }
}

fn read(options: &JsValue, report: Function) -> Result<Relay> {
    let (rules, settings, functions, authorize) = options::read(options)?;
    let Some(authorize) = authorize else {
        return Err(Failure::wrong("authorize", "a function", "undefined"));
    };
    Ok(Relay {
        rules,
        settings,
        functions,
        authorize,
        report,
    })
}

/// Forgets a relay. Its requests in flight go on.
#[wasm_bindgen(js_name = closeRelay, skip_typescript)]
pub fn close_relay(number: u32) {
    RELAYS.with_borrow_mut(|relays| relays.remove(number));
}

/// The relay of that number.
pub(crate) fn opened(number: u32) -> Option<Rc<Relay>> {
    RELAYS.with_borrow_mut(|relays| relays.get_mut(number).cloned())
}
