//! The options of a relay.

use crate::options::relay::rules;
use crate::options::table::{Options, RELAY};
use crate::options::value::Encoded;
use crate::support::{array, assert_refused, kinds, kinds_but, object, text, texts};
use policy::base::error::Result;
use policy::relay::rules::{Decision, PageRequest, Rules};

fn check(name: &str, value: &str) -> Result<Rules> {
    let authorize = if name == "authorize" { value } else { "F" };
    let given = [
        ("authorize", authorize.to_owned()),
        (name, value.to_owned()),
    ];
    let given = object(RELAY, &given);
    rules(&Options::read(Encoded(&given), RELAY)?)
}

#[test]
fn options_of_another_kind_are_named() {
    for (name, letters, expected) in [
        ("authorize", "F", "must be a function, not "),
        ("onError", "uF", "must be a function, not "),
        ("allowedOrigins", "u[", "must be an array of strings, not "),
        (
            "allowedWorkspaces",
            "u[",
            "must be an array of strings, not ",
        ),
        ("allow", "u[", "must be an array, not "),
        ("basePath", "u\"", "must be a path, not "),
        (
            "publicOrigin",
            "u\"",
            "must be an origin as browsers write it",
        ),
    ] {
        for (value, kind) in kinds_but(letters) {
            assert_refused(check(name, &value), name, &[expected, kind]);
        }
        check(
            name,
            &kinds()
                .into_iter()
                .find(|(it, _)| letters.contains(&it[..1]))
                .unwrap()
                .0,
        )
        .unwrap();
    }
    for (value, kind) in kinds() {
        for name in ["allowedOrigins", "allowedWorkspaces"] {
            let refused = check(name, &array(&[text("https://a.example"), value.clone()]));
            assert_refused(refused, name, &["must be an array of strings, not ", kind]);
        }
        let refused = check("allow", &array(&[value]));
        let expected = "must be \"list\" or \"retrieve\" or \"cancel\" or \"delete\", not ";
        assert_refused(refused, "allow", &[expected, kind]);
    }
    assert_refused(check("allow", &texts(&["create"])), "allow", &["\"list\""]);
    assert_refused(
        check("allowedOrigins", &texts(&["*"])),
        "allowedOrigins",
        &["lower case"],
    );
    assert_refused(
        check("publicOrigin", &text("x")),
        "publicOrigin",
        &["an origin as"],
    );
    assert_refused(check("basePath", &text("api")), "basePath", &["such as"]);
}

/// Returns whether a relay with this option forwards a request.
fn forwards(name: &str, value: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> bool {
    let find = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| (*value).to_owned())
    };
    let decision = check(name, value).unwrap().decide(&PageRequest {
        method,
        url: &format!("https://relay.example{path}"),
        header_bytes: 0,
        header: &find,
    });
    matches!(decision, Decision::Forward(_))
}

#[test]
fn options_arrive_where_they_belong() {
    let list = "/v1/messages/batches";
    let app = "https://app.example";
    let batch = "/v1/messages/batches/b";
    let cancel = "/v1/messages/batches/b/cancel";
    let origin = [("origin", app)];
    assert!(forwards(
        "allowedOrigins",
        &texts(&[app]),
        "GET",
        list,
        &origin
    ));
    assert!(forwards("publicOrigin", &text(app), "GET", list, &origin));
    assert!(!forwards("publicOrigin", "u", "GET", list, &origin));
    assert!(forwards(
        "basePath",
        &text("/api"),
        "GET",
        &format!("/api{list}"),
        &[]
    ));
    assert!(!forwards(
        "basePath",
        "u",
        "GET",
        &format!("/api{list}"),
        &[]
    ));
    let workspace = [("anthropic-workspace-id", "w")];
    assert!(forwards(
        "allowedWorkspaces",
        &texts(&["w"]),
        "GET",
        list,
        &workspace
    ));
    assert!(!forwards("allowedWorkspaces", "u", "GET", list, &workspace));
    let endpoints = [
        ("list", "GET", list),
        ("retrieve", "GET", batch),
        ("cancel", "POST", cancel),
        ("delete", "DELETE", batch),
    ];
    for (allowed, ..) in endpoints {
        for (name, method, path) in endpoints {
            let is_forwarded = forwards("allow", &texts(&[allowed]), method, path, &[]);
            assert_eq!(is_forwarded, name == allowed, "{name} by {allowed}");
            assert!(forwards("allow", "u", method, path, &[]));
            assert!(!forwards("allow", &array(&[]), method, path, &[]));
        }
    }
}
