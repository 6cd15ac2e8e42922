//! `timeout` for one attempt, `totalTimeout` for the whole call.

use crate::support::responses::{batch, deletion, overloaded, rate_limited, refused, with_header};
use crate::support::values::with_key;
use crate::support::world::{Step, World, deletion_goal, failed, plan};
use policy::base::error::Code;
use policy::options::RequestOptions;

fn within(timeout: u32, total: Option<u32>) -> RequestOptions<'static> {
    RequestOptions {
        timeout,
        total_timeout: total,
        ..with_key()
    }
}

#[test]
fn an_attempt_that_hangs_is_given_up_and_tried_again() {
    let world = World::with([Step::Hang, Step::Hang, Step::Hang]);
    let failure = failed(world.call(&within(1_000, None), deletion_goal()));
    assert_eq!((failure.code, failure.attempts), (Code::Timeout, 3));
    assert!(
        failure.message.contains("timeout (1000 ms)"),
        "{}",
        failure.message
    );
    assert_eq!(world.gaps(), [1_500.0, 2_000.0]);
    assert_eq!(world.now.get(), 4_500.0);
    assert_eq!(world.aborted.get(), 3, "each request is aborted");
}

#[test]
fn the_default_timeout_is_a_minute() {
    let world = World::with([Step::Hang, deletion().into()]);
    world.call(&with_key(), deletion_goal()).unwrap();
    assert_eq!(world.gaps(), [60_500.0]);
}

#[test]
fn a_slow_response_within_the_limit_counts() {
    for (ms, attempts) in [(999, 1), (1_000, 1), (1_001, 2)] {
        let steps = [Step::Late(ms, Box::new(deletion())), deletion().into()];
        let world = World::with(steps);
        world.call(&within(1_000, None), deletion_goal()).unwrap();
        assert_eq!(world.calls().len(), attempts, "{ms}");
    }
}

#[test]
fn the_whole_call_ends_at_its_limit() {
    let world = World::with([Step::Hang]);
    let failure = failed(world.call(&within(60_000, Some(700)), deletion_goal()));
    assert_eq!((failure.code, failure.attempts), (Code::Timeout, 1));
    assert!(
        failure.message.contains("totalTimeout (700 ms)"),
        "{}",
        failure.message
    );
    assert_eq!((world.now.get(), world.aborted.get()), (700.0, 1));
    // The earlier attempts also count.
    let world = World::with([overloaded().into(), Step::Hang]);
    let failure = failed(world.call(&within(60_000, Some(700)), deletion_goal()));
    assert_eq!((failure.attempts, world.now.get()), (2, 700.0));
}

#[test]
fn a_retry_that_could_only_start_too_late_is_not_waited_for() {
    let limited = || with_header(rate_limited(), "retry-after", "5");
    let world = World::with([limited()]);
    let failure = failed(world.call(&within(60_000, Some(5_000)), deletion_goal()));
    assert_eq!((failure.code, world.now.get()), (Code::RateLimit, 0.0));
    assert_eq!(failure.retry_after_ms, Some(5_000));
    assert_eq!(
        world.reported.borrow()[0].delay_ms,
        None,
        "and none is announced"
    );
    let world = World::with([limited(), deletion()]);
    world
        .call(&within(60_000, Some(5_001)), deletion_goal())
        .unwrap();
    assert_eq!(world.gaps(), [5_000.0]);
}

#[test]
fn the_limit_counts_from_the_start_not_from_each_operation() {
    let mut steps = vec![refused()];
    steps.extend((0..50).map(|_| batch("in_progress")));
    let world = World::with(steps);
    let failure = failed(world.delete(&within(60_000, Some(10_000)), plan("wait", "")));
    assert_eq!((failure.code, world.now.get()), (Code::Timeout, 10_000.0));
    // At 0, and then after 2, 3 and 4.5 seconds.
    assert_eq!(
        world.calls(),
        ["DELETE ID", "GET ID", "GET ID", "GET ID", "GET ID"]
    );
    // A retry near the end is measured against the same end.
    let limited = with_header(rate_limited(), "retry-after", "3");
    let world = World::with([refused(), batch("in_progress"), limited]);
    let failure = failed(world.delete(&within(60_000, Some(4_500)), plan("wait", "")));
    assert_eq!((failure.code, world.now.get()), (Code::RateLimit, 2_000.0));
}

#[test]
fn no_limit_no_timer() {
    let world = World::with([deletion()]);
    world
        .call(&within(2_147_483_647, None), deletion_goal())
        .unwrap();
    assert_eq!(world.now.get(), 0.0);
}
