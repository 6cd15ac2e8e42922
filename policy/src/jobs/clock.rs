//! The time from which the ages of batches count.

use crate::base::http_date;
use crate::http::response::{DATE, Response};

/// A larger difference of the clocks is reported, in milliseconds.
const REPORTED_MS: f64 = 60_000.0;

/// The earlier of the caller's clock and the API's: one that is ahead would select batches that are too young.
/// Times are in milliseconds since 1970.
#[derive(Debug)]
pub(super) struct Clock {
    now: f64,
    difference: Option<f64>,
}

impl Clock {
    /// Creates a clock that shows the caller's time.
    pub(super) fn new(now: f64) -> Self {
        Self {
            now,
            difference: None,
        }
    }

    /// Returns the time from which ages count.
    pub(super) fn now(&self) -> f64 {
        self.now
    }

    /// Returns by how many milliseconds the caller's clock is ahead of the API's, negative if it is behind, once
    /// a response has shown more than a minute.
    pub(super) fn difference(&self) -> Option<f64> {
        self.difference
    }

    /// Reads the `date` of a response that took that many milliseconds.
    pub(super) fn on_response<C>(&mut self, response: &Response<C>, duration: f64) {
        let Some(date) = response.headers.get(DATE).and_then(http_date::seconds) else {
            return;
        };
        // Exact until the year 285 000 000.
        #[allow(clippy::cast_precision_loss)]
        let date = date as f64 * 1_000.0;
        self.now = self.now.min(date);
        // A slow response does not show a difference.
        let behind = date - response.received_at.as_millis();
        let ahead = -behind - duration;
        let difference = if ahead > 0.0 { ahead } else { -behind };
        if self.difference.is_none() && ahead.max(behind) > REPORTED_MS {
            self.difference = Some(difference.trunc());
        }
    }
}
