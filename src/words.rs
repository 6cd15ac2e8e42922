//! Words that each call hands to JavaScript: they become JavaScript strings once, because
//! decoding one takes longer than crossing over to JavaScript. What a caller passes is never kept.

use crate::options::ANTHROPIC_VERSION;
use wasm_bindgen::prelude::JsValue;

const WORDS: [&str; 22] = [
    "process",
    "env",
    "ANTHROPIC_BASE_URL",
    "method",
    "headers",
    "redirect",
    "signal",
    "manual",
    "DELETE",
    "accept",
    "application/json",
    "anthropic-version",
    ANTHROPIC_VERSION,
    "anthropic-beta",
    "message-batches-2024-09-24",
    "x-api-key",
    "authorization",
    "request-id",
    "content-encoding",
    "content-length",
    "value",
    "_request_id",
];

thread_local! {
    static MADE: [JsValue; WORDS.len()] = WORDS.map(JsValue::from_str);
}

/// The text as a JavaScript string.
pub(crate) fn word(text: &str) -> JsValue {
    let known = WORDS.iter().position(|known| *known == text);
    known
        .and_then(|index| MADE.with(|made| made.get(index).cloned()))
        .unwrap_or_else(|| JsValue::from_str(text))
}
