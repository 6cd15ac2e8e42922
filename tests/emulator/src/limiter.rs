//! The rate limit: a token bucket, as the API has one for each organization.

/// A token bucket on the world's clock.
#[derive(Debug)]
pub struct Limiter {
    per_minute: Option<u32>,
    burst: u32,
    tokens: f64,
    at_ms: f64,
}

/// The decision of the bucket on one request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grant {
    /// True if the limiter lets the request pass.
    pub allowed: bool,
    /// The size of the bucket.
    pub limit: u32,
    /// Whole tokens that are left.
    pub remaining: u32,
    /// When the next token comes, in milliseconds from now.
    pub next_ms: f64,
    /// When the bucket is full again, in milliseconds from now.
    pub full_ms: f64,
}

impl Limiter {
    /// Without a limit, unless `per_minute` says one. `burst` is the size of the bucket.
    #[must_use]
    pub fn new(per_minute: Option<u32>, burst: Option<u32>, now_ms: f64) -> Self {
        let burst = burst.or(per_minute).unwrap_or(0).max(1);
        Self {
            per_minute,
            burst,
            tokens: f64::from(burst),
            at_ms: now_ms,
        }
    }

    /// Takes a token, if there is one.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn take(&mut self, now_ms: f64) -> Grant {
        let Some(per_minute) = self.per_minute else {
            let limit = 4_000;
            return Grant {
                allowed: true,
                limit,
                remaining: limit - 1,
                next_ms: 0.0,
                full_ms: 15.0,
            };
        };
        let per_ms = f64::from(per_minute) / 60_000.0;
        let since = (now_ms - self.at_ms).max(0.0);
        self.tokens = (self.tokens + since * per_ms).min(f64::from(self.burst));
        self.at_ms = now_ms;
        let allowed = self.tokens >= 1.0;
        if allowed {
            self.tokens -= 1.0;
        }
        Grant {
            allowed,
            limit: per_minute,
            remaining: self.tokens as u32,
            next_ms: (1.0 - self.tokens).max(0.0) / per_ms,
            full_ms: (f64::from(self.burst) - self.tokens) / per_ms,
        }
    }
}
