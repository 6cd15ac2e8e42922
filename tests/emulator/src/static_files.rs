//! Files for pages, on the API's own origin: no proxy in between that could hide a fault.

use crate::reply::Reply;
use std::path::{Component, Path};

/// Reads a file below `folder`.
pub async fn answer(folder: &Path, path: &str) -> Reply {
    let path = Path::new(path);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let found = if inside {
        tokio::fs::read(folder.join(path)).await.ok()
    } else {
        None
    };
    match found {
        Some(bytes) => Reply {
            status: 200,
            headers: vec![
                ("content-type".into(), content_type(path).into()),
                ("cache-control".into(), "no-store".into()),
            ],
            body: bytes.into(),
        },
        None => Reply::empty(404),
    }
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
