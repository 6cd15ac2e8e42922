//! The servers of the scenarios.

use super::engine::{Chance, Server, deleted};
use crate::support::job::with_limit;
use crate::support::responses::{broken, overloaded, plain, rate_limited, with_header};
use policy::base::error::Cause;
use policy::http::response::Response;

type Fetched = Result<Response<String>, Box<Cause>>;

/// A token bucket. `rate` is requests a second at a time, `others` the share that other clients take.
pub(crate) struct Bucket {
    pub(crate) rate: fn(f64) -> f64,
    pub(crate) others: fn(f64) -> f64,
    pub(crate) size: f64,
    pub(crate) tokens: f64,
    pub(crate) at: f64,
    pub(crate) latency: f64,
    pub(crate) headers: bool,
    /// The limit and the rest that are stated, of its own.
    pub(crate) stated: fn(u32, u32) -> (u32, u32),
    pub(crate) retry_after: Option<&'static str>,
    pub(crate) chance: Chance,
}

impl Bucket {
    pub(crate) fn new(rate: fn(f64) -> f64, headers: bool, seed: u64) -> Self {
        let size = rate(0.0);
        Self {
            rate,
            others: |_| 0.0,
            size,
            tokens: size,
            at: 0.0,
            latency: 20.0,
            headers,
            stated: |limit, remaining| (limit, remaining),
            retry_after: Some("1"),
            chance: Chance(seed),
        }
    }
}

impl Server for Bucket {
    fn respond(&mut self, id: &str, now: f64) -> (f64, Fetched) {
        let seconds = now / 1_000.0;
        let net = (self.rate)(seconds) - (self.others)(seconds);
        self.tokens = (self.tokens + net * (now - self.at) / 1_000.0).clamp(0.0, self.size);
        self.at = now;
        let is_permitted = self.tokens >= 1.0;
        let mut response = if is_permitted {
            self.tokens -= 1.0;
            deleted(id)
        } else {
            rate_limited()
        };
        if self.headers {
            let own = ((self.rate)(seconds) * 60.0) as u32;
            let (limit, remaining) = (self.stated)(own, self.tokens as u32);
            response = with_limit(response, limit, remaining);
        }
        if let (false, Some(after)) = (is_permitted, self.retry_after) {
            response = with_header(response, "retry-after", after);
        }
        (
            self.latency * (0.8 + 0.4 * self.chance.next()),
            Ok(response),
        )
    }
}

/// A fault that the rate does not cause.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    Refusal(Option<&'static str>),
    Overloaded(Option<&'static str>),
    Error,
    Reset,
}

impl Fault {
    pub(crate) fn response(self) -> Fetched {
        let after = |response, ms: Option<&str>| match ms {
            Some(ms) => with_header(response, "retry-after-ms", ms),
            None => response,
        };
        match self {
            Self::Refusal(ms) => Ok(after(rate_limited(), ms)),
            Self::Overloaded(ms) => Ok(after(overloaded(), ms)),
            Self::Error => Ok(plain(500, "oops")),
            Self::Reset => Err(broken("ECONNRESET")),
        }
    }
}

/// A server without a limit, of which a share of the responses are faults, or, from one second to
/// another, all are.
pub(crate) struct Faulty {
    pub(crate) share: f64,
    pub(crate) faults: &'static [Fault],
    pub(crate) spell: Option<(f64, f64)>,
    /// The second at which the faults by chance end.
    pub(crate) until: f64,
    pub(crate) latency: f64,
    pub(crate) chance: Chance,
}

impl Faulty {
    pub(crate) fn new(share: f64, faults: &'static [Fault], seed: u64) -> Self {
        Self {
            share,
            faults,
            spell: None,
            until: f64::INFINITY,
            latency: 4.0,
            chance: Chance(seed),
        }
    }
}

impl Server for Faulty {
    fn respond(&mut self, id: &str, now: f64) -> (f64, Fetched) {
        let ms = self.latency * (0.5 + self.chance.next());
        let seconds = now / 1_000.0;
        let in_spell = self
            .spell
            .is_some_and(|(from, to)| seconds >= from && seconds < to);
        let is_chance = self.chance.next() < self.share && seconds < self.until;
        let is_fault = in_spell || is_chance;
        let index = (self.chance.next() * self.faults.len() as f64) as usize;
        let response = match self.faults.get(index) {
            Some(fault) if is_fault => fault.response(),
            _ => Ok(deleted(id)),
        };
        (ms, response)
    }
}

/// A token bucket behind something that fails by chance.
pub(crate) struct Mixed {
    pub(crate) bucket: Bucket,
    pub(crate) faults: Faulty,
}

impl Server for Mixed {
    fn respond(&mut self, id: &str, now: f64) -> (f64, Fetched) {
        let (ms, response) = self.faults.respond(id, now);
        match response {
            Ok(response) if response.status == 200 => self.bucket.respond(id, now),
            fault => (ms, fault),
        }
    }
}
