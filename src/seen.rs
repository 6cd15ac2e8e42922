//! Which ids a job has met already.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// How many ids of a stream of unknown length are remembered.
const WINDOW: usize = 100_000;

/// Remembers ids by a fingerprint of 128 bits: for two ids to share one is less likely than for the
/// memory to fail.
#[derive(Debug)]
pub struct Seen {
    known: HashSet<u128, BuildHasherDefault<First>>,
    order: VecDeque<u128>,
    /// How many are remembered; `None`: all.
    window: Option<usize>,
}

impl Seen {
    /// Remembers all ids of a list that is in the caller's memory anyway; of a stream only the
    /// last ones, so that memory does not grow with its length.
    #[must_use]
    pub fn of(length: Option<u32>) -> Self {
        Self {
            known: HashSet::default(),
            order: VecDeque::new(),
            window: match length {
                Some(_) => None,
                None => Some(WINDOW),
            },
        }
    }

    /// Whether the id is new; from now on it is known.
    pub fn insert(&mut self, id: &str) -> bool {
        let print = fingerprint(id);
        if !self.known.insert(print) {
            return false;
        }
        if let Some(window) = self.window {
            self.order.push_back(print);
            if self.order.len() > window
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
        true
    }
}

fn fingerprint(id: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, id).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}

/// A fingerprint is a hash already: its first half will do.
#[derive(Debug, Default)]
struct First(u64);

impl Hasher for First {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }
}
