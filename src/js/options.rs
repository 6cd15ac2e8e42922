//! Reads a caller's options object into what the checks work on.

use crate::base::encoded::Encoded;
use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::call::deletion_options::{DELETE_OPTIONS, DeletionOptions, IfMissing};
use crate::js::abort::Signal;
use crate::js::functions::Functions;
use crate::js::{batched, environment};
use crate::options::Settings;
use crate::options::batch_id::BatchId;
use crate::options::given::{Given, REQUEST_OPTIONS};
use crate::options::suggest::known_name;
use js_sys::{Array, Function};
use std::cell::RefCell;
use std::ptr;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;

/// Lists of option names.
pub(crate) type Known = &'static [&'static [&'static str]];

/// The options that every call takes, and the caller's functions.
pub(crate) struct Request {
    pub(crate) settings: Settings,
    pub(crate) functions: Functions,
    pub(crate) signal: Option<Signal>,
}

/// Reads and checks the options of a call.
pub(crate) fn read_request(options: &JsValue) -> Result<Request> {
    request(&mut Options::read(options, &[REQUEST_OPTIONS])?)
}

/// Reads and checks the options of a deletion.
pub(crate) fn read_deletion(options: &JsValue) -> Result<(Request, DeletionOptions)> {
    let mut options = Options::read(options, &[REQUEST_OPTIONS, DELETE_OPTIONS])?;
    let deletion = deletion(&mut options, IfMissing::Reject)?;
    Ok((request(&mut options)?, deletion))
}

/// The options that only a deletion takes.
pub(crate) fn deletion(options: &mut Options, if_missing: IfMissing) -> Result<DeletionOptions> {
    DeletionOptions::check(
        &options.take("ifProcessing"),
        &options.take("ifMissing"),
        &options.take("pollInterval"),
        if_missing,
    )
}

pub(crate) fn request(options: &mut Options) -> Result<Request> {
    let functions = Functions {
        credential: options
            .function("apiKey")
            .or_else(|| options.function("authToken")),
        fetch: options.function("fetch"),
        on_attempt: options.function("onAttempt"),
    };
    let (signal, headers) = (options.handle("signal"), options.handle("headers"));
    let mut given = Given::read(|name| options.take(name));
    if let (Value::Object, Some(headers)) = (&given.headers, headers) {
        let pairs = batched::pairs(&headers).map_err(|_| threw("headers"))?;
        given.headers = Encoded::new(&pairs).value().unwrap_or(Value::Object);
    }
    let signal = match &given.signal {
        Value::Undefined | Value::Null => None,
        kind => Some(
            signal
                .as_ref()
                .and_then(Signal::from_value)
                .ok_or_else(|| Failure::wrong("signal", "an AbortSignal", kind))?,
        ),
    };
    Ok(Request {
        settings: Settings::check(&given, &environment::host(), &environment::environment)?,
        functions,
        signal,
    })
}

/// The options that were given. A getter of the caller's is called once.
pub(crate) struct Options {
    given: Vec<Named>,
    handles: Array,
}

/// One option: its name, its value, and the number of its function or object.
struct Named {
    name: &'static str,
    value: Value,
    handle: u32,
}

impl Options {
    /// Reads them; refuses names that are no option.
    pub(crate) fn read(options: &JsValue, known: Known) -> Result<Self> {
        let handles = Array::new();
        let names = || known.iter().copied().flatten().copied();
        let text = batched::options(options, &as_js(known), &handles)
            .map_err(|_| threw("the names of the options"))?;
        let mut given = Vec::new();
        let mut rest = Encoded::new(&text);
        if !rest.skip('{') {
            return match rest.value().unwrap_or_default() {
                Value::Undefined => Ok(Self { given, handles }),
                other => Err(Failure::wrong("options", "an object", &other)),
            };
        }
        while !rest.is_empty() {
            if rest.skip('?') {
                known_name(rest.string().unwrap_or_default(), known)?;
                break;
            }
            let index = rest.number().unwrap_or(u32::MAX);
            let name = names().nth(index as usize).unwrap_or_default();
            let handle = rest.handle();
            let value = rest.value().ok_or_else(|| threw(name))?;
            given.push(Named {
                name,
                value,
                handle,
            });
        }
        Ok(Self { given, handles })
    }

    fn find(&mut self, name: &str) -> Option<&mut Named> {
        self.given.iter_mut().find(|option| option.name == name)
    }

    /// Takes the value of an option.
    pub(crate) fn take(&mut self, name: &str) -> Value {
        let found = self.find(name);
        found.map_or(Value::Undefined, |option| std::mem::take(&mut option.value))
    }

    /// The function or object that an option is.
    pub(crate) fn handle(&mut self, name: &str) -> Option<JsValue> {
        let option = self.find(name)?;
        let handle = option.handle;
        let has_handle = matches!(option.value, Value::Function | Value::Object);
        has_handle.then(|| self.handles.get(handle))
    }

    pub(crate) fn function(&mut self, name: &str) -> Option<Function> {
        let js = self.handle(name).filter(JsValue::is_function)?;
        Some(js.unchecked_into())
    }
}

thread_local! {
    static KNOWN: RefCell<Vec<(Known, Array)>> = const { RefCell::new(Vec::new()) };
}

/// The names as JavaScript has them, made once: there are as many lists as kinds of calls.
fn as_js(known: Known) -> Array {
    KNOWN.with_borrow_mut(|made| {
        if let Some((_, names)) = made.iter().find(|(lists, _)| ptr::eq(*lists, known)) {
            return names.clone();
        }
        let mut lines = String::new();
        for name in known.iter().copied().flatten() {
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(name);
        }
        let names = batched::names(&lines);
        made.push((known, names.clone()));
        names
    })
}

fn threw(name: &str) -> Box<Failure> {
    Failure::invalid_option(name, "can't be read: its getter threw")
}

/// Any JavaScript value as a [`Value`].
pub(crate) fn value(js: &JsValue) -> Value {
    let text = batched::value(js, &Array::new());
    Encoded::new(&text).value().unwrap_or_default()
}

/// Checks what a caller passed as an id.
pub(crate) fn id(js: &JsValue) -> Result<BatchId> {
    BatchId::check(&value(js))
}
