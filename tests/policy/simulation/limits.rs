//! Servers with a rate limit, announced or not. A limit whose headers CORS hides is one that is not
//! announced: the job sees the same.

use super::engine::{Outcome, Plan, jobs, pool};
use super::figures::{Figure, Runs, both, seeds};
use super::servers::Bucket;

/// The share of a bucket's permits that was used, in percent.
fn used(outcome: &Outcome, permitted: f64) -> f64 {
    100.0 * f64::from(outcome.deleted) / permitted
}

fn stated(headers: bool) -> &'static str {
    if headers { "stated" } else { "not stated" }
}

#[test]
fn a_bucket_is_used_and_hardly_a_request_is_wasted() {
    let mut runs = Runs::default();
    for (headers, least, most) in [(true, 98.0, 0.5), (false, 95.0, 2.0)] {
        for (concurrency, count) in [(1, 2_000), (16, 6_000), (256, 6_000)] {
            for seed in seeds() {
                let plan = Plan::new(count, seed).at_once(concurrency);
                let (ours, other) = both(|| Bucket::new(|_| 50.0, headers, seed), plan);
                assert_eq!(ours.deleted, count);
                // The latency of 20 ms also limits one request at a time.
                let rate = if concurrency == 1 { 48.0 } else { 50.0 };
                let share = used(&ours, 50.0 + rate * ours.seconds);
                runs.report(
                    &format!("50 a second, {}, {concurrency} at once", stated(headers)),
                    seed,
                    (&ours, Some(&other)),
                    &[
                        Figure::least("used, %", share, least),
                        Figure::most("wasted, %", 100.0 * ours.refused(), most)
                            .demand(if headers { most } else { 2.2 }),
                    ],
                );
            }
        }
    }
}

#[test]
fn timers_that_are_late_cost_nothing() {
    let mut runs = Runs::default();
    for (late_ms, count, rate) in [
        (4.0, 3_000, (|_| 50.0) as fn(f64) -> f64),
        (4.0, 20_000, |_| 1_000.0),
        // A browser wakes a page in the background once a second.
        (1_000.0, 3_000, |_| 50.0),
    ] {
        for (headers, least, most) in [(true, 98.0, 0.5), (false, 95.0, 2.0)] {
            for seed in seeds() {
                let rate_now = rate(0.0);
                let mut plan = Plan::new(count, seed);
                (plan.late_ms, plan.is_coarse) = (late_ms, true);
                let server = || {
                    let mut server = Bucket::new(rate, headers, seed);
                    server.latency = 5.0;
                    server
                };
                let (ours, other) = both(server, plan);
                let share = used(&ours, rate_now + rate_now * ours.seconds);
                let is_missed = !headers && late_ms > 100.0;
                runs.least = if is_missed { 0.7 } else { 0.8 };
                runs.beyond = if headers { 4.5 } else { 7.0 };
                runs.report(
                    &format!(
                        "{rate_now} a second, {}, timers {late_ms} ms late",
                        stated(headers)
                    ),
                    seed,
                    (&ours, Some(&other)),
                    &[
                        Figure::least("used, %", share, least).demand(if is_missed {
                            75.0
                        } else {
                            least - 2.0
                        }),
                        Figure::most("wasted, %", 100.0 * ours.refused(), most)
                            .demand(if headers { 0.5 } else { 9.0 }),
                    ],
                );
            }
        }
    }
}

#[test]
fn what_late_timers_miss_after_a_pause_is_made_up_for() {
    let mut runs = Runs::default();
    for late_ms in [10.0, 100.0, 1_000.0] {
        for seed in seeds() {
            let server = || {
                let mut server = Bucket::new(|_| 50.0, true, seed);
                // The bucket is empty at first, so the first request is refused.
                (server.tokens, server.latency) = (0.0, 2.0);
                server
            };
            let mut plan = Plan::new(3_000, seed);
            (plan.late_ms, plan.is_coarse) = (late_ms, true);
            let (ours, other) = both(server, plan);
            let name = format!("50 a second, stated, empty at first, timers {late_ms} ms late");
            runs.report(
                &name,
                seed,
                (&ours, Some(&other)),
                &[
                    Figure::least("used, %", used(&ours, 50.0 * ours.seconds), 98.0)
                        .demand(if late_ms > 100.0 { 88.0 } else { 99.0 }),
                    Figure::most("wasted, %", 100.0 * ours.refused(), 0.5),
                ],
            );
        }
    }
}

/// A change of the limit after 20 s, its rates, and the test's bounds: wasted in the 5 s after, with headers and
/// without; of the new rate then, without.
type Change = (&'static str, fn(f64) -> f64, [f64; 2], f64);
const CHANGES: [Change; 4] = [
    (
        "halves",
        |at| if at < 20.0 { 100.0 } else { 50.0 },
        [0.5, 5.0],
        90.0,
    ),
    (
        "doubles",
        |at| if at < 20.0 { 50.0 } else { 100.0 },
        [0.5, 3.0],
        90.0,
    ),
    (
        "falls to a quarter",
        |at| if at < 20.0 { 100.0 } else { 25.0 },
        [0.5, 20.0],
        90.0,
    ),
    (
        "falls to a tenth",
        |at| if at < 20.0 { 100.0 } else { 10.0 },
        [3.0, 50.0],
        75.0,
    ),
];

#[test]
fn a_limit_that_changes_is_followed() {
    let mut runs = Runs::default();
    for headers in [true, false] {
        for (change, rate, [most_stated, most], least) in CHANGES {
            // The requests in flight at a fall to a tenth take the time of a hundred later ones.
            runs.least = if change.ends_with("tenth") { 0.7 } else { 0.8 };
            for seed in seeds() {
                let server = || {
                    let mut server = Bucket::new(rate, headers, seed);
                    server.size = 50.0;
                    server
                };
                let count = if rate(30.0) < 50.0 { 3_000 } else { 4_000 };
                let (ours, other) = both(server, Plan::new(count, seed));
                let during = |(at, _): &&(f64, bool)| *at >= 20_000.0 && *at < 25_000.0;
                let sent: Vec<_> = ours.sent.iter().filter(during).collect();
                let wasted = sent.iter().filter(|(_, refused)| *refused).count() as f64;
                let wasted = 100.0 * wasted / sent.len().max(1) as f64;
                let after = 100.0 * ours.delivered(25.0, 35.0) / 10.0 / rate(30.0);
                runs.report(
                    &format!("the limit {change}, {}", stated(headers)),
                    seed,
                    (&ours, Some(&other)),
                    &[
                        Figure::most("wasted in 5 s, %", wasted, 3.0).demand(if headers {
                            most_stated
                        } else {
                            most
                        }),
                        Figure::least("of the new rate then, %", after, 90.0).demand(if headers {
                            98.0
                        } else {
                            least
                        }),
                    ],
                );
            }
        }
    }
}

#[test]
fn processes_share_a_bucket() {
    let mut runs = Runs::default();
    for headers in [true, false] {
        for (processes, most) in [(3, 3.0), (10, 4.0)] {
            for seed in seeds() {
                let mut plan = Plan::new(1_200, seed).at_once(8);
                plan.processes = processes;
                let all = jobs(&mut Bucket::new(|_| 60.0, headers, seed), plan);
                let other = pool(&mut Bucket::new(|_| 60.0, headers, seed), plan);
                // While all of them run.
                let ends = all.iter().map(|one| one.seconds);
                let end = ends.fold(f64::INFINITY, f64::min);
                let (mut good, mut bad) = (0.0, 0.0);
                let mut ours = Outcome::default();
                for one in all {
                    ours.seconds = ours.seconds.max(one.seconds);
                    ours.deleted += one.deleted;
                    ours.sent.extend(one.sent);
                }
                for (at, refused) in &ours.sent {
                    if *at < 1_000.0 * end {
                        *(if *refused { &mut bad } else { &mut good }) += 1.0;
                    }
                }
                let share = 100.0 * good / (60.0 + 60.0 * end);
                // One process may end long after the others.
                runs.least = if headers { 0.8 } else { 0.6 };
                runs.report(
                    &format!("{processes} processes at 60 a second, {}", stated(headers)),
                    seed,
                    (&ours, Some(&other)),
                    &[
                        Figure::least("used, %", share, 92.0),
                        Figure::most("wasted, %", 100.0 * bad / (good + bad), 2.0)
                            .demand(if headers { 2.0 } else { most }),
                    ],
                );
            }
        }
    }
}

/// The requests of others at a bucket, and the rest for the job.
type Others = (&'static str, fn(f64) -> f64, f64);
const OTHERS: [Others; 4] = [
    ("30 %", |_| 15.0, 35.0),
    ("50 %", |_| 25.0, 25.0),
    ("90 %", |_| 45.0, 5.0),
    (
        "all, a second in three,",
        |at| if at % 3.0 < 1.0 { 50.0 } else { 0.0 },
        33.3,
    ),
];

#[test]
fn the_rest_of_a_shared_bucket_is_used() {
    let mut runs = Runs::default();
    for headers in [true, false] {
        for (share, others, left) in OTHERS {
            for seed in seeds() {
                let server = || {
                    let mut server = Bucket::new(|_| 50.0, headers, seed);
                    server.others = others;
                    server
                };
                let (ours, other) = both(server, Plan::new(1_500, seed));
                let is_in_bursts = share.starts_with("all");
                // Without headers the rate does not recover at once after a burst of other clients.
                let is_missed = !headers && is_in_bursts;
                let least = if is_missed { 70.0 } else { 85.0 };
                runs.least = if is_missed { 0.6 } else { 0.8 };
                runs.report(
                    &format!("others take {share} of 50 a second, {}", stated(headers)),
                    seed,
                    (&ours, Some(&other)),
                    &[
                        Figure::least("used, %", used(&ours, 50.0 + left * ours.seconds), least)
                            .without_goal(),
                        Figure::most(
                            "wasted, %",
                            100.0 * ours.refused(),
                            if headers { 2.0 } else { 10.0 },
                        )
                        .without_goal(),
                    ],
                );
            }
        }
    }
}

/// Other figures than the bucket's own: a limit, and the rest.
type Stated = (&'static str, fn(u32, u32) -> (u32, u32));
const WRONG: [Stated; 5] = [
    ("twice the limit, and never less left", |_, _| {
        (6_000, 5_000)
    }),
    ("never less left than the limit", |limit, _| (limit, limit)),
    ("20 too many left", |limit, left| (limit, left + 20)),
    ("20 too few left", |limit, left| {
        (limit, left.saturating_sub(20))
    }),
    ("never any left", |limit, _| (limit, 0)),
];

#[test]
fn stated_figures_that_are_wrong_are_corrected_by_refusals() {
    let mut runs = Runs::default();
    for (figures, stated) in WRONG {
        for seed in seeds() {
            let server = || {
                let mut server = Bucket::new(|_| 50.0, true, seed);
                server.stated = stated;
                server
            };
            let (ours, other) = both(server, Plan::new(3_000, seed));
            // A request is not sent if the API states that none is left.
            let is_missed = figures.starts_with("never any");
            runs.least = if is_missed { 0.5 } else { 0.8 };
            let (least, most) = match figures {
                "never any left" => (55.0, 0.5),
                "20 too many left" => (95.0, 7.0),
                _ => (95.0, 3.0),
            };
            let share = used(&ours, 50.0 + 50.0 * ours.seconds);
            runs.report(
                &format!("50 a second, stated: {figures}"),
                seed,
                (&ours, Some(&other)),
                &[
                    Figure::least("used, %", share, least).without_goal(),
                    Figure::most("wasted, %", 100.0 * ours.refused(), most).without_goal(),
                ],
            );
        }
    }
}
