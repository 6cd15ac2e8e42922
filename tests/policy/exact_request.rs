//! The request, to the last header and in order.

use crate::support::values::{headers, id, settings, with, with_key};
use crate::support::{ID, KEY};
use policy::http::request::{Operation, Request};
use policy::options::RequestOptions;
use policy::options::betas::Betas;
use policy::options::credentials::{CredentialOption, Scheme};

fn build(given: &RequestOptions<'_>) -> Request {
    Request::build(&settings(given), Operation::Delete(&id()), None)
}

fn betas(flags: &[&str]) -> Betas {
    Betas::check(flags.iter().copied()).unwrap()
}

/// Returns the lines as they are sent, without the lines that the runtime adds.
fn lines(request: &Request) -> Vec<String> {
    let first = format!("{} {}", request.method.as_str(), request.url);
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"));
    std::iter::once(first).chain(headers).collect()
}

#[track_caller]
fn assert_lines(given: &RequestOptions<'_>, expected: &[&str]) {
    assert_eq!(lines(&build(given)), expected);
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
    let empty = RequestOptions {
        betas: betas(&[]),
        ..with_key()
    };
    assert_lines(&empty, &[PLAIN, ACCEPT, VERSION, API_KEY]);
}

#[test]
fn with_betas() {
    for (flags, header) in [
        (
            vec!["message-batches-2024-09-24"],
            "anthropic-beta: message-batches-2024-09-24",
        ),
        (vec!["b", "a", "c"], "anthropic-beta: b,a,c"),
        (vec!["a", "b", "a"], "anthropic-beta: a,b"),
    ] {
        let given = RequestOptions {
            betas: betas(&flags),
            ..with_key()
        };
        assert_lines(&given, &[BETA, ACCEPT, VERSION, header, API_KEY]);
    }
}

#[test]
fn with_a_workspace_and_a_version() {
    let given = RequestOptions {
        workspace_id: Some("wrkspc_01"),
        anthropic_version: "2026-10-21",
        ..with_key()
    };
    let version = "anthropic-version: 2026-10-21";
    let workspace = "anthropic-workspace-id: wrkspc_01";
    assert_lines(&given, &[PLAIN, ACCEPT, version, workspace, API_KEY]);
}

#[test]
fn with_an_auth_token_or_nothing() {
    let token = with(CredentialOption::Fixed(Scheme::AuthToken, KEY));
    assert_lines(
        &token,
        &[
            PLAIN,
            ACCEPT,
            VERSION,
            "authorization: Bearer sk-test-SECRET",
        ],
    );
    let nothing = with(CredentialOption::Nothing);
    assert_lines(&nothing, &[PLAIN, ACCEPT, VERSION]);
}

#[test]
fn with_a_default_removed() {
    let given = RequestOptions {
        headers: headers(&[("Accept", None)]),
        ..with_key()
    };
    assert_lines(&given, &[PLAIN, VERSION, API_KEY]);
    let no_beta = RequestOptions {
        headers: headers(&[("anthropic-beta", None)]),
        betas: betas(&["a"]),
        ..with_key()
    };
    assert_lines(&no_beta, &[BETA, ACCEPT, VERSION, API_KEY]);
}

#[test]
fn with_a_prefix() {
    for url in ["http://h:8080/claude", "http://h:8080/claude/"] {
        let given = RequestOptions {
            base_url: Some(url.parse().unwrap()),
            ..with_key()
        };
        let first = format!("DELETE http://h:8080/claude/v1/messages/batches/{ID}");
        assert_lines(&given, &[&first, ACCEPT, VERSION, API_KEY]);
    }
}

#[test]
fn with_everything() {
    let given = RequestOptions {
        betas: betas(&["a", "b"]),
        workspace_id: Some("w"),
        headers: headers(&[("X-Trace", Some("1"))]),
        ..with_key()
    };
    assert_lines(
        &given,
        &[
            BETA,
            ACCEPT,
            VERSION,
            "anthropic-beta: a,b",
            "anthropic-workspace-id: w",
            API_KEY,
            "x-trace: 1",
        ],
    );
}

#[test]
fn of_the_other_operations() {
    let settings = settings(&RequestOptions {
        betas: betas(&["a"]),
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
