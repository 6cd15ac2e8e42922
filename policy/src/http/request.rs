//! Builds the HTTP request of an operation.

use crate::base::error::Result;
use crate::base::headers::Headers;
use crate::base::strings::{concat, number};
use crate::options::Settings;
use crate::options::batch_id::BatchId;
use crate::options::credentials::Scheme;

/// The HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

impl Method {
    /// Returns the method's name, as it is sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// The calls on batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation<'a> {
    /// `GET /v1/messages/batches`
    List {
        /// The most batches of a page.
        limit: u32,
        /// The batch after which the page begins.
        after: Option<&'a BatchId>,
    },
    /// `GET /v1/messages/batches/{id}`
    Retrieve(&'a BatchId),
    /// `POST /v1/messages/batches/{id}/cancel`
    Cancel(&'a BatchId),
    /// `DELETE /v1/messages/batches/{id}`
    Delete(&'a BatchId),
}

impl Operation<'_> {
    /// Returns the HTTP method.
    #[must_use]
    pub fn method(&self) -> Method {
        match self {
            Self::List { .. } | Self::Retrieve(_) => Method::Get,
            Self::Cancel(_) => Method::Post,
            Self::Delete(_) => Method::Delete,
        }
    }

    /// Returns whether the request changes the batch.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        self.method() != Method::Get
    }

    /// Returns the path below the base URL.
    #[must_use]
    pub fn path(&self) -> String {
        concat(&self.path_parts())
    }

    fn path_parts(&self) -> [&str; 3] {
        let (id, action) = match self {
            Self::List { .. } => return ["/v1/messages/batches", "", ""],
            Self::Cancel(id) => (id, "/cancel"),
            Self::Retrieve(id) | Self::Delete(id) => (id, ""),
        };
        ["/v1/messages/batches/", id.as_str(), action]
    }

    /// Returns the id of the batch; absent: a page of the list.
    #[must_use]
    pub fn id(&self) -> Option<&BatchId> {
        match self {
            Self::List { .. } => None,
            Self::Retrieve(id) | Self::Cancel(id) | Self::Delete(id) => Some(id),
        }
    }

    /// Checks that neither the id nor the cursor is one of the secrets: the URL would have it.
    pub(crate) fn unless_secret(&self, secrets: &[String]) -> Result<()> {
        match self {
            Self::List { after, .. } => {
                after.map_or(Ok(()), |id| id.unless_secret("after", secrets))
            }
            Self::Retrieve(id) | Self::Cancel(id) | Self::Delete(id) => {
                id.unless_secret("id", secrets)
            }
        }
    }

    /// Returns the query, its question mark included.
    fn query(&self, beta: bool) -> String {
        let mut query = String::new();
        if let Self::List { limit, after } = self {
            query.extend(["?limit=", &number((*limit).into())]);
            if let Some(id) = after {
                query.extend(["&after_id=", id.as_str()]);
            }
        }
        if beta {
            let first = query.is_empty();
            query.push_str(if first { "?beta=true" } else { "&beta=true" });
        }
        query
    }
}

/// A request, as the driver sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Headers,
    /// True if the driver must prevent its HTTP client from sending the request again by itself, because the second
    /// response to a deletion says that the batch is missing. An empty body in chunks prevents it.
    pub guarded: bool,
}

impl Request {
    /// Builds the request; `credential` is one that a function has just returned.
    #[must_use]
    pub fn build(
        settings: &Settings,
        operation: Operation<'_>,
        credential: Option<(Scheme, &str)>,
    ) -> Self {
        let [path, id, action] = operation.path_parts();
        let query = operation.query(settings.beta);
        let mut headers = settings.headers.clone();
        if let Some((scheme, secret)) = credential {
            scheme.add(secret, &mut headers);
        }
        Self {
            method: operation.method(),
            url: concat(&[settings.base_url.as_str(), path, id, action, &query]),
            headers,
            guarded: false,
        }
    }
}
