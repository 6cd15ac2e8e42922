//! Remembers the ids that a job has pulled.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

/// The least number of ids that are remembered if the length of the source is unknown.
const WINDOW: usize = 100_000;

/// The number of slots of a new set.
const FIRST_PLACES: usize = 64;

/// Remembers ids by a fingerprint of 128 bits. That two ids share one is less likely than a fault of the
/// memory.
#[derive(Debug)]
pub struct Seen {
    recent: Set,
    /// The ids before the recent ones, once a whole window was filled.
    earlier: Set,
    /// The least number of ids that are remembered; `None`: all.
    window: Option<usize>,
}

impl Seen {
    /// Remembers all ids of a list, which is in the caller's memory anyway, but only the last ids of a stream,
    /// so that memory does not grow with its length.
    #[must_use]
    pub fn of(length: Option<u32>) -> Self {
        Self {
            recent: Set::default(),
            earlier: Set::default(),
            window: match length {
                Some(_) => None,
                None => Some(WINDOW),
            },
        }
    }

    /// Remembers the id, and returns whether it is new.
    pub fn insert(&mut self, id: &str) -> bool {
        let print = fingerprint(id);
        if self.earlier.has(print) || !self.recent.insert(print) {
            return false;
        }
        if self.window == Some(self.recent.count) {
            std::mem::swap(&mut self.earlier, &mut self.recent);
            // Reuses the allocation: new sets would fragment the memory.
            self.recent.clear();
        }
        true
    }
}

/// Two SipHashes, of the id and of the id behind another byte: keyed hashes of 64 bits each.
fn fingerprint(id: &str) -> u128 {
    let half = |prefix: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(prefix);
        hasher.write(id.as_bytes());
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}

/// A set of fingerprints: each is in the first free slot from the one that its bits name. The sets of
/// std take more bytes of wasm.
#[derive(Debug, Default)]
struct Set {
    /// Zero is a free slot. Their number is a power of two.
    slots: Vec<u128>,
    count: usize,
}

impl Set {
    /// Returns the slot of the fingerprint, or the free slot for it.
    fn slot(&mut self, print: u128) -> Option<&mut u128> {
        // The low bits of the print choose the slot.
        #[allow(clippy::cast_possible_truncation)]
        let start = (print as usize) & self.slots.len().checked_sub(1)?;
        let (before, after) = self.slots.split_at_mut_checked(start)?;
        let mut slots = after.iter_mut().chain(before);
        slots.find(|slot| **slot == 0 || **slot == print)
    }

    fn clear(&mut self) {
        self.slots.fill(0);
        self.count = 0;
    }

    fn has(&mut self, print: u128) -> bool {
        self.slot(print).is_some_and(|slot| *slot == print)
    }

    /// Adds the fingerprint, and returns whether it is new.
    fn insert(&mut self, print: u128) -> bool {
        // One eighth of the slots stays free, so that searches are short.
        if self.count * 8 >= self.slots.len() * 7 {
            let more = vec![0; (self.slots.len() * 2).max(FIRST_PLACES)];
            for print in std::mem::replace(&mut self.slots, more) {
                self.put(print);
            }
        }
        let is_new = self.put(print);
        self.count += usize::from(is_new);
        is_new
    }

    fn put(&mut self, print: u128) -> bool {
        match self.slot(print) {
            Some(slot) if *slot != print => {
                *slot = print;
                true
            }
            _ => false,
        }
    }
}
