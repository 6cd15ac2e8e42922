//! Series of only refusals or faults, limited or endless.

use super::engine::{Plan, job};
use super::figures::{Figure, Runs, both, seeds};
use super::servers::{Fault, Faulty};

#[test]
fn after_a_spell_the_rate_is_back_within_two_seconds() {
    let mut runs = Runs::default();
    for (kind, fault) in [
        ("429 for 20 ms", &[Fault::Refusal(Some("20"))] as &[Fault]),
        ("429 for 1 s", &[Fault::Refusal(Some("1000"))]),
        ("529 for 30 ms", &[Fault::Overloaded(Some("30"))]),
    ] {
        for seed in seeds() {
            let server = || {
                let mut server = Faulty::new(0.0, fault, seed);
                server.spell = Some((3.0, 13.0));
                server
            };
            let (ours, other) = both(server, Plan::new(30_000, seed));
            let is_first = |(at, refused): &&(f64, bool)| !refused && *at > 13_000.0;
            let first = ours.sent.iter().find(is_first);
            let first = first.expect("a success after the spell").0 / 1_000.0;
            let before = ours.delivered(1.0, 2.0);
            let after = ours.delivered(first + 2.0, first + 3.0);
            runs.report(
                &format!("10 s of {kind}"),
                seed,
                (&ours, Some(&other)),
                &[
                    Figure::least(
                        "of the rate before, after 2 s, %",
                        100.0 * after / before,
                        90.0,
                    ),
                    Figure::most("first success after, s", first - 13.0, 2.1).without_goal(),
                ],
            );
        }
    }
}

#[test]
fn a_job_that_is_refused_for_ever_stops() {
    let mut runs = Runs::default();
    for (after, faults) in [
        ("1 ms", &[Fault::Refusal(Some("1"))] as &'static [Fault]),
        ("1 s", &[Fault::Refusal(Some("1000"))]),
        ("no time", &[Fault::Refusal(None)]),
    ] {
        for concurrency in [1, 8, 16, 256] {
            for seed in seeds() {
                let plan = Plan::new(1_000, seed).at_once(concurrency);
                let ours = job(&mut Faulty::new(1.0, faults, seed), plan);
                let minute = ours.sent.iter().filter(|(at, _)| *at < 60_000.0).count();
                let name = format!("refused for ever, {after}, {concurrency} at once");
                assert!(ours.stopped, "{name}");
                runs.report(
                    &name,
                    seed,
                    (&ours, None),
                    &[
                        Figure::most("requests in the first minute", minute as f64, 60.0),
                        Figure::most("stops after, s", ours.seconds, 130.0).without_goal(),
                    ],
                );
            }
        }
    }
}

#[test]
fn a_job_whose_server_is_down_stops() {
    let mut runs = Runs::default();
    for (kind, fault) in [
        ("500", &[Fault::Error] as &'static [Fault]),
        ("resets", &[Fault::Reset]),
    ] {
        for seed in seeds() {
            let ours = job(&mut Faulty::new(1.0, fault, seed), Plan::new(10_000, seed));
            let name = format!("{kind} for ever");
            assert!(ours.stopped, "{name}");
            assert_eq!(ours.failed + ours.unsent, 10_000);
            runs.report(
                &name,
                seed,
                (&ours, None),
                &[
                    Figure::most("requests", ours.sent.len() as f64, 120.0).without_goal(),
                    Figure::most("stops after, s", ours.seconds, 130.0).without_goal(),
                ],
            );
        }
    }
}
