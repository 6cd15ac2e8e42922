//! Reads a caller's options object into what the checks work on.

use crate::delete::{DELETE_OPTIONS, Plan};
use crate::error::{Failure, Result};
use crate::options::{Given, REQUEST_OPTIONS, Settings, check_names};
use crate::platform;
use crate::relay::{GivenRules, RELAY_OPTIONS, Rules};
use crate::signal::Signal;
use crate::value::Value;
use js_sys::{Array, Function, JsString};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The most elements of an option that are read.
const MAX_ELEMENTS: u32 = 1_000;

/// Getters of a caller's may throw, so each is caught.
macro_rules! getters {
    ($($rust:ident = $js:ident),+ $(,)?) => {
        #[wasm_bindgen]
        extern "C" {
            /// A caller's options object.
            type Bag;

            $(
                #[wasm_bindgen(method, getter, structural, catch, js_name = $js)]
                fn $rust(this: &Bag) -> std::result::Result<JsValue, JsValue>;
            )+
        }
    };
}

getters! {
    api_key = apiKey,
    auth_token = authToken,
    base_url = baseURL,
    betas = betas,
    workspace_id = workspaceId,
    anthropic_version = anthropicVersion,
    max_retries = maxRetries,
    max_retry_delay = maxRetryDelay,
    timeout = timeout,
    total_timeout = totalTimeout,
    signal = signal,
    headers = headers,
    fetch = fetch,
    dangerously_allow_browser = dangerouslyAllowBrowser,
    on_attempt = onAttempt,
    if_processing = ifProcessing,
    if_missing = ifMissing,
    poll_interval = pollInterval,
    authorize = authorize,
    allowed_origins = allowedOrigins,
    base_path = basePath,
    allow = allow,
    allowed_workspaces = allowedWorkspaces,
    on_error = onError,
}

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
    pub(crate) functions: Functions,
    pub(crate) signal: Option<Signal>,
}

/// Functions of the caller's.
pub(crate) struct Functions {
    pub(crate) credential: Option<Function>,
    pub(crate) fetch: Option<Function>,
    pub(crate) on_attempt: Option<Function>,
}

/// Reads and checks the options of a call.
pub(crate) fn read_request(options: &JsValue) -> Result<Request> {
    let bag = bag(options, &[REQUEST_OPTIONS])?;
    request(bag.as_ref())
}

/// Reads and checks the options of a deletion.
pub(crate) fn read_deletion(options: &JsValue) -> Result<(Request, Plan)> {
    let bag = bag(options, &[REQUEST_OPTIONS, DELETE_OPTIONS])?;
    let plan = Plan::check(
        &read(bag.as_ref(), "ifProcessing", Bag::if_processing)?.1,
        &read(bag.as_ref(), "ifMissing", Bag::if_missing)?.1,
        &read(bag.as_ref(), "pollInterval", Bag::poll_interval)?.1,
    )?;
    Ok((request(bag.as_ref())?, plan))
}

/// Reads and checks the options of a relay; the function is its `authorize`.
pub(crate) fn read_relay(options: &JsValue) -> Result<(Request, Rules, Function)> {
    let bag = bag(options, &[RELAY_OPTIONS])?;
    let bag = bag.as_ref();
    let (authorize_js, authorize) = read(bag, "authorize", Bag::authorize)?;
    let rules = Rules::check(&GivenRules {
        authorize,
        allowed_origins: read(bag, "allowedOrigins", Bag::allowed_origins)?.1,
        base_path: read(bag, "basePath", Bag::base_path)?.1,
        allow: read(bag, "allow", Bag::allow)?.1,
        allowed_workspaces: read(bag, "allowedWorkspaces", Bag::allowed_workspaces)?.1,
        on_error: read(bag, "onError", Bag::on_error)?.1,
    })?;
    Ok((request(bag)?, rules, authorize_js.unchecked_into()))
}

fn request(bag: Option<&Bag>) -> Result<Request> {
    let (api_key_js, api_key) = read(bag, "apiKey", Bag::api_key)?;
    let (auth_token_js, auth_token) = read(bag, "authToken", Bag::auth_token)?;
    let (fetch_js, fetch) = read(bag, "fetch", Bag::fetch)?;
    let (on_attempt_js, on_attempt) = read(bag, "onAttempt", Bag::on_attempt)?;
    let (headers_js, _) = read(bag, "headers", Bag::headers)?;
    let (signal_js, signal_kind) = read(bag, "signal", Bag::signal)?;
    let given = Given {
        api_key,
        auth_token,
        fetch,
        on_attempt,
        headers: header_pairs(&headers_js)?,
        base_url: read(bag, "baseURL", Bag::base_url)?.1,
        betas: read(bag, "betas", Bag::betas)?.1,
        workspace_id: read(bag, "workspaceId", Bag::workspace_id)?.1,
        anthropic_version: read(bag, "anthropicVersion", Bag::anthropic_version)?.1,
        max_retries: read(bag, "maxRetries", Bag::max_retries)?.1,
        max_retry_delay: read(bag, "maxRetryDelay", Bag::max_retry_delay)?.1,
        timeout: read(bag, "timeout", Bag::timeout)?.1,
        total_timeout: read(bag, "totalTimeout", Bag::total_timeout)?.1,
        dangerously_allow_browser: read(
            bag,
            "dangerouslyAllowBrowser",
            Bag::dangerously_allow_browser,
        )?
        .1,
    };
    let signal = match signal_kind {
        Value::Undefined | Value::Null => None,
        kind => Some(Signal::from_value(&signal_js).ok_or_else(|| {
            Failure::invalid_option(
                "signal",
                &format!("must be an AbortSignal, not {}", kind.kind()),
            )
        })?),
    };
    let settings = Settings::check(&given, &platform::host(), &platform::environment)?;
    let credential = function(&api_key_js).or_else(|| function(&auth_token_js));
    let functions = Functions {
        credential,
        fetch: function(&fetch_js),
        on_attempt: function(&on_attempt_js),
    };
    Ok(Request {
        settings,
        functions,
        signal,
    })
}

/// The options object, `None` where none was given; refuses names that are no option.
fn bag(options: &JsValue, known: &[&[&str]]) -> Result<Option<Bag>> {
    let kind = value(options);
    match kind {
        Value::Undefined => return Ok(None),
        Value::Object => {}
        other => {
            return Err(Failure::invalid_option(
                "options",
                &format!("must be an object, not {}", other.kind()),
            ));
        }
    }
    let names = object_keys(options).map_err(|_| threw("the names of the options"))?;
    let names: Vec<String> = names
        .iter()
        .map(|name| name.as_string().unwrap_or_default())
        .collect();
    check_names(names.iter().map(String::as_str), known)?;
    Ok(Some(options.clone().unchecked_into()))
}

type Getter = fn(&Bag) -> std::result::Result<JsValue, JsValue>;

fn read(bag: Option<&Bag>, name: &str, getter: Getter) -> Result<(JsValue, Value)> {
    let Some(bag) = bag else {
        return Ok((JsValue::UNDEFINED, Value::Undefined));
    };
    let js = getter(bag).map_err(|_| threw(name))?;
    let value = value(&js);
    Ok((js, value))
}

fn threw(name: &str) -> Box<Failure> {
    Failure::invalid_option(name, "can't be read: its getter threw")
}

fn function(js: &JsValue) -> Option<Function> {
    js.is_function()
        .then(|| js.unchecked_ref::<Function>().clone())
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
    if js.is_undefined() {
        Value::Undefined
    } else if js.is_null() {
        Value::Null
    } else if let Some(text) = js.dyn_ref::<JsString>() {
        text_value(text)
    } else if let Some(flag) = js.as_bool() {
        Value::Bool(flag)
    } else if let Some(number) = js.as_f64() {
        Value::Number(number)
    } else if js.is_function() {
        Value::Function
    } else if let Some(array) = js.dyn_ref::<Array>() {
        if depth == 0 || array.length() > MAX_ELEMENTS {
            return Value::Other("an array of too many elements");
        }
        Value::Array(
            array
                .iter()
                .map(|element| nested(&element, depth - 1))
                .collect(),
        )
    } else if js.is_object() {
        Value::Object
    } else if js.is_symbol() {
        Value::Other("a symbol")
    } else {
        Value::Other("a bigint")
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
