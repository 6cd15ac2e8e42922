//! The settings that a test can change in a world.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The settings, as `POST /_emulator/settings` takes and shows them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The rate limit; none by default.
    pub requests_per_minute: Option<u32>,
    /// How many requests may come at once; a minute's by default.
    pub burst: Option<u32>,
    /// True if a 429 also has `retry-after-ms`.
    pub retry_after_ms: bool,
    /// How long processing takes; `null`: until a test ends it.
    pub processing_ms: Option<u64>,
    /// How long canceling takes.
    pub canceling_ms: u64,
    /// The status that refuses the deletion of a batch that has not ended.
    pub refusal_status: u16,
    /// A path before `/v1`.
    pub base_path: String,
    /// True if a request with an `Origin` is refused.
    pub refuse_origin: bool,
    /// True if requests are recorded.
    pub recording: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            requests_per_minute: None,
            burst: None,
            retry_after_ms: false,
            processing_ms: None,
            canceling_ms: 300,
            refusal_status: 400,
            base_path: String::new(),
            refuse_origin: false,
            recording: true,
        }
    }
}

impl Settings {
    /// The settings with these changes, or the problem with them.
    pub fn with(&self, changes: serde_json::Map<String, Value>) -> Result<Self, String> {
        let mut merged = serde_json::to_value(self).map_err(|error| error.to_string())?;
        if let Some(merged) = merged.as_object_mut() {
            merged.extend(changes);
        }
        let mut new: Self = serde_json::from_value(merged).map_err(|error| error.to_string())?;
        if new.requests_per_minute == Some(0) || new.burst == Some(0) {
            return Err("requestsPerMinute and burst are at least 1, or null".into());
        }
        if ![400, 409].contains(&new.refusal_status) {
            return Err("refusalStatus is 400 or 409".into());
        }
        new.base_path
            .truncate(new.base_path.trim_end_matches('/').len());
        if !new.base_path.is_empty() && !new.base_path.starts_with('/') {
            return Err("basePath begins with a slash".into());
        }
        Ok(new)
    }
}
