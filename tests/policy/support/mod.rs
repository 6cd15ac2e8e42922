//! Helpers of the tests: values as JavaScript would pass them, scripted responses, and a world with
//! a fake network and a fake clock.

/// Makes a value of a type that only its own crate can make by a struct expression.
macro_rules! changed {
    ($type:ident { $($field:ident $(: $value:expr)?),* $(, ..$base:expr)? $(,)? }) => {{
        let mut changed = changed!(@base $type $($base)?);
        $(changed.$field = changed!(@value $field $($value)?);)*
        changed
    }};
    (@base $type:ident $base:expr) => { std::convert::identity::<$type>($base) };
    (@base $type:ident) => { $type::default() };
    (@value $field:ident $value:expr) => { $value };
    (@value $field:ident) => { $field };
}
pub(crate) use changed;

pub(crate) mod api;
pub(crate) mod driven;
pub(crate) mod job;
pub(crate) mod listing;
pub(crate) mod responses;
pub(crate) mod values;
pub(crate) mod visits;
pub(crate) mod world;

use proptest::test_runner::Config;

/// The folder of the project.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The id that the tests delete.
pub(crate) const ID: &str = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

/// A key that must show nowhere.
pub(crate) const KEY: &str = "sk-test-SECRET";

/// For property tests: no files with earlier failures, and a number of cases; `FUZZ_CASES` is another.
pub(crate) fn cases(cases: u32) -> Config {
    let wanted = std::env::var("FUZZ_CASES").ok();
    let cases = wanted.map_or(cases, |wanted| {
        wanted.parse().expect("FUZZ_CASES is a number")
    });
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

/// Asserts that a search for a secret of this length takes less than twenty times the time of a search for a hundredth
/// of it, if the strings are near misses. A comparison byte by byte takes a hundred times the time. The quickest of some
/// runs counts, because other programs may interrupt most of them.
#[track_caller]
pub(crate) fn assert_hardly_slower(length: usize, search: impl Fn(&str)) {
    let quickest = |length| {
        let secret = format!("{}b", "a".repeat(length));
        let times = (0..7).map(|_| {
            let start = std::time::Instant::now();
            search(&secret);
            start.elapsed()
        });
        times.min().unwrap_or_default()
    };
    let (short, long) = (quickest(length / 100), quickest(length));
    assert!(long < short * 20, "{short:?} and {long:?}");
}
