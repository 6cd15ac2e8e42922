//! Unknown options are refused with the nearest name that there is.

use crate::support::cases;
use policy::base::error::Code;
use policy::internal::suggest::unknown_option;
use proptest::prelude::*;

const KNOWN: &[&str] = &[
    "apiKey",
    "authToken",
    "baseURL",
    "betas",
    "workspaceId",
    "anthropicVersion",
    "maxRetries",
    "maxRetryDelay",
    "timeout",
    "totalTimeout",
    "signal",
    "headers",
    "fetch",
    "dangerouslyAllowBrowser",
    "onAttempt",
    "ifProcessing",
    "ifMissing",
    "pollInterval",
];

fn message(name: &str) -> String {
    let failure = unknown_option(name, KNOWN.iter().copied());
    assert_eq!(failure.code, Code::InvalidOption);
    assert!(
        failure.message.starts_with("options "),
        "{}",
        failure.message
    );
    failure.message
}

#[test]
fn a_slip_yields_the_nearest_name() {
    for (given, nearest) in [
        ("apikey", "apiKey"),
        ("api_key", "apiKey"),
        ("APIKEY", "apiKey"),
        ("authtoken", "authToken"),
        ("auth_token", "authToken"),
        ("baseUrl", "baseURL"),
        ("base_url", "baseURL"),
        ("beta", "betas"),
        ("workspaceID", "workspaceId"),
        ("maxRetry", "maxRetries"),
        ("max_retries", "maxRetries"),
        ("timeOut", "timeout"),
        ("timout", "timeout"),
        ("totaltimeout", "totalTimeout"),
        ("signals", "signal"),
        ("header", "headers"),
        ("fech", "fetch"),
        ("onattempt", "onAttempt"),
        ("ifprocessing", "ifProcessing"),
        ("ifMising", "ifMissing"),
        ("pollIntervall", "pollInterval"),
    ] {
        let expected = format!("no option \"{given}\": did you mean \"{nearest}\"?");
        assert!(message(given).contains(&expected), "{given}");
    }
}

/// `tests/readme/from-the-sdk.test.mjs` has each option of the SDK's present client.
#[test]
fn an_option_of_the_official_sdk_yields_the_one_that_does_it_here() {
    for (theirs, here) in [
        ("profile", "authToken"),
        ("defaultHeaders", "headers"),
        ("query", "fetch"),
        ("httpAgent", "fetch"),
        ("logLevel", "onAttempt"),
    ] {
        let expected = format!("options has no option \"{theirs}\": use \"{here}\" instead");
        assert_eq!(message(theirs), expected);
        // A relay, for example, has no `onAttempt`.
        let without = KNOWN.iter().copied().filter(|known| *known != here);
        let message = unknown_option(theirs, without).message;
        assert!(!message.contains("instead"), "{message}");
    }
}

#[test]
fn a_name_unlike_any_yields_all() {
    for name in [
        "webhookKey",
        "",
        "x",
        "\u{43a}\u{43b}\u{44e}\u{447}-\u{43a}\u{43b}\u{44e}\u{447}",
    ] {
        let message = message(name);
        assert!(message.contains(&format!("no option \"{name}\"; the options are apiKey, ")));
        assert!(
            message.ends_with("ifProcessing, ifMissing, pollInterval"),
            "{message}"
        );
    }
}

#[test]
fn a_long_name_is_cut_and_a_control_character_not_printed() {
    let long = message(&"k".repeat(1_000_000));
    assert!(long.contains(&format!("\"{}\"", "k".repeat(64))), "{long}");
    let message = message("a\n\u{1b}[31mb");
    assert!(message.contains("\"a[31mb\""), "{message}");
}

/// Returns the Levenshtein distance by the textbook's table.
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

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn one_slip_is_always_forgiven(index in 0..18_usize, at in 0..5_usize, slip in "[a-z]") {
        let mut name = KNOWN[index].to_owned();
        name.replace_range(at..=at, &slip);
        if KNOWN.contains(&name.as_str()) {
            return Ok(());
        }
        let message = message(&name);
        prop_assert!(message.contains(&format!("did you mean \"{}\"", KNOWN[index])), "{message}");
    }

    #[test]
    fn the_nearest_name_is_suggested_if_it_is_near(name in "[a-zA-Z]{0,12}", slips in 0_usize..5, index in 0_usize..18) {
        let known = KNOWN[index];
        let slipped = known[..known.len() - slips].to_owned();
        for name in [name, slipped].into_iter().filter(|name| !KNOWN.contains(&name.as_str())) {
            let message = message(&name);
            prop_assert!(message.len() < 1_000);
            let nearest = KNOWN.iter().min_by_key(|option| distance(&name, option)).unwrap();
            let suggestion = format!("did you mean \"{nearest}\"?");
            prop_assert_eq!(message.contains(&suggestion), distance(&name, nearest) <= 3, "{}", message);
        }
    }

    #[test]
    fn a_message_has_no_control_character(name in any::<String>()) {
        let message = message(&name);
        prop_assert!(!message.contains(char::is_control) && message.len() < 1_000);
    }

    #[test]
    fn a_suggestion_goes_both_ways(one in "[a-zA-Z]{1,20}", other in "[a-zA-Z]{1,20}") {
        let is_suggested = |name: &str, known: &str| {
            unknown_option(name, std::iter::once(known)).message.contains("did you mean")
        };
        prop_assert_eq!(is_suggested(&one, &other), is_suggested(&other, &one));
    }
}
