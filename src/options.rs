//! Reads the string that JavaScript makes of a caller's arguments, and checks the options in it.

use crate::environment;
use crate::report::property;
use crate::request::Caller;
use policy::base::encoded::Encoded;
use policy::base::error::{Failure, Result};
use policy::base::input_value::Value;
use policy::call::deletion_options::{DELETE_OPTIONS, DeletionOptions, IfMissing};
use policy::options::Settings;
use policy::options::credentials::Scheme;
use policy::options::given::{Given, REQUEST_OPTIONS};
use policy::options::suggest::known_name;
#[cfg(feature = "relay")]
use policy::relay::rules::{GivenRules, Rules};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;

/// Lists of options' names.
pub(crate) type Names = &'static [&'static [&'static str]];

/// The options of a deletion, and of the two other calls.
pub(crate) const DELETION: Names = &[REQUEST_OPTIONS, DELETE_OPTIONS];
pub(crate) const CALL: Names = &[REQUEST_OPTIONS];

/// The options that JavaScript reads in a way of their own: `READERS` in `values.js`.
const READERS: &[(&str, &str)] = &[("headers", "pairs"), ("signal", "signal")];

/// Returns the options that JavaScript reads, a line each, in the order of their indices: the name, a
/// colon, and the reader if the option has one.
pub(crate) fn table(names: Names) -> String {
    let mut lines = String::new();
    for name in names.iter().copied().flatten() {
        let reader = READERS.iter().find(|(known, _)| known == name);
        let reader = reader.map_or("", |(_, reader)| reader);
        lines.extend([name, ":", reader, "\n"]);
    }
    lines
}

/// The options that were given.
pub(crate) struct Options<'a> {
    /// Each option's name, and the string that begins with its value.
    given: Vec<(&'static str, &'a str)>,
    /// The functions and objects among them, by name.
    kept: &'a JsValue,
}

impl<'a> Options<'a> {
    /// Reads them; refuses names that are not options.
    pub(crate) fn read(mut rest: Encoded<'a>, names: Names, kept: &'a JsValue) -> Result<Self> {
        let mut given = Vec::new();
        if !rest.skip('{') {
            let Some(other) = rest.value() else {
                return Err(unreadable("the names of the options"));
            };
            if !other.is_undefined() {
                return Err(Failure::wrong("options", "an object", &other));
            }
        }
        while !rest.is_empty() {
            if rest.skip('?') {
                known_name(rest.string().unwrap_or_default(), names)?;
                break;
            }
            let index = rest.number().unwrap_or(u32::MAX) as usize;
            let name = names.iter().copied().flatten().nth(index);
            let name = name.copied().unwrap_or_default();
            given.push((name, rest.rest()));
            rest.value().ok_or_else(|| unreadable(name))?;
        }
        Ok(Self { given, kept })
    }

    /// Returns the value of an option.
    pub(crate) fn value(&self, name: &str) -> Value<'a> {
        let found = self.given.iter().find(|(known, _)| *known == name);
        found
            .and_then(|(_, text)| Encoded::new(text).value())
            .unwrap_or_default()
    }
}

fn unreadable(name: &str) -> Box<Failure> {
    Failure::invalid_option(name, "can't be read: its getter threw")
}

/// Checks the options that every call takes.
pub(crate) fn request(options: &Options<'_>) -> Result<(Settings, Caller)> {
    let given = Given::read(|name| options.value(name));
    match given.signal {
        Value::Undefined | Value::Null | Value::Signal => {}
        kind => return Err(Failure::wrong("signal", "an AbortSignal", &kind)),
    }
    let settings = Settings::check(&given, &environment::host(), &environment::environment)?;
    let is_function = matches!(given.fetch, Value::Function);
    let caller = Caller {
        fetch: is_function.then(|| property(options.kept, "fetch").unchecked_into()),
        scheme: match given.api_key {
            Value::Function => Scheme::ApiKey,
            _ => Scheme::AuthToken,
        },
        reports_attempts: settings.reports_attempts,
    };
    Ok((settings, caller))
}

/// Checks the options that only a relay takes.
#[cfg(feature = "relay")]
pub(crate) fn rules(options: &Options<'_>) -> Result<Rules> {
    Rules::check(&GivenRules {
        authorize: options.value("authorize"),
        allowed_origins: options.value("allowedOrigins"),
        public_origin: options.value("publicOrigin"),
        base_path: options.value("basePath"),
        allow: options.value("allow"),
        allowed_workspaces: options.value("allowedWorkspaces"),
        on_error: options.value("onError"),
    })
}

/// Checks the options that only a deletion takes.
pub(crate) fn deletion(options: &Options<'_>, if_missing: IfMissing) -> Result<DeletionOptions> {
    DeletionOptions::check(
        &options.value("ifProcessing"),
        &options.value("ifMissing"),
        &options.value("pollInterval"),
        if_missing,
    )
}
