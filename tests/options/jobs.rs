//! The options of the functions for many batches.

use crate::options::jobs::{concurrency, list, purge};
use crate::options::table::{BULK, LIST, Options, PURGE, Set};
use crate::options::value::Encoded;
use crate::support::{array, assert_refused, kinds_but, number, object, text, words};
use policy::WallTime;
use policy::base::batch::State;
use policy::base::error::Result;
use policy::jobs::batch_stream::ListQuery;
use policy::jobs::concurrency::Concurrency;
use policy::jobs::purge::Purge;
use policy::options::selection::Limit;

const NOW: f64 = 1e12;

fn read<T>(
    set: Set,
    given: &[(&str, String)],
    check: impl Fn(&Options<'_>) -> Result<T>,
) -> Result<T> {
    let given = object(set, given);
    check(&Options::read(Encoded(&given), set)?)
}

fn listed(given: &[(&str, String)]) -> Result<ListQuery> {
    read(LIST, given, list)
}

fn purged(given: &[(&str, String)]) -> Result<Purge> {
    read(PURGE, given, |options| {
        purge(options, WallTime::from_millis(NOW))
    })
}

#[test]
fn concurrency_is_a_number_from_1_to_256() {
    let check = |value: String| read(BULK, &[("concurrency", value)], concurrency);
    assert_eq!(check("u".into()).unwrap(), Concurrency::default());
    assert_eq!(
        check(number(256)).unwrap(),
        Concurrency::check(256).unwrap()
    );
    let others = [0, 257, -1].map(|bad| (number(bad), "the number"));
    for (value, kind) in kinds_but("u#").chain(others) {
        let expected = "must be a whole number from 1 to 256, not ";
        assert_refused(check(value), "concurrency", &[expected, kind]);
    }
}

#[test]
fn functions_are_functions() {
    for (value, kind) in kinds_but("uF") {
        for (set, name) in [(BULK, "onProgress"), (PURGE, "filter"), (LIST, "filter")] {
            let refused = read(set, &[(name, value.clone())], |_| Ok(()));
            assert_refused(refused, name, &["must be a function, not ", kind]);
        }
    }
    let query = listed(&[("filter", "F".into())]).unwrap();
    assert!(query.has_filter && !listed(&[]).unwrap().has_filter);
}

#[test]
fn points_in_time_are_dates_ages_and_times() {
    for name in ["endedBefore", "createdBefore"] {
        let at = |value: String| {
            let selection = listed(&[(name, value)])?.selection;
            Ok(selection.ended_before.or(selection.created_before))
        };
        for (value, expected) in [
            ("u".to_owned(), None),
            ("D5:".into(), Some(Limit::At(5.0))),
            (
                "D-62135596800000:".into(),
                Some(Limit::At(-62_135_596_800_000.0)),
            ),
            (text("30d"), Some(Limit::Age(2_592e6))),
            (text("1970-01-01T00:00:01Z"), Some(Limit::At(1_000.0))),
        ] {
            assert_eq!(at(value).unwrap(), expected);
        }
        for (value, kind) in kinds_but("uD").chain([(text("2026-11-10"), "not \"2026-11-10\"")]) {
            let expected = "must be a Date, an RFC 3339 time with its zone";
            assert_refused(at(value), name, &[expected, kind]);
        }
    }
    let query = listed(&[
        ("endedBefore", "D5:".into()),
        ("createdBefore", "D6:".into()),
    ])
    .unwrap();
    let selection = query.selection;
    assert_eq!(
        (selection.ended_before, selection.created_before),
        (Some(Limit::At(5.0)), Some(Limit::At(6.0)))
    );
}

#[test]
fn a_status_is_one_of_three() {
    for (name, state) in [
        ("in_progress", State::InProgress),
        ("canceling", State::Canceling),
        ("ended", State::Ended),
    ] {
        let query = listed(&[("status", text(name))]).unwrap();
        assert_eq!(query.selection.status, Some(state));
    }
    assert_eq!(listed(&[]).unwrap().selection.status, None);
    let expected = "must be \"in_progress\" or \"canceling\" or \"ended\", not ";
    for bad in [text("done"), text(""), words("a symbol"), array(&[])] {
        assert_refused(listed(&[("status", bad)]), "status", &[expected]);
    }
}

#[test]
fn a_list_has_a_cursor_a_limit_and_a_page_size() {
    let query = listed(&[]).unwrap();
    assert_eq!(
        (query.page_size, query.limit, query.after),
        (100, None, None)
    );
    let given = [
        ("pageSize", number(7)),
        ("limit", number(9)),
        ("after", text("b1")),
    ];
    let query = listed(&given).unwrap();
    assert_eq!((query.page_size, query.limit), (7, Some(9)));
    assert_eq!(query.after.unwrap().as_str(), "b1");
    for (name, most) in [("pageSize", "1000"), ("limit", "2147483647")] {
        for (value, kind) in kinds_but("u#").chain([(number(0), "the number 0")]) {
            let expected = format!("must be a whole number from 1 to {most}, not {kind}");
            assert_refused(listed(&[(name, value)]), name, &[&expected]);
        }
    }
    for (value, kind) in kinds_but("uL") {
        let expected = format!("not {kind}, and it must be a string");
        assert_refused(
            listed(&[("after", value)]),
            "after",
            &["1 to 256 letters", &expected],
        );
    }
    for bad in ["", "../models"] {
        assert_refused(
            listed(&[("after", text(bad))]),
            "after",
            &["1 to 256 letters"],
        );
    }
}

#[test]
fn a_purge_selects_or_says_all() {
    let refused = purged(&[]);
    assert_refused(refused, "options", &["all: true"]);
    for (name, value) in [
        ("all", "t".to_owned()),
        ("filter", "F".into()),
        ("status", text("ended")),
        ("endedBefore", text("1d")),
    ] {
        assert!(!purged(&[(name, value)]).unwrap().dry_run, "{name}");
    }
    let given = [
        ("all", "t".to_owned()),
        ("dryRun", "t".into()),
        ("limit", number(20)),
        ("after", text("b1")),
    ];
    let purge = purged(&given).unwrap();
    assert!(purge.dry_run);
    assert_eq!((purge.query.limit, purge.query.page_size), (Some(20), 20));
    assert_eq!(purge.query.after.unwrap().as_str(), "b1");
    for name in ["all", "dryRun"] {
        for (value, kind) in kinds_but("utf") {
            let refused = purged(&[(name, value)]);
            assert_refused(refused, name, &["must be true or false, not ", kind]);
        }
    }
}
