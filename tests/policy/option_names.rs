//! Unknown options are refused with the nearest name that there is.

use crate::support::cases;
use crate::support::values::{assert_refused, failure};
use policy::base::error::Result;
use policy::call::deletion_options::DELETE_OPTIONS;
use policy::options::given::REQUEST_OPTIONS;
use policy::options::suggest::known_name;
use proptest::prelude::*;

const DELETION: &[&[&str]] = &[REQUEST_OPTIONS, DELETE_OPTIONS];

fn check_names<'a>(
    names: impl IntoIterator<Item = &'a str>,
    known: &[&[&'static str]],
) -> Result<()> {
    names
        .into_iter()
        .try_for_each(|name| known_name(name, known).map(|_| ()))
}

#[test]
fn every_option_is_known_where_it_belongs() {
    let all = || REQUEST_OPTIONS.iter().chain(DELETE_OPTIONS).copied();
    check_names(all(), DELETION).unwrap();
    check_names([], DELETION).unwrap();
    for name in DELETE_OPTIONS {
        assert_refused(check_names([*name], &[REQUEST_OPTIONS]), "options", &[name]);
    }
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
        let message = format!("no option \"{given}\": did you mean \"{nearest}\"?");
        assert_refused(check_names([given], DELETION), "options", &[&message]);
    }
}

#[test]
fn a_name_unlike_any_yields_all() {
    for name in [
        "defaultHeaders",
        "",
        "x",
        "\u{43a}\u{43b}\u{44e}\u{447}-\u{43a}\u{43b}\u{44e}\u{447}",
    ] {
        let message = failure(check_names([name], DELETION)).message;
        assert!(message.contains(&format!("no option \"{name}\"; the options are apiKey, ")));
        assert!(
            message.ends_with("ifProcessing, ifMissing, pollInterval"),
            "{message}"
        );
    }
}

#[test]
fn the_first_unknown_name_is_the_one_that_is_named() {
    assert_refused(
        check_names(["apiKey", "timout", "fech"], DELETION),
        "options",
        &["\"timout\""],
    );
}

#[test]
fn a_long_name_is_cut_and_a_control_character_not_printed() {
    let message = failure(check_names([&*"k".repeat(1_000_000)], DELETION)).message;
    assert!(
        message.contains(&format!("\"{}\"", "k".repeat(64))),
        "{message}"
    );
    let message = failure(check_names(["a\n\u{1b}[31mb"], DELETION)).message;
    assert!(message.contains("\"a[31mb\""), "{message}");
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn one_slip_is_always_forgiven(index in 0..18_usize, at in 0..5_usize, slip in "[a-z]") {
        let known: Vec<&str> = DELETION.iter().copied().flatten().copied().collect();
        let mut name = known[index].to_owned();
        name.replace_range(at..=at, &slip);
        if known.contains(&name.as_str()) {
            return Ok(());
        }
        let message = failure(check_names([name.as_str()], DELETION)).message;
        prop_assert!(message.contains(&format!("did you mean \"{}\"", known[index])), "{message}");
    }
}
