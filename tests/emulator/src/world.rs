//! A world: batches, faults, limits and a record of its own, so that tests don't meet.

use crate::batches::Durations;
use crate::fault::Faults;
use crate::limiter::Limiter;
use crate::record::Records;
use crate::settings::Settings;
use crate::setup;
use crate::store::Store;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

/// The counters of a world.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    /// API requests.
    pub requests: u64,
    /// Requests that neither a route nor a fault matched.
    pub unmatched: u64,
    /// Requests that the rate limit refused.
    pub rate_limited: u64,
}

/// The state of a world.
#[derive(Debug)]
pub struct State {
    /// The settings, as a test has changed them.
    pub settings: Settings,
    /// The batches.
    pub store: Store,
    /// The faults.
    pub faults: Faults,
    /// The rate limit.
    pub limiter: Limiter,
    /// The record.
    pub records: Records,
    /// The counts.
    pub stats: Stats,
    clock_offset_ms: i64,
    random: fastrand::Rng,
}

impl State {
    fn new(fresh: &Fresh) -> Self {
        let mut state = Self {
            limiter: Limiter::new(None, None, 0.0),
            settings: fresh.settings.clone(),
            store: Store::default(),
            faults: Faults::default(),
            records: Records::default(),
            stats: Stats::default(),
            clock_offset_ms: 0,
            random: fastrand::Rng::new(),
        };
        state.start_limiter();
        setup::seed(&mut state, fresh.batches);
        state
    }

    /// The rate limit as the settings say, its bucket full.
    pub fn start_limiter(&mut self) {
        let (per_minute, burst) = (self.settings.requests_per_minute, self.settings.burst);
        self.limiter = Limiter::new(per_minute, burst, self.now_ms_exact());
    }

    /// The world's time, in milliseconds since 1970.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the fraction goes")]
    pub fn now_ms(&self) -> i64 {
        self.now_ms_exact() as i64
    }

    /// The same with its fraction.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn now_ms_exact(&self) -> f64 {
        let real = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        real.as_secs_f64() * 1_000.0 + self.clock_offset_ms as f64
    }

    /// Moves the world's clock.
    pub fn advance(&mut self, ms: i64) {
        self.clock_offset_ms = self.clock_offset_ms.saturating_add(ms);
    }

    /// How long batches take to end by themselves.
    #[must_use]
    pub fn durations(&self) -> Durations {
        Durations {
            processing_ms: self.settings.processing_ms,
            canceling_ms: self.settings.canceling_ms,
        }
    }

    /// A new id with that prefix, such as `msgbatch_`.
    pub fn new_id(&mut self, prefix: &str) -> String {
        let random = std::iter::repeat_with(|| self.random.alphanumeric());
        prefix
            .chars()
            .chain("01".chars())
            .chain(random.take(22))
            .collect()
    }
}

/// The initial state of a world.
#[derive(Clone, Debug, Default)]
pub struct Fresh {
    /// Its settings.
    pub settings: Settings,
    /// How many batches there are in every state.
    pub batches: usize,
}

/// A world, shared by the connections that use it.
#[derive(Debug)]
pub struct World {
    state: Mutex<State>,
    fresh: Fresh,
    active: AtomicU64,
    max_active: AtomicU64,
}

impl World {
    fn new(fresh: Fresh) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::new(&fresh)),
            fresh,
            active: AtomicU64::new(0),
            max_active: AtomicU64::new(0),
        })
    }

    /// Returns the state, even if a panic poisoned its lock, so that one failure does not fail other tests.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes it as new.
    pub fn reset(&self) {
        *self.state() = State::new(&self.fresh);
        self.max_active
            .store(self.active.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// How many requests are having its response, and the most that were at once.
    pub fn active(&self) -> (u64, u64) {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (load(&self.active), load(&self.max_active))
    }
}

/// Counts a request while it is having its response.
#[derive(Debug)]
pub struct Active(Arc<World>);

impl Active {
    /// From now on, until it is dropped.
    #[must_use]
    pub fn start(world: Arc<World>) -> Self {
        let active = world.active.fetch_add(1, Ordering::Relaxed) + 1;
        world.max_active.fetch_max(active, Ordering::Relaxed);
        Self(world)
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All worlds.
#[derive(Debug)]
pub struct Worlds {
    default: Arc<World>,
    by_name: RwLock<HashMap<String, Arc<World>>>,
    settings: Settings,
}

impl Worlds {
    /// The default world; others start with the same settings, but without batches.
    #[must_use]
    pub fn new(fresh: Fresh) -> Self {
        Self {
            settings: fresh.settings.clone(),
            default: World::new(fresh),
            by_name: RwLock::default(),
        }
    }

    /// The world of that name; the default one has none. Made on demand.
    pub fn get(&self, name: &str) -> Arc<World> {
        if name.is_empty() {
            return Arc::clone(&self.default);
        }
        let known = self.by_name.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(world) = known.get(name) {
            return Arc::clone(world);
        }
        drop(known);
        let mut by_name = self.by_name.write().unwrap_or_else(PoisonError::into_inner);
        let world = by_name.entry(name.to_owned()).or_insert_with(|| {
            World::new(Fresh {
                settings: self.settings.clone(),
                batches: 0,
            })
        });
        Arc::clone(world)
    }
}
