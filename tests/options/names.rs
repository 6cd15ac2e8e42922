//! The names of options, and the reading of an options object.

use crate::options::table::{
    BULK, CALL, CANCELATION, DELETION, Id, LIST, Options, PURGE, RELAY, Set, lines, names,
};
use crate::options::value::Encoded;
use crate::support::{assert_refused, check, failure, kinds_but, number, object, text};
use policy::base::error::Result;

fn read(given: &str, set: Set) -> Result<()> {
    Options::read(Encoded(given), set).map(|_| ())
}

fn unknown(name: &str, set: Set) -> String {
    let given = format!("{{?{}:{name}", name.encode_utf16().count());
    failure(read(&given, set)).message
}

/// Written out a second time, so that a lost or renamed option is noticed.
#[test]
fn each_function_takes_its_options() {
    let call = [
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
    ];
    let deletion = ["ifProcessing", "ifMissing", "pollInterval"];
    let job = ["concurrency", "onProgress", "drain"];
    let selection = ["endedBefore", "createdBefore", "status", "filter"];
    let relay = [
        "apiKey",
        "authToken",
        "baseURL",
        "workspaceId",
        "anthropicVersion",
        "timeout",
        "headers",
        "fetch",
        "authorize",
        "allowedOrigins",
        "publicOrigin",
        "basePath",
        "allow",
        "allowedWorkspaces",
        "onError",
    ];
    let purge: &[&str] = &["after", "limit", "dryRun", "all"];
    let list: &[&str] = &["after", "limit", "pageSize"];
    let all: [(Set, &[&[&str]]); 7] = [
        (CALL, &[&call]),
        (DELETION, &[&call, &deletion]),
        (BULK, &[&call, &deletion, &job]),
        (CANCELATION, &[&call, &["ifMissing"], &job]),
        (PURGE, &[&call, &deletion, &job, &selection, purge]),
        (LIST, &[&call, &selection, list]),
        (RELAY, &[&relay]),
    ];
    for (set, expected) in all {
        let expected = expected.concat();
        assert_eq!(names(set).collect::<Vec<_>>(), expected);
        let lines = lines(set);
        let written: Vec<_> = lines.lines().filter_map(|it| it.split_once(':')).collect();
        assert_eq!(
            written.iter().map(|(_, name)| *name).collect::<Vec<_>>(),
            expected
        );
        let index = |digits: &str| digits.parse::<u32>().unwrap();
        let rising = |pair: &[(&str, &str)]| index(pair[0].0) < index(pair[1].0);
        assert!(written.windows(2).all(rising), "{lines}");
    }
}

#[test]
fn a_name_that_is_unknown_is_refused_with_the_names_of_the_function() {
    let message = unknown("timout", CALL);
    assert_eq!(
        message,
        "options has no option \"timout\": did you mean \"timeout\"?"
    );
    let message = unknown("\u{43a}\u{1f600}-none", DELETION);
    assert!(message.contains("; the options are apiKey, "), "{message}");
    assert!(
        message.ends_with("ifProcessing, ifMissing, pollInterval"),
        "{message}"
    );
    for name in ["ifProcessing", "concurrency", "authorize"] {
        assert!(
            unknown(name, CALL).starts_with("options has no option"),
            "{name}"
        );
    }
    // It ends the reading.
    let given = object(CALL, &[("timeout", number(5))]);
    assert_refused(
        read(&format!("{given}?4:fech0:X"), CALL),
        "options",
        &["\"fetch\""],
    );
}

#[test]
fn options_are_an_object_or_absent() {
    read("", CALL).unwrap_err();
    for absent in ["u", "{"] {
        read(absent, CALL).unwrap();
    }
    for (value, kind) in kinds_but("uO") {
        assert_refused(read(&value, CALL), "options", &["must be an object", kind]);
    }
    let refused = read("X", CALL);
    assert_refused(
        refused,
        "the names of the options",
        &["can't be read: its getter threw"],
    );
    assert_refused(read("{99:u", CALL), "options", &["can't be read"]);
    assert_refused(read("{x", CALL), "options", &["can't be read"]);
}

#[test]
fn an_option_that_cannot_be_read_is_named() {
    for name in names(CALL) {
        let refused = check(&[("apiKey", text("k")), (name, "X".into())]);
        assert_refused(refused, name, &["can't be read: its getter threw"]);
    }
}

#[test]
fn an_undefined_option_is_not_given() {
    for set in [CALL, DELETION, BULK, PURGE, LIST, RELAY] {
        let given: Vec<_> = names(set).map(|name| (name, "u".to_owned())).collect();
        read(&object(set, &given), set).unwrap();
    }
}

#[test]
fn the_last_value_of_a_name_counts() {
    let given = object(CALL, &[("timeout", number(5)), ("timeout", number(7))]);
    let options = Options::read(Encoded(&given), CALL).unwrap();
    assert_eq!(options.get(Id::Timeout).number(), Some(7));
    assert_eq!(options.get(Id::TotalTimeout).number(), None);
}
