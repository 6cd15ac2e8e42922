//! The request, to the last header and in order.

use crate::support::values::Environment;
use crate::support::values::{check_at, id, page, pairs, server, text, texts, with_key};
use crate::support::{ID, KEY};
use policy::base::input_value::Value;
use policy::http::request::{Operation, Request};
use policy::options::credentials::Scheme;
use policy::options::given::Given;
use policy::options::runtime::Host;

fn build(given: &Given, host: &Host) -> Request {
    let settings = check_at(given, host, &Environment::default()).unwrap();
    Request::build(&settings, Operation::Delete(&id()), None)
}

/// The lines as they go over the wire, but for those that the runtime adds.
fn lines(request: &Request) -> Vec<String> {
    let first = format!("{} {}", request.method.as_str(), request.url);
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"));
    std::iter::once(first).chain(headers).collect()
}

#[track_caller]
fn assert_lines(given: &Given, expected: &[&str]) {
    assert_eq!(lines(&build(given, &server())), expected);
}

const PLAIN: &str =
    "DELETE https://api.anthropic.com/v1/messages/batches/msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const BETA: &str = "DELETE https://api.anthropic.com/v1/messages/batches/\
                    msgbatch_013Zva2CMHLNnXjNJJKqJ2EF?beta=true";
const ACCEPT: &str = "accept: application/json";
const VERSION: &str = "anthropic-version: 2023-06-01";
const API_KEY: &str = "x-api-key: sk-test-SECRET";

#[test]
fn without_betas() {
    assert_lines(&with_key(), &[PLAIN, ACCEPT, VERSION, API_KEY]);
    let empty = Given {
        betas: texts(&[]),
        ..with_key()
    };
    assert_lines(&empty, &[PLAIN, ACCEPT, VERSION, API_KEY]);
}

#[test]
fn with_betas() {
    for (betas, header) in [
        (
            vec!["message-batches-2024-09-24"],
            "anthropic-beta: message-batches-2024-09-24",
        ),
        (vec!["b", "a", "c"], "anthropic-beta: b,a,c"),
        (vec!["a", "b", "a"], "anthropic-beta: a,b"),
    ] {
        let given = Given {
            betas: texts(&betas),
            ..with_key()
        };
        assert_lines(&given, &[BETA, ACCEPT, VERSION, header, API_KEY]);
    }
}

#[test]
fn with_a_workspace_and_a_version() {
    let given = Given {
        workspace_id: text("wrkspc_01"),
        anthropic_version: text("2026-10-21"),
        ..with_key()
    };
    let version = "anthropic-version: 2026-10-21";
    let workspace = "anthropic-workspace-id: wrkspc_01";
    assert_lines(&given, &[PLAIN, ACCEPT, version, workspace, API_KEY]);
}

#[test]
fn with_an_auth_token_or_nothing() {
    let token = Given {
        auth_token: text(KEY),
        ..Given::default()
    };
    assert_lines(
        &token,
        &[
            PLAIN,
            ACCEPT,
            VERSION,
            "authorization: Bearer sk-test-SECRET",
        ],
    );
    let nothing = Given {
        api_key: Value::Null,
        ..Given::default()
    };
    assert_lines(&nothing, &[PLAIN, ACCEPT, VERSION]);
}

#[test]
fn with_a_default_removed() {
    let given = Given {
        headers: pairs(&[("Accept", Value::Null)]),
        ..with_key()
    };
    assert_lines(&given, &[PLAIN, VERSION, API_KEY]);
    let no_beta = Given {
        headers: pairs(&[("anthropic-beta", Value::Null)]),
        betas: texts(&["a"]),
        ..with_key()
    };
    assert_lines(&no_beta, &[BETA, ACCEPT, VERSION, API_KEY]);
}

#[test]
fn with_a_prefix() {
    for url in ["http://h:8080/claude", "http://h:8080/claude/"] {
        let given = Given {
            base_url: text(url),
            ..with_key()
        };
        let first = format!("DELETE http://h:8080/claude/v1/messages/batches/{ID}");
        assert_lines(&given, &[&first, ACCEPT, VERSION, API_KEY]);
    }
}

#[test]
fn with_everything() {
    let given = Given {
        betas: texts(&["a", "b"]),
        workspace_id: text("w"),
        headers: pairs(&[("X-Trace", text("1"))]),
        dangerously_allow_browser: Value::Bool(true),
        ..with_key()
    };
    let request = build(&given, &page("https://app.example"));
    assert_eq!(
        lines(&request),
        [
            BETA,
            ACCEPT,
            VERSION,
            "anthropic-beta: a,b",
            "anthropic-workspace-id: w",
            API_KEY,
            "anthropic-dangerous-direct-browser-access: true",
            "x-trace: 1",
        ]
    );
}

#[test]
fn of_a_page_through_its_own_relay() {
    let given = Given {
        base_url: text("/api/"),
        ..Given::default()
    };
    let first = format!("DELETE https://app.example/api/v1/messages/batches/{ID}");
    let request = build(&given, &page("https://app.example"));
    assert_eq!(lines(&request), [&first, ACCEPT, VERSION]);
}

#[test]
fn of_the_other_operations() {
    let settings = crate::support::values::settings(&Given {
        betas: texts(&["a"]),
        ..with_key()
    });
    let id = id();
    for (operation, first) in [
        (
            Operation::Retrieve(&id),
            format!("GET https://api.anthropic.com/v1/messages/batches/{ID}?beta=true"),
        ),
        (
            Operation::Cancel(&id),
            format!("POST https://api.anthropic.com/v1/messages/batches/{ID}/cancel?beta=true"),
        ),
    ] {
        let request = Request::build(&settings, operation, Some((Scheme::ApiKey, "fresh")));
        assert_eq!(
            lines(&request),
            [
                &first,
                ACCEPT,
                VERSION,
                "anthropic-beta: a",
                API_KEY,
                "x-api-key: fresh"
            ]
        );
    }
}
