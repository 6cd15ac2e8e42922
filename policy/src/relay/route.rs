//! Reads the URL of a page's request: the operation, and whether it is safe as it stands.

use crate::base::input_value::Value;
use crate::base::strings::{find, parts, split, whole};
use crate::http::request::Method;
use crate::options::batch_id::BatchId;
use crate::relay::refusal::{BAD_QUERY, Refusal};

const ROUTE: &str = "/v1/messages/batches";

/// An operation that a page may request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `GET /v1/messages/batches`
    List,
    /// `GET /v1/messages/batches/{id}`
    Retrieve,
    /// `POST /v1/messages/batches/{id}/cancel`
    Cancel,
    /// `DELETE /v1/messages/batches/{id}`
    Delete,
}

impl Action {
    /// The HTTP method.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::List | Self::Retrieve => Method::Get,
            Self::Cancel => Method::Post,
            Self::Delete => Method::Delete,
        }
    }
}

/// The paths that there are.
#[derive(Clone, Copy)]
pub(crate) enum Route {
    Batches,
    Batch,
    Cancel,
}

impl Route {
    pub(crate) fn find(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(ROUTE)?;
        if rest.is_empty() {
            return Some(Self::Batches);
        }
        let rest = rest.strip_prefix('/')?;
        let (id, route) = match rest.strip_suffix("/cancel") {
            Some(id) => (id, Self::Cancel),
            None => (rest, Self::Batch),
        };
        is_id(id).then_some(route)
    }

    pub(crate) fn action(self, method: &str) -> Option<Action> {
        match (self, method) {
            (Self::Batches, "GET") => Some(Action::List),
            (Self::Batch, "GET") => Some(Action::Retrieve),
            (Self::Batch, "DELETE") => Some(Action::Delete),
            (Self::Cancel, "POST") => Some(Action::Cancel),
            _ => None,
        }
    }
}

/// Whether each segment of the path is safe as an id is.
pub(crate) fn are_ids(path: &str) -> bool {
    parts(path, b'/').all(is_id)
}

fn is_id(text: &str) -> bool {
    BatchId::check(&Value::Text(text)).is_ok()
}

/// Each parameter is one that the call has, comes once, and has a value of its kind.
pub(crate) fn judge_query(
    action: Action,
    query: &str,
) -> std::result::Result<(), &'static Refusal> {
    if query.is_empty() {
        return Ok(());
    }
    let mut seen = Vec::new();
    for pair in parts(query, b'&') {
        let (name, value) = split(pair, b'=').unwrap_or((pair, ""));
        let is_valid = match name {
            "beta" => value == "true",
            _ if action != Action::List => false,
            "limit" => {
                value.len() <= 4 && whole(value).is_some_and(|limit| (1..=1_000).contains(&limit))
            }
            "after_id" | "before_id" => is_id(value),
            _ => false,
        };
        if !is_valid || seen.contains(&name) {
            return Err(&BAD_QUERY);
        }
        seen.push(name);
    }
    Ok(())
}

/// Splits before the path: at the third slash, or not at all.
pub(crate) fn split_origin(url: &str) -> (&str, &str) {
    let mut slashes = (0..).zip(url.bytes()).filter(|(_, byte)| *byte == b'/');
    slashes
        .nth(2)
        .and_then(|(at, _)| url.split_at_checked(at))
        .filter(|(origin, _)| !origin.bytes().any(|byte| find("?#", byte).is_some()))
        .unwrap_or((url, ""))
}
