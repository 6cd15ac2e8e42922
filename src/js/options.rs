//! Reads a caller's options object into the values that the checks work on.

use crate::js::abort::Signal;
use crate::js::functions::Functions;
use crate::js::names::{self, Names};
use crate::js::{batched, environment};
use js_sys::{Array, Function};
use policy::base::encoded::Encoded;
use policy::base::error::{Failure, Result};
use policy::base::input_value::Value;
use policy::call::deletion_options::{DELETE_OPTIONS, DeletionOptions, IfMissing};
use policy::options::Settings;
use policy::options::batch_id::BatchId;
use policy::options::given::{Given, REQUEST_OPTIONS};
use policy::options::suggest::known_name;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;

/// The options that every call takes, and the caller's functions.
pub(crate) struct Request {
    pub(crate) settings: Settings,
    pub(crate) functions: Functions,
    pub(crate) signal: Option<Signal>,
}

/// Reads and checks the options of a call.
pub(crate) fn read_request(options: &JsValue) -> Result<Request> {
    request(&Options::read(options, &[REQUEST_OPTIONS])?)
}

/// Reads and checks the options of a deletion.
pub(crate) fn read_deletion(options: &JsValue) -> Result<(Request, DeletionOptions)> {
    let options = Options::read(options, &[REQUEST_OPTIONS, DELETE_OPTIONS])?;
    let deletion = deletion(&options, IfMissing::Reject)?;
    Ok((request(&options)?, deletion))
}

/// The options that only a deletion takes.
pub(crate) fn deletion(options: &Options, if_missing: IfMissing) -> Result<DeletionOptions> {
    DeletionOptions::check(
        &options.take("ifProcessing"),
        &options.take("ifMissing"),
        &options.take("pollInterval"),
        if_missing,
    )
}

pub(crate) fn request(options: &Options) -> Result<Request> {
    let functions = Functions {
        credential: options
            .function("apiKey")
            .or_else(|| options.function("authToken")),
        fetch: options.function("fetch"),
        on_attempt: options.function("onAttempt"),
    };
    let mut given = Given::read(|name| options.take(name));
    let pairs;
    if let (Value::Object, Some(headers)) = (given.headers, options.handle("headers")) {
        pairs = batched::pairs(&headers).map_err(|_| threw("headers"))?;
        given.headers = Encoded::new(&pairs).value().unwrap_or(Value::Object);
    }
    let signal = options.handle("signal");
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
    text: String,
    given: Vec<Span>,
    handles: Array,
}

/// Where the value of an option begins in the text, and the number of its function or object.
struct Span {
    name: &'static str,
    start: usize,
    handle: u32,
}

impl Options {
    /// Reads them; refuses names that are no option.
    pub(crate) fn read(options: &JsValue, known: Names) -> Result<Self> {
        let handles = Array::new();
        let text = batched::options(options, &names::array(known), &handles)
            .map_err(|_| threw("the names of the options"))?;
        let mut given = Vec::new();
        let mut rest = Encoded::new(&text);
        if !rest.skip('{') {
            let other = rest.value().unwrap_or_default();
            if !other.is_undefined() {
                return Err(Failure::wrong("options", "an object", &other));
            }
        }
        while !rest.is_empty() {
            if rest.skip('?') {
                known_name(rest.string().unwrap_or_default(), known)?;
                break;
            }
            let name = name(known, rest.number().unwrap_or(u32::MAX));
            given.push(Span {
                name,
                start: text.len() - rest.rest().len(),
                handle: rest.handle(),
            });
            rest.value().ok_or_else(|| threw(name))?;
        }
        Ok(Self {
            text,
            given,
            handles,
        })
    }

    fn find(&self, name: &str) -> Option<&Span> {
        self.given.iter().find(|option| option.name == name)
    }

    /// The value of an option.
    pub(crate) fn take(&self, name: &str) -> Value<'_> {
        let text = self.find(name).and_then(|it| self.text.get(it.start..));
        Encoded::new(text.unwrap_or_default())
            .value()
            .unwrap_or_default()
    }

    /// The function or object that an option is.
    pub(crate) fn handle(&self, name: &str) -> Option<JsValue> {
        let has_handle = matches!(self.take(name), Value::Function | Value::Object);
        let option = self.find(name).filter(|_| has_handle)?;
        Some(self.handles.get(option.handle))
    }

    pub(crate) fn function(&self, name: &str) -> Option<Function> {
        let js = self.handle(name).filter(JsValue::is_function)?;
        Some(js.unchecked_into())
    }
}

/// The name at an index of all lists.
fn name(known: Names, index: u32) -> &'static str {
    let mut index = index as usize;
    for list in known {
        if let Some(name) = list.get(index) {
            return name;
        }
        index = index.saturating_sub(list.len());
    }
    ""
}

fn threw(name: &str) -> Box<Failure> {
    Failure::invalid_option(name, "can't be read: its getter threw")
}

/// Reads any JavaScript value as a [`Value`].
pub(crate) fn value<T>(js: &JsValue, read: impl FnOnce(&Value<'_>) -> T) -> T {
    let text = batched::value(js, &Array::new());
    read(&Encoded::new(&text).value().unwrap_or_default())
}

/// Describes the kind of a JavaScript value.
pub(crate) fn kind(js: &JsValue) -> String {
    // The method is one of a single lifetime, the closure one of every.
    #[allow(clippy::redundant_closure_for_method_calls)]
    value(js, |value| value.kind())
}

/// Checks an id that a caller passed.
pub(crate) fn id(js: &JsValue) -> Result<BatchId> {
    value(js, BatchId::check)
}
