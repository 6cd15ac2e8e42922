//! How fast a job sends: simulations of the API's token bucket, alone and beside others.

use crate::support::api::{Api, deleted};
use crate::support::job::{id_of, names, plan, run, with_limit};
use crate::support::responses::{rate_limited, with_header};
use crate::support::values::{settings, with_key};
use std::cell::{Cell, RefCell};

#[test]
fn the_first_response_is_waited_for_before_the_others_are_sent() {
    let api = Api::new(|call: &str, _| (100, Ok(with_limit(deleted(id_of(call)), 60, 0))));
    run(&api, &settings(&with_key()), &names(4), 4, plan("reject"));
    let sent: Vec<_> = api.sent.borrow().iter().map(|(at, _)| *at).collect();
    // None is left, and one comes each second, of which one is kept back.
    let gaps: Vec<_> = sent.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().all(|gap| *gap >= 1_000.0), "{gaps:?}");
}

/// A token bucket like the API's, which other clients also use.
struct Bucket {
    per_ms: f64,
    size: f64,
    tokens: f64,
    at: f64,
    /// The tokens that others take, per millisecond.
    taken_per_ms: f64,
}

impl Bucket {
    fn take(&mut self, now: f64) -> Option<u32> {
        let since = now - self.at;
        self.at = now;
        let net = (self.per_ms - self.taken_per_ms) * since;
        self.tokens = (self.tokens + net).clamp(0.0, self.size);
        if self.tokens < 1.0 {
            return None;
        }
        self.tokens -= 1.0;
        Some(self.tokens as u32)
    }
}

/// Deletes `count` batches against the bucket; returns the seconds it took, and how many requests
/// were refused.
fn against(
    bucket: Bucket,
    count: u32,
    concurrency: u32,
    latency: u32,
    headers: bool,
) -> (f64, usize) {
    let limit = (bucket.per_ms * 60_000.0) as u32;
    let bucket = RefCell::new(bucket);
    let refused = Cell::new(0);
    let api = Api::new(|call: &str, now| {
        let mut bucket = bucket.borrow_mut();
        if bucket.at == 0.0 {
            bucket.at = now;
        }
        let (response, left) = if let Some(left) = bucket.take(now) {
            (deleted(id_of(call)), left)
        } else {
            refused.set(refused.get() + 1);
            (with_header(rate_limited(), "retry-after", "1"), 0)
        };
        let figures = if headers {
            with_limit(response, limit, left)
        } else {
            response
        };
        // Some responses overtake others.
        (latency + (call.len() as u32 * 7) % 13, Ok(figures))
    });
    let start = api.now.get();
    let run = run(
        &api,
        &settings(&with_key()),
        &names(count),
        concurrency,
        plan("reject"),
    );
    assert_eq!(run.report().ends.deleted, count);
    ((api.now.get() - start) / 1_000.0, refused.get())
}

fn bucket(per_minute: f64, size: f64, taken_per_minute: f64) -> Bucket {
    Bucket {
        per_ms: per_minute / 60_000.0,
        size,
        tokens: size,
        at: 0.0,
        taken_per_ms: taken_per_minute / 60_000.0,
    }
}

#[test]
fn the_permitted_rate_is_used_and_nothing_wasted() {
    for (per_minute, size, concurrency, latency) in [
        (3_000.0, 50.0, 8, 5),
        (3_000.0, 50.0, 64, 100),
        (4_000.0, 4_000.0, 64, 60),
        (1_000.0, 10.0, 256, 300),
        (1_000.0, 3.0, 8, 20),
        (1_000.0, 12.0, 16, 250),
    ] {
        let count = 6_000;
        let (seconds, wasted) = against(
            bucket(per_minute, size, 0.0),
            count,
            concurrency,
            latency,
            true,
        );
        let permitted = size + per_minute / 60.0 * seconds;
        let share = f64::from(count) / permitted;
        let figures = format!("{per_minute} a minute, {size} at once: {share:.3}, {wasted} wasted");
        assert!(share >= 0.97, "{figures}");
        assert!(wasted * 100 <= count as usize, "{figures}");
    }
}

#[test]
fn somebody_else_takes_half_of_the_rate() {
    let (seconds, wasted) = against(bucket(3_000.0, 50.0, 1_500.0), 3_000, 16, 20, true);
    // 25 each second are left.
    assert!(seconds < 150.0, "{seconds} s");
    assert!(wasted < 150, "{wasted} wasted");
}

#[test]
fn without_headers_refusals_teach_the_rate() {
    let (seconds, wasted) = against(bucket(3_000.0, 50.0, 0.0), 3_000, 16, 20, false);
    assert!(seconds < 100.0, "{seconds} s");
    assert!(wasted < 150, "{wasted} wasted");
}

#[test]
fn no_burst_follows_a_pause() {
    let calls = Cell::new(0);
    let api = Api::new(|call: &str, _| {
        calls.set(calls.get() + 1);
        // The bucket is full again after the pause, and says so.
        let response = match calls.get() {
            11 => with_limit(with_header(rate_limited(), "retry-after", "10"), 600, 0),
            _ => with_limit(deleted(id_of(call)), 600, 500),
        };
        (20, Ok(response))
    });
    run(&api, &settings(&with_key()), &names(60), 16, plan("reject"));
    let sent = api.sent.borrow();
    let pause = sent
        .windows(2)
        .position(|pair| pair[1].0 - pair[0].0 > 5_000.0)
        .unwrap();
    let after: Vec<_> = sent[pause + 1..].iter().map(|(at, _)| *at).collect();
    for pair in after.windows(2).take(20) {
        // 600 a minute is one in 100 ms; gathered tokens are used at most a quarter faster.
        assert!(pair[1] - pair[0] >= 79.0, "{after:?}");
    }
}
