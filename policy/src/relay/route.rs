//! Reads the URL of a page's request: finds the endpoint and checks the query.

use crate::base::strings::{find, parts, split, whole};
use crate::http::request::Method;
use crate::options::batch_id::BatchId;
use crate::relay::refusal::{BAD_QUERY, Refusal};

const ROUTE: &str = "/v1/messages/batches";

/// An endpoint of the API that a page may request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `GET /v1/messages/batches`
    List,
    /// `GET /v1/messages/batches/{id}`
    Retrieve,
    /// `POST /v1/messages/batches/{id}/cancel`
    Cancel,
    /// `DELETE /v1/messages/batches/{id}`
    Delete,
}

impl Endpoint {
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

/// The kinds of paths that the relay serves.
#[derive(Clone, Copy)]
pub(crate) enum Route {
    Batches,
    Batch,
    Cancel,
}

impl Route {
    /// Returns the route of a path below the relay's base path.
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
        BatchId::is_valid(id).then_some(route)
    }

    /// Returns the endpoint of a method on this route.
    pub(crate) fn endpoint(self, method: &str) -> Option<Endpoint> {
        match (self, method) {
            (Self::Batches, "GET") => Some(Endpoint::List),
            (Self::Batch, "GET") => Some(Endpoint::Retrieve),
            (Self::Batch, "DELETE") => Some(Endpoint::Delete),
            (Self::Cancel, "POST") => Some(Endpoint::Cancel),
            _ => None,
        }
    }
}

/// Returns whether each segment of the path has the form of a batch id.
pub(crate) fn are_ids(path: &str) -> bool {
    parts(path, b'/').all(BatchId::is_valid)
}

/// Checks that the endpoint has each parameter, that none is repeated, and that each value is valid.
pub(crate) fn judge_query(
    endpoint: Endpoint,
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
            _ if endpoint != Endpoint::List => false,
            "limit" => {
                value.len() <= 4 && whole(value).is_some_and(|limit| (1..=1_000).contains(&limit))
            }
            "after_id" | "before_id" => BatchId::is_valid(value),
            _ => false,
        };
        if !is_valid || seen.contains(&name) {
            return Err(&BAD_QUERY);
        }
        seen.push(name);
    }
    Ok(())
}

/// Splits a URL at its third slash into origin and path; without one, the path is empty.
pub(crate) fn split_origin(url: &str) -> (&str, &str) {
    let mut slashes = (0..).zip(url.bytes()).filter(|(_, byte)| *byte == b'/');
    slashes
        .nth(2)
        .and_then(|(at, _)| url.split_at_checked(at))
        .filter(|(origin, _)| !origin.bytes().any(|byte| find("?#", byte).is_some()))
        .unwrap_or((url, ""))
}
