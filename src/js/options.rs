//! Reads a caller's options object into what the checks work on.

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::call::deletion::{DELETE_OPTIONS, IfMissing, Plan};
use crate::js::abort::Signal;
use crate::js::batched::{self, OBJECT, TEXT};
use crate::js::environment;
use crate::js::fetch::FetchTransport;
use crate::options::{Given, REQUEST_OPTIONS, Settings, known_name};
use crate::relay::policy::{GivenRules, RELAY_OPTIONS, Rules};
use js_sys::{Array, Date, Function, Reflect};
use std::cell::RefCell;
use std::ptr;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The most elements of an option that are read.
const MAX_ELEMENTS: u32 = 1_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Object, js_name = keys, catch)]
    fn object_keys(object: &JsValue) -> std::result::Result<Array, JsValue>;

    #[wasm_bindgen(js_namespace = Object, js_name = entries, catch)]
    fn object_entries(object: &JsValue) -> std::result::Result<Array, JsValue>;
}

/// The options that every call takes, and the caller's functions.
pub(crate) struct Request {
    pub(crate) settings: Settings,
    pub(crate) transport: FetchTransport,
    pub(crate) signal: Option<Signal>,
}

/// Functions of the caller's.
pub(crate) struct Functions {
    pub(crate) credential: Option<Function>,
    pub(crate) fetch: Option<Function>,
    pub(crate) on_attempt: Option<Function>,
}

/// Reads and checks the options of a call.
pub(crate) fn read_request(options: &JsValue) -> Result<Box<Request>> {
    request(&Options::read(options, &[REQUEST_OPTIONS])?)
}

/// Reads and checks the options of a deletion.
pub(crate) fn read_deletion(options: &JsValue) -> Result<(Box<Request>, Plan)> {
    let options = Options::read(options, &[REQUEST_OPTIONS, DELETE_OPTIONS])?;
    let plan = plan(&options, IfMissing::Reject)?;
    Ok((request(&options)?, plan))
}

/// Reads and checks the options of a relay; the function is its `authorize`.
pub(crate) fn read_relay(options: &JsValue) -> Result<(Box<Request>, Rules, Function)> {
    let options = Options::read(options, &[RELAY_OPTIONS])?;
    let rules = Rules::check(&GivenRules {
        authorize: options.value("authorize"),
        allowed_origins: options.value("allowedOrigins"),
        base_path: options.value("basePath"),
        allow: options.value("allow"),
        allowed_workspaces: options.value("allowedWorkspaces"),
        on_error: options.value("onError"),
    })?;
    let authorize = options.js("authorize").clone().unchecked_into();
    Ok((request(&options)?, rules, authorize))
}

/// The options that only a deletion takes.
pub(crate) fn plan(options: &Options, if_missing: IfMissing) -> Result<Plan> {
    Plan::check(
        &options.value("ifProcessing"),
        &options.value("ifMissing"),
        &options.value("pollInterval"),
        if_missing,
    )
}

pub(crate) fn request(options: &Options) -> Result<Box<Request>> {
    let headers = match options.find("headers") {
        Some(headers) => header_pairs(headers)?,
        None => Value::Undefined,
    };
    let given = Given {
        api_key: options.value("apiKey"),
        auth_token: options.value("authToken"),
        fetch: options.value("fetch"),
        on_attempt: options.value("onAttempt"),
        headers,
        base_url: options.value("baseURL"),
        betas: options.value("betas"),
        workspace_id: options.value("workspaceId"),
        anthropic_version: options.value("anthropicVersion"),
        max_retries: options.value("maxRetries"),
        max_retry_delay: options.value("maxRetryDelay"),
        timeout: options.value("timeout"),
        total_timeout: options.value("totalTimeout"),
        dangerously_allow_browser: options.value("dangerouslyAllowBrowser"),
    };
    let signal = match options.value("signal") {
        Value::Undefined | Value::Null => None,
        kind => Some(
            Signal::from_value(options.js("signal"))
                .ok_or_else(|| Failure::wrong("signal", "an AbortSignal", &kind))?,
        ),
    };
    let settings = Settings::check(&given, &environment::host(), &environment::environment)?;
    let functions = Functions {
        credential: options
            .function("apiKey")
            .or_else(|| options.function("authToken")),
        fetch: options.function("fetch"),
        on_attempt: options.function("onAttempt"),
    };
    Ok(Box::new(Request {
        settings,
        transport: FetchTransport { functions },
        signal,
    }))
}

/// The options that were given. A getter of the caller's is called once.
pub(crate) struct Options {
    given: Vec<(&'static str, JsValue)>,
    /// What an option is that was not given.
    absent: JsValue,
}

impl Options {
    /// Reads them; refuses names that are no option.
    pub(crate) fn read(options: &JsValue, known: &[&'static [&'static str]]) -> Result<Self> {
        match value(options) {
            Value::Undefined => return Ok(Self::of(Vec::new())),
            Value::Object => {}
            other => {
                return Err(Failure::wrong("options", "an object", &other));
            }
        }
        let values = Array::new();
        let places = batched::own(options, &names(known), &values);
        // The name at which the reading ended, if it did not come to the end.
        let stopped_at = || -> Result<String> {
            let names = object_keys(options).map_err(|_| threw("the names of the options"))?;
            Ok(names.get(values.length()).as_string().unwrap_or_default())
        };
        let Ok(places) = places else {
            return Err(threw(known_name(&stopped_at()?, known)?));
        };
        let mut read = Vec::with_capacity(places.len());
        for (index, place) in (0..).zip(places.bytes()) {
            let name = usize::from(place)
                .checked_sub(1)
                .and_then(|place| known.iter().copied().flatten().nth(place));
            let name = match name {
                Some(name) => name,
                None => known_name(&stopped_at()?, known)?,
            };
            read.push((name, values.get(index)));
        }
        // Of an instance of a class, and of `Object.create(defaults)`, also what it inherits.
        if batched::inherits(options).unwrap_or(false) {
            for name in known.iter().copied().flatten() {
                if !read.iter().any(|(known, _)| known == name) {
                    read.push((name, get(options, name)?));
                }
            }
        }
        Ok(Self::of(read))
    }

    fn of(given: Vec<(&'static str, JsValue)>) -> Self {
        Self {
            given,
            absent: JsValue::UNDEFINED,
        }
    }

    fn find(&self, name: &str) -> Option<&JsValue> {
        let found = self.given.iter().find(|(known, _)| *known == name);
        found.map(|(_, js)| js)
    }

    pub(crate) fn js(&self, name: &str) -> &JsValue {
        self.find(name).unwrap_or(&self.absent)
    }

    pub(crate) fn value(&self, name: &str) -> Value {
        self.find(name).map_or(Value::Undefined, value)
    }

    pub(crate) fn function(&self, name: &str) -> Option<Function> {
        let js = self.find(name).filter(|js| js.is_function())?;
        Some(js.unchecked_ref::<Function>().clone())
    }
}

fn get(options: &JsValue, name: &str) -> Result<JsValue> {
    Reflect::get(options, &name.into()).map_err(|_| threw(name))
}

/// Names of options as JavaScript has them.
struct Known {
    lists: Vec<&'static [&'static str]>,
    names: Array,
}

thread_local! {
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// The names of these lists, made once: there are as many as kinds of calls.
fn names(lists: &[&'static [&'static str]]) -> Array {
    KNOWN.with_borrow_mut(|made| {
        let same = |known: &&Known| {
            let pairs = || known.lists.iter().zip(lists);
            known.lists.len() == lists.len() && pairs().all(|(one, other)| ptr::eq(*one, *other))
        };
        if let Some(known) = made.iter().find(same) {
            return known.names.clone();
        }
        let names: Array = lists
            .iter()
            .copied()
            .flatten()
            .map(|name| JsValue::from_str(name))
            .collect();
        made.push(Known {
            lists: lists.to_vec(),
            names: names.clone(),
        });
        names
    })
}

fn threw(name: &str) -> Box<Failure> {
    Failure::invalid_option(name, "can't be read: its getter threw")
}

/// A `Headers`, an iterable of pairs or a plain object, as an array of pairs.
fn header_pairs(js: &JsValue) -> Result<Value> {
    if !js.is_object() || js.is_function() {
        return Ok(value(js));
    }
    let broken = |_| threw("headers");
    let Some(items) = js_sys::try_iter(js).map_err(broken)? else {
        return Ok(value(&object_entries(js).map_err(broken)?.into()));
    };
    let mut pairs = Vec::new();
    for item in items.take(MAX_ELEMENTS as usize) {
        pairs.push(value(&item.map_err(broken)?));
    }
    Ok(Value::Array(pairs))
}

/// Any JavaScript value as a [`Value`]; arrays to a depth that no option exceeds.
pub(crate) fn value(js: &JsValue) -> Value {
    nested(js, 2)
}

fn nested(js: &JsValue, depth: u32) -> Value {
    match batched::kind(js).unwrap_or(OBJECT) {
        0 => Value::Undefined,
        1 => Value::Null,
        2 => Value::Bool(false),
        3 => Value::Bool(true),
        4 => Value::Number(js.as_f64().unwrap_or(f64::NAN)),
        5 => Value::Function,
        6 => Value::Other("a symbol"),
        7 => Value::Other("a bigint"),
        9 => array(js.unchecked_ref(), depth),
        10 => Value::Date(js.unchecked_ref::<Date>().get_time()),
        kind => match kind.checked_sub(TEXT) {
            None => Value::Object,
            Some(length) if length > Value::MAX_TEXT => Value::LongText(length),
            Some(_) => Value::Text(js.as_string().unwrap_or_default()),
        },
    }
}

fn array(array: &Array, depth: u32) -> Value {
    let length = array.length();
    if depth == 0 || length > MAX_ELEMENTS {
        return Value::Other("an array of too many elements");
    }
    let elements = (0..length).map(|index| nested(&array.get(index), depth - 1));
    Value::Array(elements.collect())
}
