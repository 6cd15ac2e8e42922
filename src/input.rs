//! Reads a caller's options object into what the checks work on.

use crate::delete::{DELETE_OPTIONS, IfMissing, Plan};
use crate::error::{Failure, Result};
use crate::fetch::FetchTransport;
use crate::options::{Given, REQUEST_OPTIONS, Settings, known_name};
use crate::platform;
use crate::relay::{GivenRules, RELAY_OPTIONS, Rules};
use crate::signal::Signal;
use crate::value::Value;
use js_sys::{Array, Date, Function, JsString, Reflect};
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
    let headers = header_pairs(options.js("headers"))?;
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
    let settings = Settings::check(&given, &platform::host(), &platform::environment)?;
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
    pub(crate) fn read(options: &JsValue, known: &[&[&'static str]]) -> Result<Self> {
        match value(options) {
            Value::Undefined => return Ok(Self::of(Vec::new())),
            Value::Object => {}
            other => {
                return Err(Failure::wrong("options", "an object", &other));
            }
        }
        let names = object_keys(options).map_err(|_| threw("the names of the options"))?;
        let mut read = Vec::with_capacity(names.length() as usize);
        for js_name in names.iter() {
            let name = js_name.as_string().unwrap_or_default();
            let name = known_name(&name, known)?;
            read.push((name, get(options, name, &js_name)?));
        }
        // Of an instance of a class, and of `Object.create(defaults)`, also what it inherits.
        if inherits(options) {
            for name in known.iter().copied().flatten() {
                if !read.iter().any(|(known, _)| known == name) {
                    read.push((name, get(options, name, &JsValue::from_str(name))?));
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

fn get(options: &JsValue, name: &str, js_name: &JsValue) -> Result<JsValue> {
    Reflect::get(options, js_name).map_err(|_| threw(name))
}

fn threw(name: &str) -> Box<Failure> {
    Failure::invalid_option(name, "can't be read: its getter threw")
}

/// Whether the object has more than a literal's prototype, which itself has none.
fn inherits(object: &JsValue) -> bool {
    let prototype = |of: &JsValue| Reflect::get_prototype_of(of.unchecked_ref()).ok();
    prototype(object)
        .filter(|found| found.is_object())
        .and_then(|found| prototype(&found))
        .is_some_and(|found| found.is_object())
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
    // The kinds that come often come first: each question is a call of JavaScript.
    if let Some(text) = js.dyn_ref::<JsString>() {
        text_value(text)
    } else if js.is_object() {
        object(js, depth)
    } else if js.is_undefined() {
        Value::Undefined
    } else if js.is_null() {
        Value::Null
    } else if let Some(flag) = js.as_bool() {
        Value::Bool(flag)
    } else if let Some(number) = js.as_f64() {
        Value::Number(number)
    } else if js.is_function() {
        Value::Function
    } else if js.is_symbol() {
        Value::Other("a symbol")
    } else {
        Value::Other("a bigint")
    }
}

fn object(js: &JsValue, depth: u32) -> Value {
    if let Some(array) = js.dyn_ref::<Array>() {
        if depth == 0 || array.length() > MAX_ELEMENTS {
            return Value::Other("an array of too many elements");
        }
        Value::Array(
            array
                .iter()
                .map(|element| nested(&element, depth - 1))
                .collect(),
        )
    } else if let Some(date) = js.dyn_ref::<Date>() {
        Value::Date(date.get_time())
    } else {
        Value::Object
    }
}

fn text_value(text: &JsString) -> Value {
    let length = text.length();
    if length > Value::MAX_TEXT {
        Value::LongText(length)
    } else {
        Value::Text(text.into())
    }
}
