//! Which credential is sent, from options, environment, headers and page.

use crate::support::values::Environment;
use crate::support::values::{
    assert_refused, check, check_at, failure, kinds, page, pairs, server, text,
};
use policy::base::error::Code;
use policy::base::input_value::Value;
use policy::options::Settings;
use policy::options::credentials::{Credentials, Scheme};
use policy::options::given::Given;
use policy::options::runtime::Host;

const UNDEFINED: Value<'static> = Value::Undefined;

fn environment(key: Option<&str>, token: Option<&str>) -> Environment {
    Environment {
        api_key: key.map(str::to_owned),
        auth_token: token.map(str::to_owned),
        base_url: None,
    }
}

fn given<'a>(api_key: Value<'a>, auth_token: Value<'a>) -> Given<'a> {
    Given {
        api_key,
        auth_token,
        ..Given::default()
    }
}

/// The credential among the headers.
fn sent(settings: &Settings) -> Vec<String> {
    let is_credential = |name: &str| name == "x-api-key" || name == "authorization";
    let headers = settings.headers.iter();
    headers
        .filter(|(name, _)| is_credential(name))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

#[test]
fn the_options_decide_then_the_environment() {
    let both = environment(Some("ek"), Some("et"));
    let token = environment(None, Some("et"));
    let none = environment(None, None);
    for (api_key, auth_token, environment, expected) in [
        (text("k"), UNDEFINED, &none, "x-api-key: k"),
        (UNDEFINED, text("t"), &none, "authorization: Bearer t"),
        (text("k"), Value::Null, &none, "x-api-key: k"),
        (Value::Null, text("t"), &none, "authorization: Bearer t"),
        (text("k"), UNDEFINED, &both, "x-api-key: k"),
        (UNDEFINED, text("t"), &both, "authorization: Bearer t"),
        (UNDEFINED, UNDEFINED, &both, "x-api-key: ek"),
        (UNDEFINED, UNDEFINED, &token, "authorization: Bearer et"),
        (Value::Null, UNDEFINED, &both, ""),
        (UNDEFINED, Value::Null, &both, ""),
        (Value::Null, Value::Null, &both, ""),
        (Value::Null, UNDEFINED, &none, ""),
    ] {
        let label = format!("{api_key:?} {auth_token:?} {environment:?}");
        let settings = check_at(&given(api_key, auth_token), &server(), environment).unwrap();
        assert_eq!(sent(&settings).join("; "), expected, "{label}");
    }
}

#[test]
fn two_credentials_are_one_too_many() {
    for (api_key, auth_token) in [
        (text("k"), text("t")),
        (Value::Function, text("t")),
        (text("k"), Value::Function),
    ] {
        assert_refused(
            check(&given(api_key, auth_token)),
            "apiKey",
            &["authToken", "both given"],
        );
    }
}

#[test]
fn no_credential_is_missing() {
    let missing = failure(check(&Given::default()));
    assert_eq!(missing.code, Code::MissingCredentials);
    for part in ["apiKey", "authToken", "ANTHROPIC_API_KEY", "null"] {
        assert!(missing.message.contains(part), "{}", missing.message);
    }
    let in_page = failure(check_at(
        &Given::default(),
        &page("https://app.example"),
        &environment(None, None),
    ));
    assert_eq!(in_page.code, Code::MissingCredentials);
    assert!(in_page.message.contains("baseURL"), "{}", in_page.message);
}

#[test]
fn a_key_that_no_header_can_carry_is_refused_and_not_shown() {
    for (key, part) in [
        ("", "an empty string"),
        (" ", "U+0020"),
        ("sk-test\n", "U+000A at index 7"),
        ("sk test", "U+0020 at index 2"),
        ("sk-t\u{e4}st", "U+00E4 at index 4"),
        ("sk\0", "U+0000 at index 2"),
    ] {
        for (option, given) in [
            ("apiKey", given(text(key), UNDEFINED)),
            ("authToken", given(UNDEFINED, text(key))),
        ] {
            assert_refused(check(&given), option, &[part]);
            let message = failure(check(&given)).message;
            assert!(!message.contains("sk"), "{message}");
        }
    }
    for (variable, environment) in [
        ("ANTHROPIC_API_KEY", environment(Some("a\u{e4}"), None)),
        ("ANTHROPIC_AUTH_TOKEN", environment(None, Some("a b"))),
    ] {
        let result = check_at(&Given::default(), &server(), &environment);
        assert_refused(result, variable, &["visible ASCII"]);
    }
}

#[test]
fn a_value_that_is_no_string_and_no_function_is_no_key() {
    for (value, kind) in kinds() {
        if !matches!(value, Value::Undefined | Value::Null | Value::Function) {
            let key = given(value, UNDEFINED);
            assert_refused(check(&key), "apiKey", &[kind]);
            let token = given(UNDEFINED, value);
            assert_refused(check(&token), "authToken", &[kind]);
        }
    }
}

#[test]
fn a_function_is_called_later() {
    for (given, scheme) in [
        (given(Value::Function, UNDEFINED), Scheme::ApiKey),
        (given(UNDEFINED, Value::Function), Scheme::AuthToken),
    ] {
        let settings = check(&given).unwrap();
        assert_eq!(settings.credentials, Credentials::Function(scheme));
        assert!(sent(&settings).is_empty());
    }
}

#[test]
fn a_header_can_carry_the_credential() {
    let with = |headers: &[(&str, Value)], api_key| Given {
        headers: pairs(headers),
        ..given(api_key, UNDEFINED)
    };
    let own = [("Authorization", text("Basic abc"))];
    let both = environment(Some("ek"), Some("et"));
    // It replaces the environment's.
    let settings = check_at(&with(&own, UNDEFINED), &server(), &both).unwrap();
    assert_eq!(sent(&settings), ["authorization: Basic abc"]);
    // A function whose header is replaced or removed is not even called.
    for headers in [[("x-api-key", text("own"))], [("x-api-key", Value::Null)]] {
        let settings = check(&with(&headers, Value::Function)).unwrap();
        assert_eq!(settings.credentials, Credentials::None);
    }
    let settings = check(&with(&own, Value::Function)).unwrap();
    assert_eq!(settings.credentials, Credentials::Function(Scheme::ApiKey));
}

const DIRECT: &str = "anthropic-dangerous-direct-browser-access";

#[test]
fn in_a_page_a_key_needs_to_be_allowed() {
    let app = page("https://app.example");
    let with_header = |name: &str| Given {
        headers: pairs(&[(name, text("k"))]),
        ..Given::default()
    };
    let none = environment(None, None);
    let key_of_bundler = environment(Some("ek"), None);
    for (name, given, environment) in [
        ("a key", given(text("k"), UNDEFINED), &none),
        ("a token", given(UNDEFINED, text("t")), &none),
        ("a function", given(Value::Function, UNDEFINED), &none),
        ("a key in a header", with_header("X-Api-Key"), &none),
        ("a token in a header", with_header("authorization"), &none),
        (
            "a key of the environment",
            Given::default(),
            &key_of_bundler,
        ),
        (
            "a key for the page's own origin",
            Given {
                base_url: text("/api"),
                ..given(text("k"), UNDEFINED)
            },
            &none,
        ),
    ] {
        let refused = failure(check_at(&given, &app, environment));
        assert_eq!(refused.code, Code::BrowserNotAllowed, "{name}");
        assert!(
            refused.message.contains("dangerouslyAllowBrowser"),
            "{name}"
        );
        let forbidden = Given {
            dangerously_allow_browser: Value::Bool(false),
            ..given
        };
        assert_eq!(
            failure(check_at(&forbidden, &app, environment)).code,
            Code::BrowserNotAllowed
        );
        let allowed = Given {
            dangerously_allow_browser: Value::Bool(true),
            ..given
        };
        let settings = check_at(&allowed, &app, environment).unwrap();
        assert_eq!(settings.headers.get(DIRECT), Some("true"), "{name}");
        // On a server there is nothing to allow, and no such header.
        let settings = check_at(&allowed, &server(), environment).ok();
        assert!(settings.is_none_or(|settings| settings.headers.iter().all(|(n, _)| n != DIRECT)));
    }
}

#[test]
fn a_pages_own_origin_needs_no_credential() {
    let app = page("https://app.example");
    let key_of_bundler = environment(Some("ek"), None);
    for (url, host) in [("/api", &app), ("https://app.example:443/api", &app)] {
        let given = Given {
            base_url: text(url),
            ..Given::default()
        };
        let settings = check_at(&given, host, &key_of_bundler).unwrap();
        assert_eq!(settings.credentials, Credentials::None);
        assert!(sent(&settings).is_empty());
        assert!(settings.headers.iter().all(|(name, _)| name != DIRECT));
    }
    let elsewhere = Given {
        base_url: text("https://relay.example"),
        ..Given::default()
    };
    let failed = failure(check_at(&elsewhere, &app, &environment(None, None)));
    assert_eq!(failed.code, Code::MissingCredentials);
    let declined = Given {
        api_key: Value::Null,
        ..elsewhere
    };
    assert!(sent(&check_at(&declined, &app, &key_of_bundler).unwrap()).is_empty());
}

#[test]
fn the_environment_is_looked_at_only_if_nothing_is_given() {
    // Deno asks its user before it shows a variable.
    let host = Host::default();
    let given = Given {
        base_url: text("https://h"),
        ..given(text("k"), UNDEFINED)
    };
    let settings = Settings::check(&given, &host, &|_| panic!("not to be looked at"));
    assert_eq!(sent(&settings.unwrap()), ["x-api-key: k"]);
}

#[test]
fn dangerously_allow_browser_is_a_boolean() {
    for (value, kind) in kinds() {
        if !matches!(value, Value::Undefined | Value::Bool(_)) {
            let given = Given {
                dangerously_allow_browser: value,
                ..given(text("k"), UNDEFINED)
            };
            assert_refused(
                check(&given),
                "dangerouslyAllowBrowser",
                &["true or false", kind],
            );
        }
    }
}
