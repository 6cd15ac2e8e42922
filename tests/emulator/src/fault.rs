//! Faults on demand: the errors that a test may have the server make.

use hyper::header::{HeaderName, HeaderValue};
use serde::de::{Error, IntoDeserializer};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use std::sync::Arc;

/// The moment at which a connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reset {
    /// Before the effect, without a response.
    Before,
    /// After the effect, with half of the response.
    During,
    /// After the effect, without a response.
    After,
}

/// Selects the requests that a fault strikes; an empty one selects all.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Match {
    method: Option<String>,
    /// A part of the request target.
    path: Option<String>,
    /// The batch.
    id: Option<String>,
}

/// One fault. Without `status`, `json` or `body` it alters the usual response.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the JSON")]
pub struct Fault {
    #[serde(default)]
    r#match: Match,
    /// How many requests it is for; `null`: all.
    #[serde(default = "once")]
    times: Option<u64>,
    /// The probability that it strikes.
    rate: Option<f64>,
    /// Its name in the record.
    name: Option<String>,
    /// The status.
    pub status: Option<u16>,
    /// Headers that replace the response's headers of the same name; `null` removes a header.
    #[serde(default, deserialize_with = "headers")]
    pub headers: Vec<(HeaderName, Option<HeaderValue>)>,
    /// A JSON body.
    #[serde(default, deserialize_with = "present")]
    pub json: Option<Value>,
    /// A body that is not JSON.
    pub body: Option<String>,
    /// How often the body comes.
    pub repeat_body: Option<usize>,
    /// The content type; `null`: none.
    #[serde(default, deserialize_with = "content_type")]
    pub content_type: Option<ContentType>,
    /// A pause before the head.
    pub delay_ms: Option<u64>,
    /// A pause in the middle of the body.
    pub body_delay_ms: Option<u64>,
    /// Silence from the middle of the body on.
    #[serde(default)]
    pub stall: bool,
    /// A reset of the connection.
    pub reset: Option<Reset>,
    /// No response at all.
    #[serde(default)]
    pub hang: bool,
    /// The connection is closed after that many bytes of the body.
    pub truncate: Option<usize>,
    /// No content length.
    #[serde(default)]
    pub chunked: bool,
    /// Compressed.
    #[serde(default)]
    pub gzip: bool,
    effect: Option<bool>,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's type")]
fn once() -> Option<u64> {
    Some(1)
}

/// A key that is there, even with `null`, is not an absent one.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// A content type that replaces the usual one, or none.
#[derive(Debug)]
pub struct ContentType(pub Option<HeaderValue>);

fn content_type<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ContentType>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    let value = text.map(HeaderValue::try_from).transpose();
    value
        .map(|value| Some(ContentType(value)))
        .map_err(D::Error::custom)
}

type Headers = Vec<(HeaderName, Option<HeaderValue>)>;

/// Reads an object, or a list of pairs, which can repeat a name.
fn headers<'de, D: Deserializer<'de>>(from: D) -> Result<Headers, D::Error> {
    let pairs: Vec<(String, Value)> = match Value::deserialize(from)? {
        Value::Object(map) => map.into_iter().collect(),
        list => Vec::deserialize(list.into_deserializer()).map_err(D::Error::custom)?,
    };
    let header = |(name, value): (String, Value)| {
        let text = match value {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        };
        let name = HeaderName::try_from(name).map_err(D::Error::custom)?;
        let value = text.map(HeaderValue::try_from).transpose();
        Ok((name, value.map_err(D::Error::custom)?))
    };
    pairs.into_iter().map(header).collect()
}

impl Fault {
    /// Returns whether the fault has a response of its own.
    #[must_use]
    pub fn replaces_response(&self) -> bool {
        self.status.is_some() || self.json.is_some() || self.body.is_some()
    }

    /// Returns whether the request takes effect.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        self.effect
            .unwrap_or(!self.replaces_response() && self.reset != Some(Reset::Before))
    }

    /// Returns whether the client gets the head of a response.
    #[must_use]
    pub fn responds(&self) -> bool {
        !self.hang && !matches!(self.reset, Some(Reset::Before | Reset::After))
    }

    /// Its name in the record.
    #[must_use]
    pub fn label(&self) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let kinds = [
            (self.reset.is_some(), "reset"),
            (self.hang, "hang"),
            (self.stall, "stall"),
            (self.truncate.is_some(), "truncate"),
        ];
        match (kinds.iter().find(|(is, _)| *is), self.status) {
            (Some((_, kind)), _) => (*kind).into(),
            (None, Some(status)) => status.to_string(),
            (None, None) => "altered".into(),
        }
    }

    fn check(&self) -> Result<(), String> {
        if self
            .status
            .is_some_and(|status| !(200..=999).contains(&status))
        {
            return Err("status is from 200 to 999".into());
        }
        if self.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
            return Err("rate is from 0 to 1".into());
        }
        if self.json.is_some() && self.body.is_some() {
            return Err("json and body exclude each other".into());
        }
        Ok(())
    }

    fn is_for(&self, method: &str, target: &str, id: Option<&str>) -> bool {
        let wanted = &self.r#match;
        wanted
            .method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && wanted
                .path
                .as_deref()
                .is_none_or(|part| target.contains(part))
            && wanted.id.as_deref().is_none_or(|wanted| id == Some(wanted))
    }
}

#[derive(Debug)]
struct Entry {
    fault: Arc<Fault>,
    /// As the test wrote it, to show.
    written: Value,
    used: u64,
}

/// The faults of a world, in order.
#[derive(Debug)]
pub struct Faults {
    list: Vec<Entry>,
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
    /// Appends faults, all or none; `seed` starts the chances anew.
    pub fn add(&mut self, faults: Vec<Value>, seed: Option<u64>) -> Result<(), String> {
        let parse = |(index, written): (usize, Value)| {
            let fault = Fault::deserialize(&written)
                .map_err(|error| error.to_string())
                .and_then(|fault| fault.check().map(|()| fault))
                .map_err(|error| format!("faults[{index}]: {error}"))?;
            Ok(Entry {
                fault: Arc::new(fault),
                written,
                used: 0,
            })
        };
        let new: Result<Vec<Entry>, String> = faults.into_iter().enumerate().map(parse).collect();
        self.list.extend(new?);
        if let Some(seed) = seed {
            self.random = fastrand::Rng::with_seed(seed);
        }
        Ok(())
    }

    /// Takes all of them away.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Each as it was written, with how often it was `used` and how often it is `left`.
    #[must_use]
    pub fn show(&self) -> Vec<Value> {
        let show = |Entry {
                        fault,
                        written,
                        used,
                    }: &Entry| {
            let mut shown = written.clone();
            shown["used"] = json!(used);
            shown["left"] = json!(fault.times.map(|times| times - used));
            shown
        };
        self.list.iter().map(show).collect()
    }

    /// The first that is for this request and strikes.
    pub fn strike(&mut self, method: &str, target: &str, id: Option<&str>) -> Option<Arc<Fault>> {
        let random = &mut self.random;
        let entry = self.list.iter_mut().find(|Entry { fault, used, .. }| {
            fault.times.is_none_or(|times| *used < times)
                && fault.is_for(method, target, id)
                && fault.rate.is_none_or(|rate| random.f64() < rate)
        })?;
        entry.used += 1;
        Some(Arc::clone(&entry.fault))
    }
}
