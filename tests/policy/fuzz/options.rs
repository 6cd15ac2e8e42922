//! Options of chance: each is either found valid, or refused without showing its value.

use super::values::{SECRET, leaked, scalar, telling, value};
use crate::support::cases;
use crate::support::responses::headers;
use crate::support::values::{Environment, array, check_at, page, server, text};
use policy::base::batch::{BatchSummary, State};
use policy::base::error::Code;
use policy::base::input_value::Value;
use policy::options::betas::header_value;
use policy::options::checks::{boolean, check_function, integer_in, one_of};
use policy::options::extra_headers::ExtraHeaders;
use policy::options::given::{Given, REQUEST_OPTIONS};
use policy::options::selection::{GivenSelection, Judgement, Selection};
use policy::options::suggest::known_name;
use proptest::prelude::*;

fn header_pairs() -> impl Strategy<Value = Vec<(String, Value<'static>)>> {
    let name = prop_oneof![
        "(x-api-key|Authorization|Accept|cookie|x-[ab])",
        "[ -~]{0,4}"
    ];
    let value = prop_oneof![
        "[ -~\u{80}-\u{ff}]{0,20}".prop_map(leaked),
        Just(Value::Null),
        scalar()
    ];
    prop::collection::vec((name, value), 0..5)
}

fn as_value(pairs: &[(String, Value<'static>)]) -> Value<'static> {
    let pair = |(name, value): &(String, Value<'static>)| array(&[text(name), *value]);
    array(&pairs.iter().map(pair).collect::<Vec<_>>())
}

/// How many bytes must change: the textbook's table.
fn distance(from: &str, to: &str) -> usize {
    let (from, to) = (from.to_ascii_lowercase(), to.to_ascii_lowercase());
    let (from, to) = (from.as_bytes(), to.as_bytes());
    let mut table = vec![vec![0; to.len() + 1]; from.len() + 1];
    for i in 0..=from.len() {
        for j in 0..=to.len() {
            table[i][j] = match (i, j) {
                (0, j) => j,
                (i, 0) => i,
                (i, j) => (table[i - 1][j] + 1)
                    .min(table[i][j - 1] + 1)
                    .min(table[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1])),
            };
        }
    }
    table[from.len()][to.len()]
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
    fn settings_are_found_valid_or_refused_by_name(
        values in prop::collection::vec(prop_oneof![4 => Just(Value::Undefined), 1 => value()], 15), in_page in any::<bool>(),
        key in "[ -~]{0,20}",
    ) {
        let mut values = values.into_iter().map(telling);
        let given = Given::read(|_| values.next().unwrap());
        let host = if in_page { page("https://app.example") } else { server() };
        let environment = Environment { api_key: Some(format!("{SECRET}{key}\u{1}")), ..Environment::default() };
        match check_at(&given, &host, &environment) {
            Ok(settings) => {
                let names: Vec<_> = settings.headers.iter().map(|(name, _)| name).collect();
                prop_assert!(names.iter().all(|name| names.iter().filter(|it| it == &name).count() == 1));
                prop_assert!(i32::try_from(settings.policy.max_retries).is_ok() && settings.timeout > 0);
            }
            Err(failure) => {
                prop_assert!(!failure.message.contains(SECRET), "{}", failure.message);
                let codes = [Code::InvalidOption, Code::MissingCredentials, Code::BrowserNotAllowed];
                prop_assert!(codes.contains(&failure.code));
                if failure.code == Code::InvalidOption {
                    let named = REQUEST_OPTIONS.iter().any(|name| failure.message.starts_with(name));
                    prop_assert!(named || failure.message.starts_with("ANTHROPIC_"), "{}", failure.message);
                }
            }
        }
    }

    #[test]
    fn headers_meet_the_defaults_as_in_a_map(pairs in header_pairs()) {
        let Ok(extra) = ExtraHeaders::check(&as_value(&pairs)) else { return Ok(()) };
        let secrets = extra.secrets();
        let mut expected: Vec<(String, Option<String>)> =
            vec![("accept".into(), Some("a".into())), ("x-api-key".into(), Some("k".into()))];
        let defaults = headers(&[("accept", "a"), ("x-api-key", "k")]);
        prop_assert_eq!(extra.replaces("accept"), pairs.iter().any(|(name, value)| name.eq_ignore_ascii_case("accept") && !value.is_undefined()));
        let merged = extra.merged(&defaults);
        let given = |name: &str| pairs.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && !v.is_undefined());
        expected.retain(|(name, _)| !given(name));
        for (name, value) in &pairs {
            let (Value::Text(value), name) = (value, name.to_ascii_lowercase()) else { continue };
            match expected.iter_mut().find(|(known, _)| *known == name) {
                Some((_, Some(joined))) => *joined = format!("{joined}, {value}"),
                _ => expected.push((name.clone(), Some((*value).to_owned()))),
            }
            let is_secret = ["x-api-key", "authorization", "cookie"].contains(&name.as_str());
            prop_assert!(!is_secret || value.trim().is_empty() || secrets.iter().any(|secret| secret == value));
        }
        let merged: Vec<_> = merged.iter().map(|(name, value)| (name.to_owned(), Some(value.to_owned()))).collect();
        prop_assert_eq!(merged, expected);
    }

    #[test]
    fn betas_and_headers_of_any_kind(given in value().prop_map(telling)) {
        if let Ok(Some(header)) = header_value(&given) {
            prop_assert!(header.bytes().all(|byte| byte.is_ascii_graphic()) && !header.contains(",,"));
        }
        for failure in [header_value(&given).err(), ExtraHeaders::check(&given).err()].into_iter().flatten() {
            prop_assert!(!failure.message.contains(SECRET));
        }
    }

    #[test]
    fn a_check_takes_the_values_that_it_names(given in value().prop_map(telling), from in 0_u32..10, to in 10_u32..5_000) {
        let texts = [("a", 1), ("b", 2)];
        let results = [
            boolean("x", &given).map(|_| ()),
            check_function("x", &given),
            one_of("x", &given, &texts, 0).map(|_| ()),
            integer_in("x", &given, "a number", from, to).map(|found| {
                assert!(found.is_none_or(|found| (from..=to).contains(&found)));
            }),
        ];
        let taken = results.iter().filter(|result| result.is_ok()).count();
        prop_assert!(given.is_undefined() == (taken == 4) && (given.is_undefined() || taken <= 1));
        for failure in results.into_iter().filter_map(Result::err) {
            prop_assert!(failure.message.starts_with("x must be ") && !failure.message.contains(SECRET));
        }
    }

    #[test]
    fn a_name_is_known_or_the_nearest_is_suggested(name in prop_oneof!["[a-zA-Z]{0,12}", any::<String>()], slips in 0_usize..5, index in 0_usize..15) {
        let known = REQUEST_OPTIONS[index];
        let mut slipped = known.to_owned();
        slipped.truncate(known.len().saturating_sub(slips));
        for name in [name, slipped] {
            let result = known_name(&name, &[REQUEST_OPTIONS]);
            if REQUEST_OPTIONS.contains(&name.as_str()) {
                prop_assert_eq!(result.unwrap(), name);
                continue;
            }
            let message = result.unwrap_err().message;
            prop_assert!(!message.contains(char::is_control) && message.len() < 1_000);
            let shortened: String = name.bytes().take(64).map(char::from).collect();
            let nearest = if name.len() <= 64 && name.is_ascii() {
                REQUEST_OPTIONS.iter().min_by_key(|option| distance(&shortened, option)).unwrap()
            } else {
                continue;
            };
            let is_near = distance(&shortened, nearest) <= 3;
            let suggestion = format!("did you mean \"{nearest}\"?");
            prop_assert_eq!(message.contains(&suggestion), is_near, "{}", message);
        }
    }

    #[test]
    fn a_suggestion_goes_both_ways(one in "[a-zA-Z]{1,20}", other in "[a-zA-Z]{1,20}") {
        let is_suggested = |name: &str, known: &str| {
            let known: &'static str = Box::leak(known.to_owned().into_boxed_str());
            let list: &'static [&'static str] = Box::leak(vec![known].into_boxed_slice());
            known_name(name, &[list]).map_or_else(|failure| failure.message.contains("did you mean"), |_| true)
        };
        prop_assert_eq!(is_suggested(&one, &other), is_suggested(&other, &one));
    }

    #[test]
    fn a_selection_takes_the_batches_within_every_limit(
        ended_before in prop::option::of(0_i32..10), created_before in prop::option::of(0_i32..10),
        status in prop::option::of(state()), state in state(),
        created_at in prop::option::of(0_i32..10), ended_at in prop::option::of(0_i32..10),
    ) {
        let date = |ms: Option<i32>| ms.map_or(Value::Undefined, |ms| Value::Date(ms.into()));
        let name = |state| match state {
            State::Ended => "ended",
            State::Canceling => "canceling",
            State::InProgress => "in_progress",
        };
        let given = GivenSelection {
            ended_before: date(ended_before),
            created_before: date(created_before),
            status: status.map_or(Value::Undefined, |status| text(name(status))),
        };
        let batch = BatchSummary {
            id: "b".into(), state, created_at: created_at.map(f64::from), ended_at: ended_at.map(f64::from),
        };
        let verdict = Selection::check(&given, 0.0).unwrap().judge(&batch);
        // Of each limit: whether the batch meets it, where that can be known.
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
