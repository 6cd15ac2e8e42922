//! Words that each call hands to JavaScript: they become JavaScript strings once, because
//! decoding one takes longer than crossing over to JavaScript. What a caller passes is never kept.

use crate::options::ANTHROPIC_VERSION;
use wasm_bindgen::prelude::JsValue;

const WORDS: [&str; 12] = [
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
    "_request_id",
    "ANTHROPIC_BASE_URL",
];

thread_local! {
    static MADE: [JsValue; WORDS.len()] = WORDS.map(JsValue::from_str);
}

/// The text as a JavaScript string.
pub(crate) fn word(text: &str) -> JsValue {
    let known = WORDS
        .iter()
        .position(|known| known.len() == text.len() && *known == text);
    known
        .and_then(|index| MADE.with(|made| made.get(index).cloned()))
        .unwrap_or_else(|| JsValue::from_str(text))
}
