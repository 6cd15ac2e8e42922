//! The credential of a call by `apiKey`, `authToken`, the environment, and the page.

use crate::options::host::Host;
use crate::support::{assert_refused, check_at, failure, page, pairs, text};
use policy::base::error::{Code, Result};
use policy::options::Settings;
use policy::options::credentials::{Credentials, Scheme};

type Options<'a> = Vec<(&'a str, String)>;

const DIRECT: &str = "anthropic-dangerous-direct-browser-access";
const ENVIRONMENT: &[(&str, &str)] = &[("ANTHROPIC_API_KEY", "ek"), ("ANTHROPIC_AUTH_TOKEN", "et")];

fn given(key: &str, token: &str) -> Options<'static> {
    let value = |given: &str| match given {
        "u" | "n" | "F" => given.to_owned(),
        secret => text(secret),
    };
    vec![("apiKey", value(key)), ("authToken", value(token))]
}

fn with<'a>(mut options: Options<'a>, name: &'a str, value: &str) -> Options<'a> {
    options.push((name, value.to_owned()));
    options
}

/// The credential among the headers.
fn sent(settings: &Settings) -> Vec<String> {
    let is_credential = |name: &str| name == "x-api-key" || name == "authorization";
    let headers = settings.headers().iter();
    headers
        .filter(|(name, _)| is_credential(name))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

fn on_server(given: &[(&str, String)]) -> Result<Settings> {
    check_at(&Host::default(), given, ENVIRONMENT)
}

#[test]
fn the_options_decide_then_the_environment() {
    for (key, token, expected) in [
        ("k", "u", "x-api-key: k"),
        ("u", "t", "authorization: Bearer t"),
        ("k", "n", "x-api-key: k"),
        ("n", "t", "authorization: Bearer t"),
        ("u", "u", "x-api-key: ek"),
        ("n", "u", ""),
        ("u", "n", ""),
        ("n", "n", ""),
    ] {
        let settings = on_server(&given(key, token)).unwrap();
        let expected = Some(expected).filter(|it| !it.is_empty());
        assert_eq!(
            sent(&settings),
            expected.into_iter().collect::<Vec<_>>(),
            "{key} {token}"
        );
    }
    for (key, token) in [("k", "t"), ("F", "t"), ("k", "F"), ("F", "F")] {
        let refused = on_server(&given(key, token));
        assert_refused(
            refused,
            "apiKey",
            &["and authToken are both given: give one"],
        );
    }
    for (key, token, scheme) in [("F", "u", Scheme::ApiKey), ("n", "F", Scheme::AuthToken)] {
        let settings = on_server(&given(key, token)).unwrap();
        assert_eq!(*settings.credentials(), Credentials::Function(scheme));
    }
}

#[test]
fn a_key_that_no_header_can_carry_is_not_shown() {
    for (name, options) in [
        ("apiKey", given("sk a", "u")),
        ("authToken", given("u", "sk a")),
    ] {
        let message = failure(on_server(&options)).message;
        assert_eq!(
            message,
            format!(
                "{name} must be a string of visible ASCII characters, not a string with U+0020 at index 2"
            )
        );
    }
}

#[test]
fn without_a_credential_the_error_says_what_to_give() {
    for (host, parts) in [
        (Host::default(), ["apiKey", "ANTHROPIC_API_KEY"]),
        (page("https://app.example"), ["baseURL", "relay"]),
    ] {
        let missing = failure(check_at(&host, &[], &[]));
        assert_eq!(missing.code, Code::MissingCredentials);
        for part in parts {
            assert!(missing.message.contains(part), "{}", missing.message);
        }
    }
}

#[test]
fn in_a_page_a_key_needs_to_be_allowed() {
    let app = page("https://app.example");
    let header = |name: &str| vec![("headers", pairs(&[(name, &text("k"))]))];
    for (name, given, environment) in [
        ("a key", given("k", "u"), &[][..]),
        ("a token", given("u", "t"), &[]),
        ("a function", given("F", "u"), &[]),
        ("a key in a header", header("X-Api-Key"), &[]),
        ("a token in a header", header("authorization"), &[]),
        ("a key of the environment", vec![], ENVIRONMENT),
        (
            "a key for the page's own origin",
            with(given("k", "u"), "baseURL", &text("/api")),
            &[],
        ),
        (
            "a key whose header is removed",
            with(given("k", "u"), "headers", &pairs(&[("x-api-key", "n")])),
            &[],
        ),
        (
            "a function whose header is replaced",
            with(
                given("F", "u"),
                "headers",
                &pairs(&[("x-api-key", &text("own"))]),
            ),
            &[],
        ),
    ] {
        let forbidden = with(given.clone(), "dangerouslyAllowBrowser", "f");
        for options in [&given, &forbidden] {
            let refused = failure(check_at(&app, options, environment));
            assert_eq!(refused.code, Code::BrowserNotAllowed, "{name}");
            assert!(
                refused.message.contains("dangerouslyAllowBrowser"),
                "{name}"
            );
        }
        let allowed = with(given, "dangerouslyAllowBrowser", "t");
        let settings = check_at(&app, &allowed, environment).unwrap();
        assert_eq!(settings.headers().get(DIRECT), Some("true"), "{name}");
        // On a server there is nothing to allow, and no such header.
        let settings = check_at(&Host::default(), &allowed, environment).ok();
        assert!(settings.is_none_or(|settings| settings.headers().get(DIRECT).is_none()));
    }
}

#[test]
fn the_header_of_a_page_can_be_replaced_and_removed() {
    let app = page("https://app.example");
    for (value, expected) in [("n", None), (&*text("no"), Some("no"))] {
        let headers = pairs(&[("Anthropic-Dangerous-Direct-Browser-Access", value)]);
        let options = with(given("k", "u"), "dangerouslyAllowBrowser", "t");
        let settings = check_at(&app, &with(options, "headers", &headers), &[]).unwrap();
        assert_eq!(settings.headers().get(DIRECT), expected);
    }
}

#[test]
fn a_pages_own_origin_needs_no_credential() {
    let app = page("https://app.example");
    for url in ["/api", "https://app.example:443/api"] {
        let options = vec![("baseURL", text(url))];
        for options in [
            options.clone(),
            with(options, "dangerouslyAllowBrowser", "t"),
        ] {
            let settings = check_at(&app, &options, ENVIRONMENT).unwrap();
            assert_eq!(*settings.credentials(), Credentials::None);
            assert!(sent(&settings).is_empty());
            assert_eq!(settings.headers().get(DIRECT), None);
        }
    }
    let elsewhere = vec![("baseURL", text("https://relay.example"))];
    let failed = failure(check_at(&app, &elsewhere, &[]));
    assert_eq!(failed.code, Code::MissingCredentials);
    let declined = with(elsewhere, "apiKey", "n");
    assert!(sent(&check_at(&app, &declined, ENVIRONMENT).unwrap()).is_empty());
}
