//! The number of requests that a job has in flight.

use crate::base::error::Result;
use crate::options::checks::Bounds;

/// The bounds of `concurrency`.
#[doc(hidden)]
pub const CONCURRENCY: Bounds = Bounds::new(1, 256);

/// The most requests that a job has in flight: from 1 to 256, 8 by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency(u32);

impl Concurrency {
    /// Checks the option `concurrency`.
    pub fn check(number: u32) -> Result<Self> {
        CONCURRENCY.check("concurrency", number)?;
        Ok(Self(number))
    }

    pub(crate) fn get(self) -> u32 {
        self.0
    }
}

impl Default for Concurrency {
    fn default() -> Self {
        Self(8)
    }
}
