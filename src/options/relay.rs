//! The options that only a relay takes.

use crate::options::table::{Id, Options, check_choice};
use crate::options::value::Value;
use policy::base::error::{Failure, Result};
use policy::relay::route::Endpoint;
use policy::relay::rules::{RelayOptions, Rules};

/// Checks the options that only a relay takes.
pub fn rules(options: &Options<'_>) -> Result<Rules> {
    let value = options.get(Id::Authorize);
    if !value.is_function() {
        return Err(Failure::wrong("authorize", "a function", &value.kind()));
    }
    let text = |id| options.get(id).text().map(str::to_owned);
    let allow = options.get(Id::Allow);
    let endpoints = || allow.elements().map(endpoint).collect::<Result<_>>();
    Rules::check(RelayOptions {
        allowed_origins: strings("allowedOrigins", options.get(Id::AllowedOrigins))?,
        public_origin: text(Id::PublicOrigin),
        base_path: text(Id::BasePath).unwrap_or_default(),
        allow: (allow.letter == b'[').then(endpoints).transpose()?,
        allowed_workspaces: strings("allowedWorkspaces", options.get(Id::AllowedWorkspaces))?,
    })
}

fn strings(name: &str, array: Value<'_>) -> Result<Vec<String>> {
    let string = |element: Value<'_>| {
        let wrong = || Failure::wrong(name, "an array of strings", &element.kind());
        element.text().map(str::to_owned).ok_or_else(wrong)
    };
    array.elements().map(string).collect()
}

fn endpoint(name: Value<'_>) -> Result<Endpoint> {
    check_choice("allow", name, &["list", "retrieve", "cancel", "delete"])?;
    Ok(match name.content {
        "list" => Endpoint::List,
        "retrieve" => Endpoint::Retrieve,
        "cancel" => Endpoint::Cancel,
        "delete" => Endpoint::Delete,
        _ => return Err(Failure::wrong("allow", "an operation", &name.kind())),
    })
}
