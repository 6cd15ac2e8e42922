//! Random headers and selections.

use crate::support::cases;
use crate::support::changed;
use crate::support::responses::headers;
use crate::support::values::wall;
use policy::base::batch::{BatchSummary, State};
use policy::options::extra_headers::ExtraHeaders;
use policy::options::selection::{Judgement, Limit, Selection};
use proptest::prelude::*;

fn header_pairs() -> impl Strategy<Value = Vec<(String, Option<String>)>> {
    let name = prop_oneof![
        "(x-api-key|Authorization|Accept|cookie|x-[ab])",
        "[ -~]{0,4}"
    ];
    let value = prop::option::of("[ -~\u{80}-\u{ff}]{0,20}");
    prop::collection::vec((name, value), 0..5)
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        Just(State::Ended),
        Just(State::Canceling),
        Just(State::InProgress)
    ]
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn headers_meet_the_defaults_as_in_a_map(pairs in header_pairs()) {
        let given_pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_deref()));
        let Ok(extra) = ExtraHeaders::check(given_pairs) else { return Ok(()) };
        let secrets = extra.secrets();
        let mut expected: Vec<(String, Option<String>)> =
            vec![("accept".into(), Some("a".into())), ("x-api-key".into(), Some("k".into()))];
        let defaults = headers(&[("accept", "a"), ("x-api-key", "k")]);
        prop_assert_eq!(extra.replaces("accept"), pairs.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")));
        let merged = extra.merged(defaults);
        let given = |name: &str| pairs.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        expected.retain(|(name, _)| !given(name));
        for (name, value) in &pairs {
            let (Some(value), name) = (value, name.to_ascii_lowercase()) else { continue };
            match expected.iter_mut().find(|(known, _)| *known == name) {
                Some((_, Some(joined))) => *joined = format!("{joined}, {value}"),
                _ => expected.push((name.clone(), Some(value.clone()))),
            }
            let is_secret = ["x-api-key", "authorization", "cookie"].contains(&name.as_str());
            prop_assert!(!is_secret || value.trim().is_empty() || secrets.iter().any(|secret| secret == value));
        }
        let merged: Vec<_> = merged.iter().map(|(name, value)| (name.to_owned(), Some(value.to_owned()))).collect();
        prop_assert_eq!(merged, expected);
    }

    #[test]
    fn a_selection_takes_the_batches_within_every_limit(
        ended_before in prop::option::of(0_i32..10), created_before in prop::option::of(0_i32..10),
        status in prop::option::of(state()), state in state(),
        created_at in prop::option::of(0_i32..10), ended_at in prop::option::of(0_i32..10),
    ) {
        let selection = changed!(Selection {
            ended_before: ended_before.map(|time| Limit::At(time.into())),
            created_before: created_before.map(|time| Limit::At(time.into())),
            status,
        });
        let batch = BatchSummary {
            id: "b".into(), state, created_at: created_at.map(f64::from), ended_at: ended_at.map(f64::from),
        };
        let verdict = selection.judge(&batch, wall(0.0));
        // True if the batch meets a limit, if that can be known.
        let meets = |limit: Option<i32>, time: Option<i32>| match (limit, time) {
            (None, _) => Some(true),
            (Some(_), None) => None,
            (Some(limit), Some(time)) => Some(time < limit),
        };
        let all = [
            Some(status.is_none_or(|status| status == state)),
            Some(ended_before.is_none() || state == State::Ended),
            meets(ended_before, ended_at),
            meets(created_before, created_at),
        ];
        let expected = if all.contains(&Some(false)) {
            Judgement::Leaves
        } else if all[2].is_none() {
            Judgement::Unjudged("ended_at")
        } else if all[3].is_none() {
            Judgement::Unjudged("created_at")
        } else {
            Judgement::Takes
        };
        prop_assert_eq!(verdict, expected);
    }
}
