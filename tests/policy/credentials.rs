//! The credential that is sent, by the options, the environment and the headers.

use crate::support::values::{
    Variables, assert_refused, check, check_with, failure, headers, with,
};
use policy::base::error::Code;
use policy::options::base_url::BaseUrl;
use policy::options::credentials::{CredentialOption, Credentials, Scheme};
use policy::options::{RequestOptions, Settings};

const ENVIRONMENT: CredentialOption<'static> = CredentialOption::Environment;

fn variables(key: Option<&str>, token: Option<&str>) -> Variables {
    Variables {
        api_key: key.map(str::to_owned),
        auth_token: token.map(str::to_owned),
        base_url: None,
    }
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

#[test]
fn the_options_decide_then_the_environment() {
    let both = variables(Some("ek"), Some("et"));
    let token = variables(None, Some("et"));
    let key = CredentialOption::Fixed(Scheme::ApiKey, "k");
    let nothing = CredentialOption::Nothing;
    for (given, variables, expected) in [
        (key, &both, "x-api-key: k"),
        (
            CredentialOption::Fixed(Scheme::AuthToken, "t"),
            &both,
            "authorization: Bearer t",
        ),
        (ENVIRONMENT, &both, "x-api-key: ek"),
        (ENVIRONMENT, &token, "authorization: Bearer et"),
        (nothing, &both, ""),
        (nothing, &variables(None, None), ""),
    ] {
        let settings = check_with(&with(given), variables).unwrap();
        let expected: Vec<_> = Some(expected)
            .filter(|it| !it.is_empty())
            .into_iter()
            .collect();
        assert_eq!(sent(&settings), expected);
        assert_eq!(settings.sends_credential(), !expected.is_empty());
    }
}

#[test]
fn without_a_credential_nothing_is_sent() {
    let missing = failure(check(&RequestOptions::default()));
    assert_eq!(missing.code, Code::MissingCredentials);
    for part in ["apiKey", "authToken", "ANTHROPIC_API_KEY", "null"] {
        assert!(missing.message.contains(part), "{}", missing.message);
    }
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
        for scheme in [Scheme::ApiKey, Scheme::AuthToken] {
            let given = with(CredentialOption::Fixed(scheme, key));
            assert_refused(check(&given), scheme.option(), &["visible ASCII", part]);
            let message = failure(check(&given)).message;
            assert!(!message.contains("sk"), "{message}");
        }
    }
    for (variable, variables) in [
        ("ANTHROPIC_API_KEY", variables(Some("a\u{e4}"), None)),
        ("ANTHROPIC_AUTH_TOKEN", variables(None, Some("a b"))),
    ] {
        let result = check_with(&RequestOptions::default(), &variables);
        assert_refused(result, variable, &["visible ASCII"]);
    }
}

#[test]
fn a_function_is_called_later() {
    for scheme in [Scheme::ApiKey, Scheme::AuthToken] {
        let settings = check(&with(CredentialOption::Function(scheme))).unwrap();
        assert_eq!(*settings.credentials(), Credentials::Function(scheme));
        assert!(sent(&settings).is_empty() && settings.sends_credential());
    }
}

#[test]
fn a_header_can_carry_the_credential() {
    let with_headers = |pairs: &[(&str, Option<&str>)], credential| RequestOptions {
        headers: headers(pairs),
        ..with(credential)
    };
    let function = CredentialOption::Function(Scheme::ApiKey);
    let own = [("Authorization", Some("Basic abc"))];
    let both = variables(Some("ek"), Some("et"));
    // It replaces the environment's.
    let settings = check_with(&with_headers(&own, ENVIRONMENT), &both).unwrap();
    assert_eq!(sent(&settings), ["authorization: Basic abc"]);
    assert!(settings.sends_credential());
    // A function whose header is replaced or removed is not even called.
    for (headers, is_sent) in [
        ([("x-api-key", Some("own"))], true),
        ([("x-api-key", None)], false),
    ] {
        let settings = check(&with_headers(&headers, function)).unwrap();
        assert_eq!(*settings.credentials(), Credentials::None);
        assert_eq!(settings.sends_credential(), is_sent);
    }
    let settings = check(&with_headers(&own, function)).unwrap();
    assert_eq!(
        *settings.credentials(),
        Credentials::Function(Scheme::ApiKey)
    );
}

#[test]
fn the_environment_is_read_only_if_nothing_is_given() {
    // Deno asks its user before it shows a variable.
    let given = RequestOptions {
        base_url: Some(BaseUrl::default()),
        ..with(CredentialOption::Fixed(Scheme::ApiKey, "k"))
    };
    let settings = Settings::check(given, &|_| panic!("not to be read"));
    assert_eq!(sent(&settings.unwrap()), ["x-api-key: k"]);
}
