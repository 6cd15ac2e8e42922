//! A world: batches, faults, limits and a record of its own, so that tests don't meet.

use crate::batches::{Pace, Store};
use crate::fault::Faults;
use crate::limiter::Limiter;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The most requests that a world remembers.
const MAX_RECORDS: usize = 200_000;

/// What a test can set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The rate limit; none by default.
    pub requests_per_minute: Option<u32>,
    /// How many requests may come at once.
    pub burst: Option<u32>,
    /// Whether a 429 says `retry-after-ms`, too.
    pub retry_after_ms: bool,
    /// How long processing takes; `null`: until a test ends it.
    pub processing_ms: Option<u64>,
    /// How long canceling takes.
    pub canceling_ms: u64,
    /// The status that refuses the deletion of a batch that has not ended.
    pub refusal_status: u16,
    /// A path before `/v1`.
    pub base_path: String,
    /// Whether a request with an `Origin` is refused.
    pub refuse_origin: bool,
    /// Whether requests are recorded.
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

/// One request, as it came.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Counts from 1.
    pub seq: u64,
    /// The method.
    pub method: String,
    /// The target, as it stands in the request line.
    pub target: String,
    /// The target's path.
    pub path: String,
    /// The target's query, without the question mark.
    pub query: String,
    /// The headers, names as they were written, in order.
    pub headers: Vec<(String, String)>,
    /// The request line and the headers, byte for byte.
    pub head: String,
    /// The body.
    pub body: String,
    /// The status of the answer; `null` while there is none.
    pub status: Option<u16>,
    /// The fault that struck.
    pub fault: Option<String>,
    /// The batch that was asked for.
    pub batch_id: Option<String>,
    /// When it came, in milliseconds since 1970.
    pub at_ms: i64,
}

/// What a world counts.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// API requests.
    pub requests: u64,
    /// Requests that no route matched.
    pub unmatched: u64,
    /// Requests that were refused with 429.
    pub rate_limited: u64,
    /// Requests that are being answered.
    pub active: u64,
    /// The most that were answered at once.
    pub max_concurrent: u64,
}

/// The state of a world.
#[derive(Debug)]
pub struct State {
    /// What a test has set.
    pub settings: Settings,
    /// The batches.
    pub store: Store,
    /// The faults.
    pub faults: Faults,
    /// The rate limit.
    pub limiter: Limiter,
    /// The record.
    pub records: Vec<Record>,
    /// The counts.
    pub stats: Stats,
    seq: u64,
    clock_offset_ms: i64,
    random: fastrand::Rng,
}

impl State {
    fn new(settings: Settings, seed: u64) -> Self {
        let mut state = Self {
            limiter: Limiter::new(None, None, 0.0),
            settings,
            store: Store::default(),
            faults: Faults::default(),
            records: Vec::new(),
            stats: Stats::default(),
            seq: 0,
            clock_offset_ms: 0,
            random: fastrand::Rng::with_seed(seed),
        };
        state.start_limiter();
        state
    }

    /// The rate limit as the settings say, its bucket full.
    pub fn start_limiter(&mut self) {
        let Settings {
            requests_per_minute,
            burst,
            ..
        } = self.settings;
        self.limiter = Limiter::new(requests_per_minute, burst, self.now_ms_exact());
    }

    /// The world's time, in milliseconds since 1970.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn now_ms(&self) -> i64 {
        self.now_ms_exact() as i64
    }

    /// The same with its fraction.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn now_ms_exact(&self) -> f64 {
        let real = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        real.as_secs_f64() * 1_000.0 + self.clock_offset_ms as f64
    }

    /// Moves the world's clock on.
    pub fn advance(&mut self, ms: i64) {
        self.clock_offset_ms += ms;
    }

    /// When batches end by themselves.
    #[must_use]
    pub fn pace(&self) -> Pace {
        let Settings {
            processing_ms,
            canceling_ms,
            ..
        } = self.settings;
        Pace {
            processing_ms,
            canceling_ms,
        }
    }

    /// A new id with that prefix, such as `msgbatch_`.
    pub fn new_id(&mut self, prefix: &str) -> String {
        let rest: String = (0..22).map(|_| self.random.alphanumeric()).collect();
        format!("{prefix}01{rest}")
    }

    /// Remembers a request, and returns its number.
    pub fn record(&mut self, mut record: Record) -> u64 {
        self.seq += 1;
        record.seq = self.seq;
        if self.records.len() < MAX_RECORDS {
            self.records.push(record);
        }
        self.seq
    }

    /// Notes how a recorded request was answered.
    pub fn answered(&mut self, seq: u64, status: Option<u16>, fault: Option<String>) {
        let found = self.records.binary_search_by_key(&seq, |record| record.seq);
        if let Some(record) = found.ok().and_then(|index| self.records.get_mut(index)) {
            record.status = status;
            record.fault = fault;
        }
    }
}

/// A world, shared by the connections that use it.
#[derive(Debug)]
pub struct World {
    state: Mutex<State>,
    fresh: Settings,
}

impl World {
    /// The state. A test that panicked while it held it is no reason to fail others.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes it as new.
    pub fn reset(&self) {
        *self.state() = State::new(self.fresh.clone(), fastrand::u64(..));
    }
}

/// All worlds.
#[derive(Debug)]
pub struct Worlds {
    by_name: Mutex<HashMap<String, Arc<World>>>,
    fresh: Settings,
}

impl Worlds {
    /// No world yet; each new one starts with these settings.
    #[must_use]
    pub fn new(fresh: Settings) -> Self {
        Self {
            by_name: Mutex::default(),
            fresh,
        }
    }

    /// The world of that name; the default one has none. Made on demand.
    pub fn get(&self, name: &str) -> Arc<World> {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            Arc::new(World {
                state: Mutex::new(State::new(self.fresh.clone(), fastrand::u64(..))),
                fresh: self.fresh.clone(),
            })
        };
        Arc::clone(by_name.entry(name.to_owned()).or_insert_with(make))
    }
}
