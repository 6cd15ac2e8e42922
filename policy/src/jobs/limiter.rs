//! The limiter of a job: how many requests may be in flight, and when the next may be sent.

use crate::base::error::{Code, Failure};
use crate::http::rate_limit::RateLimit;
use crate::jobs::refusals::Refusals;
use crate::jobs::token_bucket::TokenBucket;

/// From how many refusals and faults in a row all requests pause.
const SPELL: u32 = 8;
/// How many refusals in a row are a spend limit, where every slot had a call that was refused at each
/// attempt. Of 429 by chance, as often as one in four, so many come once in millions.
const SPENT: u32 = 12;
/// The first such pause, in milliseconds; it doubles each time.
const SHORTEST_PAUSE_MS: f64 = 50.0;
/// The longest such pause, in milliseconds.
const LONGEST_PAUSE_MS: f64 = 2_000.0;
/// After how many milliseconds of nothing but refusals and faults the job stops.
const LONGEST_SPELL_MS: f64 = 60_000.0;

/// The right to have one request in flight: the sequence number of its send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permit(f64);

/// The limiter.
#[derive(Debug)]
pub struct Limiter {
    concurrency: u32,
    in_flight: u32,
    bucket: TokenBucket,
    refusals: Refusals,
    paused_until: f64,
    /// Responses that are neither refusals nor faults.
    successes: u32,
    /// How many requests were sent.
    sent: f64,
    /// How many failures in a row concern every id, and their kind.
    alike: (u32, Option<(Code, Option<u16>)>),
    /// Refusals and faults in a row, without a success between, and since when.
    spell: u32,
    spell_since: Option<f64>,
    stopped: Option<Box<Failure>>,
}

impl Limiter {
    /// A limiter that permits so many requests at once.
    #[must_use]
    pub fn new(concurrency: u32) -> Self {
        Self {
            concurrency,
            in_flight: 0,
            bucket: TokenBucket::default(),
            refusals: Refusals::default(),
            paused_until: 0.0,
            successes: 0,
            sent: 0.0,
            alike: (0, None),
            spell: 0,
            spell_since: None,
            stopped: None,
        }
    }

    /// How many requests are in flight.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// Until when nothing is sent, where that is later than now.
    #[must_use]
    pub fn paused_until(&self, now: f64) -> Option<f64> {
        Some(self.paused_until).filter(|until| *until > now)
    }

    /// Why nothing more is sent, where that is so.
    #[must_use]
    pub fn stopped(&self) -> Option<&Failure> {
        self.stopped.as_deref()
    }

    /// How long the next request has to wait; infinitely, until a response comes.
    #[must_use]
    pub fn wait(&self, now: f64) -> f64 {
        // While nothing succeeds, one request at a time finds out when that has passed.
        let most = if self.spell > SPELL {
            1
        } else if self.bucket.is_stated() {
            self.concurrency
        } else {
            // Slow start: each success permits one more at once.
            self.concurrency.min(self.successes.saturating_add(1))
        };
        if self.in_flight >= most {
            return f64::INFINITY;
        }
        if self.paused_until > now {
            return self.paused_until - now;
        }
        self.bucket.wait(now).max(self.refusals.wait(now))
    }

    /// Records a send.
    pub fn take(&mut self, now: f64) -> Permit {
        self.in_flight += 1;
        self.sent += 1.0;
        self.bucket.sent(now, self.sent);
        self.refusals.sent(now, self.sent);
        Permit(self.sent)
    }

    /// Ends a permit: its request is no longer in flight.
    pub fn release(&mut self, permit: Permit) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.bucket.ended(permit.0);
    }

    /// Records an attempt that was neither refused for the rate nor met a fault of the server.
    pub fn responded(&mut self, now: f64, permit: Permit, limit: RateLimit) {
        self.settled(now, permit, limit);
        self.alike = (0, None);
        (self.spell, self.spell_since) = (0, None);
    }

    /// Records a fault of the server, or of the connection: none of the rate.
    pub fn troubled(&mut self, now: f64, failure: Option<&Failure>) {
        self.alike = (0, None);
        self.prolong_spell(now, now, failure);
    }

    /// Counts a refusal or a fault. After many in a row all requests pause, until `until` at least and
    /// each time longer. Nothing more is sent after a minute of nothing else, or where every slot had a
    /// call whose attempts were all refused: fewer in a row may be by chance.
    fn prolong_spell(&mut self, now: f64, until: f64, failure: Option<&Failure>) {
        let since = *self.spell_since.get_or_insert(now);
        self.spell = self.spell.saturating_add(1);
        if let Some(beyond) = self.spell.checked_sub(SPELL) {
            let ms = SHORTEST_PAUSE_MS * f64::from(1 << beyond.min(16));
            self.pause(until.max(now + ms.min(LONGEST_PAUSE_MS)));
        }
        let is_limited = matches!(self.alike.1, Some((Code::RateLimit, _)));
        let every_slot = is_limited && self.alike.0 >= self.concurrency && self.spell >= SPENT;
        if let (true, Some(failure)) = (every_slot || now - since >= LONGEST_SPELL_MS, failure) {
            self.stop(failure);
        }
    }

    /// Records a response that says nothing about the ids that follow.
    pub fn settled(&mut self, now: f64, permit: Permit, limit: RateLimit) {
        self.successes = self.successes.saturating_add(1);
        self.bucket.responded(now, permit.0, self.sent, limit);
        self.refusals.succeeded(now, permit.0);
    }

    /// Sends nothing before that time, then one request, and the next ones at the rate.
    fn pause(&mut self, until: f64) {
        self.paused_until = self.paused_until.max(until);
        self.bucket.pause(self.paused_until);
        self.refusals.pause(self.paused_until);
    }

    /// Records a refusal of a request that may be sent again at `until`.
    pub fn refused(
        &mut self,
        now: f64,
        permit: Permit,
        limit: RateLimit,
        until: f64,
        failure: Option<&Failure>,
    ) {
        if !matches!(self.alike.1, Some((Code::RateLimit, _))) {
            self.alike = (0, None);
        }
        let is_paused = self.paused_until > now;
        let is_empty = self.bucket.refused(now, limit, is_paused);
        // A request that was in flight when a pause began is refused, too: no new information.
        if is_paused {
            self.refusals.refused_late(now);
        } else if is_empty || self.refusals.refused(now, permit.0, until) {
            self.pause(until);
        }
        self.prolong_spell(now, until, failure);
    }

    /// Records a call that ended in a failure which concerns every id. Once every slot had the same,
    /// with no other response in between, nothing more is sent; of refusals for the rate, see
    /// `prolong_spell`.
    pub fn concerns_all(&mut self, now: f64, failure: &Failure) {
        let kind = Some((failure.code, failure.status));
        let (count, last) = self.alike;
        let count = if last == kind { count + 1 } else { 1 };
        self.alike = (count, kind);
        if failure.code == Code::RateLimit {
            self.prolong_spell(now, now, Some(failure));
        } else if count >= self.concurrency {
            self.stop(failure);
        }
    }

    /// Sends nothing more, because of this failure.
    pub fn stop(&mut self, failure: &Failure) {
        self.stopped
            .get_or_insert_with(|| Box::new(failure.clone()));
    }
}
