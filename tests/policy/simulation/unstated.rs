//! Limits that no response states: waits of seconds, small buckets, many processes, rare refusals by chance.

use super::engine::{Outcome, Plan, jobs, pool};
use super::figures::{Figure, Runs, both, seeds};
use super::servers::{Bucket, Fault, Faulty};

/// Returns the share of the permitted requests that was used, and the share of refused requests.
fn figures(ours: &Outcome, permitted: f64, least: f64, most: f64) -> [Figure; 2] {
    let share = 100.0 * f64::from(ours.deleted) / permitted;
    [
        Figure::least("used, %", share, 80.0).demand(least),
        Figure::most("wasted, %", 100.0 * ours.refused(), most),
    ]
}

#[test]
fn a_wait_of_seconds_teaches_the_rate() {
    let mut runs = Runs::default();
    // At 50 a second a wait of a minute costs half of the run's time.
    for (rate, per_second, count, least) in [
        (5, (|_| 5.0) as fn(f64) -> f64, 1_500, [85.0, 70.0, 60.0]),
        (50, |_| 50.0, 6_000, [75.0, 40.0, 15.0]),
    ] {
        for (after, least) in ["5", "30", "60"].into_iter().zip(least) {
            (runs.least, runs.beyond) = if rate == 50 && after == "60" {
                (0.3, 10.0)
            } else {
                (0.8, 4.5)
            };
            for seed in seeds() {
                let server = || {
                    let mut server = Bucket::new(per_second, false, seed);
                    server.retry_after = Some(after);
                    server
                };
                let (ours, other) = both(server, Plan::new(count, seed));
                let permitted = per_second(0.0) * (1.0 + ours.seconds);
                runs.report(
                    &format!("{rate} a second, not stated, retry-after: {after}"),
                    seed,
                    (&ours, Some(&other)),
                    &figures(&ours, permitted, least, 5.0),
                );
            }
        }
    }
}

#[test]
fn small_buckets_are_used() {
    let mut runs = Runs::default();
    for (size, least) in [(1.0, 65.0), (5.0, 75.0), (50.0, 95.0)] {
        for seed in seeds() {
            let server = || {
                let mut server = Bucket::new(|_| 50.0, false, seed);
                (server.size, server.tokens) = (size, size);
                server
            };
            let (ours, other) = both(server, Plan::new(6_000, seed));
            let permitted = size + 50.0 * ours.seconds;
            runs.report(
                &format!("50 a second, not stated, {size} at first"),
                seed,
                (&ours, Some(&other)),
                &figures(&ours, permitted, least, 3.0),
            );
        }
    }
}

#[test]
fn thirty_processes_share_a_bucket() {
    let mut runs = Runs::default();
    // One process may end long after the others.
    runs.least = 0.6;
    for seed in seeds() {
        let mut plan = Plan::new(600, seed).at_once(8);
        plan.processes = 30;
        let all = jobs(&mut Bucket::new(|_| 200.0, false, seed), plan);
        let other = pool(&mut Bucket::new(|_| 200.0, false, seed), plan);
        let mut ours = Outcome::default();
        for one in all {
            ours.seconds = ours.seconds.max(one.seconds);
            ours.deleted += one.deleted;
            ours.sent.extend(one.sent);
        }
        runs.report(
            "30 processes at 200 a second, not stated",
            seed,
            (&ours, Some(&other)),
            &[Figure::most("wasted, %", 100.0 * ours.refused(), 5.0)],
        );
    }
}

#[test]
fn rare_refusals_by_chance_hold_no_long_job_back() {
    let mut runs = Runs::default();
    // One refusal in a hundred requests lowers the rate as fast as it grows.
    runs.least = 0.4;
    for share in [0.01, 0.02, 0.03] {
        for seed in seeds() {
            let fault = &[Fault::Refusal(Some("40"))];
            let server = || Faulty::new(share, fault, seed);
            let (ours, other) = both(server, Plan::new(40_000, seed));
            let name = format!("{:.0} % 429 for 40 ms, 40 000 requests", 100.0 * share);
            runs.report(&name, seed, (&ours, Some(&other)), &[]);
        }
    }
}
