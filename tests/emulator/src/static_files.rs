//! Files for pages, on the API's own origin: no proxy in between that could hide a fault.

use crate::deliver::Body;
use http_body_util::{BodyExt, Empty};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::path::Path;
use tower_http::services::ServeDir;

/// Serves a file below `folder`; `path` begins with a slash.
pub async fn response(folder: &Path, method: &Method, path: &str) -> Response<Body> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Empty::<bytes::Bytes>::new());
    let found = match request {
        Ok(request) => ServeDir::new(folder).try_call(request).await.ok(),
        Err(_) => None,
    };
    let mut response = match found {
        Some(found) => found.map(BodyExt::boxed_unsync),
        None => nothing(StatusCode::NOT_FOUND),
    };
    if let Some(known) = content_type(path).filter(|_| response.status().is_success()) {
        let known = HeaderValue::from_static(known);
        response.headers_mut().insert(CONTENT_TYPE, known);
    }
    // A test that changes a file wants to see the change.
    let fresh = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, fresh);
    response
}

/// Returns the types for which a guess by the name would lack the charset, or be wrong.
fn content_type(path: &str) -> Option<&'static str> {
    match Path::new(path).extension()?.to_str()? {
        "html" => Some("text/html; charset=utf-8"),
        "js" | "mjs" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "map" => Some("application/json"),
        _ => None,
    }
}

fn nothing(status: StatusCode) -> Response<Body> {
    let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
