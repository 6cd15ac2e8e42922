//! Faults on demand: what a test may ask the server to do wrong.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Where a connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reset {
    /// Before the effect, without an answer.
    Before,
    /// After the effect, with half of the answer.
    During,
    /// After the effect, without an answer.
    After,
}

/// Which requests a fault is for; all, where nothing is given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    method: Option<String>,
    /// A part of the request target.
    path: Option<String>,
    /// The batch.
    id: Option<String>,
}

/// One fault. Without `status`, `json` or `body` it alters the usual answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    #[serde(default)]
    r#match: Match,
    /// How many requests it is for; `null`: all.
    #[serde(default = "once")]
    times: Option<u64>,
    /// The probability that it strikes.
    rate: Option<f64>,
    /// What it is called in the record.
    pub name: Option<String>,
    /// The status.
    pub status: Option<u16>,
    /// Headers to add or replace; `null` removes one.
    #[serde(default)]
    pub headers: serde_json::Map<String, Value>,
    /// A JSON body.
    #[serde(default, deserialize_with = "present")]
    pub json: Option<Value>,
    /// A text body.
    pub body: Option<String>,
    /// How often the text comes.
    pub repeat_body: Option<usize>,
    /// The content type; `null`: none.
    #[serde(default, deserialize_with = "present")]
    pub content_type: Option<Option<String>>,
    /// A pause before the head.
    pub delay_ms: Option<u64>,
    /// A pause in the middle of the body.
    pub body_delay_ms: Option<u64>,
    /// Silence from the middle of the body on.
    #[serde(default)]
    pub stall: bool,
    /// A reset of the connection.
    pub reset: Option<Reset>,
    /// No answer at all.
    #[serde(default)]
    pub hang: bool,
    /// The body is cut off after that many bytes.
    pub truncate: Option<usize>,
    /// No content length.
    #[serde(default)]
    pub chunked: bool,
    /// Compressed.
    #[serde(default)]
    pub gzip: bool,
    effect: Option<bool>,
    #[serde(skip)]
    used: u64,
}

// A field that is absent and one that is null are told apart by serde's default.
#[allow(clippy::unnecessary_wraps)]
fn once() -> Option<u64> {
    Some(1)
}

fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl Fault {
    /// Whether it has an answer of its own.
    #[must_use]
    pub fn replaces_answer(&self) -> bool {
        self.status.is_some() || self.json.is_some() || self.body.is_some()
    }

    /// Whether the request takes effect.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        self.effect
            .unwrap_or(!self.replaces_answer() && !self.hang && self.reset != Some(Reset::Before))
    }

    /// What it is called in the record.
    #[must_use]
    pub fn label(&self) -> String {
        match (&self.name, self.reset, self.status) {
            (Some(name), _, _) => name.clone(),
            (None, Some(_), _) => "reset".into(),
            (None, None, Some(status)) => status.to_string(),
            _ if self.hang => "hang".into(),
            _ if self.stall => "stall".into(),
            _ if self.truncate.is_some() => "truncate".into(),
            _ => "altered".into(),
        }
    }
}

/// The faults of a world, in order.
#[derive(Debug)]
pub struct Faults {
    list: Vec<Fault>,
    random: fastrand::Rng,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            random: fastrand::Rng::with_seed(0),
        }
    }
}

impl Faults {
    /// Appends faults; `seed` starts the chances anew.
    pub fn add(&mut self, faults: Vec<Fault>, seed: Option<u64>) {
        if let Some(seed) = seed {
            self.random = fastrand::Rng::with_seed(seed);
        }
        self.list.extend(faults);
    }

    /// Takes all of them away.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// How often each was used.
    #[must_use]
    pub fn used(&self) -> Vec<(String, u64)> {
        self.list
            .iter()
            .map(|fault| (fault.label(), fault.used))
            .collect()
    }

    /// The first that is for this request and strikes.
    pub fn strike(&mut self, method: &str, target: &str, id: Option<&str>) -> Option<Fault> {
        let random = &mut self.random;
        let fault = self.list.iter_mut().find(|fault| {
            let Match {
                method: of_method,
                path,
                id: of_id,
            } = &fault.r#match;
            of_method.as_deref().is_none_or(|wanted| wanted == method)
                && path.as_deref().is_none_or(|part| target.contains(part))
                && of_id.as_deref().is_none_or(|wanted| id == Some(wanted))
                && fault.times.is_none_or(|times| fault.used < times)
                && fault.rate.is_none_or(|rate| random.f64() < rate)
        })?;
        fault.used += 1;
        Some(fault.clone())
    }
}
