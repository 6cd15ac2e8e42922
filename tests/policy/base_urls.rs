//! The check of `baseURL`, and its origin.

use crate::support::cases;
use crate::support::values::{Variables, assert_refused, check_with, with_key};
use policy::base::error::Result;
use policy::options::RequestOptions;
use policy::options::base_url::BaseUrl;
use proptest::prelude::*;

fn check(url: &str) -> Result<BaseUrl> {
    BaseUrl::check("baseURL", url)
}

#[test]
fn absolute_urls_keep_their_prefix_and_lose_the_last_slash() {
    for (given, kept) in [
        ("https://api.anthropic.com", "https://api.anthropic.com"),
        ("https://api.anthropic.com/", "https://api.anthropic.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        (
            "https://proxy.example/claude",
            "https://proxy.example/claude",
        ),
        (
            "https://proxy.example/claude/",
            "https://proxy.example/claude",
        ),
        ("https://proxy.example/a/b//", "https://proxy.example/a/b"),
        ("https://h:443/x@y:z", "https://h:443/x@y:z"),
        ("http://127.0.0.1:1/p", "http://127.0.0.1:1/p"),
        ("http://h:65535", "http://h:65535"),
        ("http://[::1]", "http://[::1]"),
        ("http://[2001:db8::a]:8080/p", "http://[2001:db8::a]:8080/p"),
        ("http://[::ffff:1.2.3.4]", "http://[::ffff:1.2.3.4]"),
        ("HTTPS://API.Example", "HTTPS://API.Example"),
        (
            "https://xn--bcher-kva.example/%7Ea",
            "https://xn--bcher-kva.example/%7Ea",
        ),
    ] {
        assert_eq!(check(given).unwrap().as_str(), kept);
    }
}

#[test]
fn bad_urls_are_refused() {
    for (url, part) in [
        ("", "an empty string"),
        ("  ", "a blank string"),
        ("api.anthropic.com", "absolute http or https URL"),
        ("api", "absolute http or https URL"),
        ("/api", "absolute http or https URL"),
        ("//evil.example/api", "absolute http or https URL"),
        ("ftp://h", "absolute http or https URL"),
        ("file:///etc/passwd", "absolute http or https URL"),
        ("javascript:alert(1)", "absolute http or https URL"),
        ("https:h", "absolute http or https URL"),
        ("https:/h", "absolute http or https URL"),
        ("xhttps://h", "absolute http or https URL"),
        ("https://", "valid host and port"),
        ("https:///api", "valid host and port"),
        ("https://:8080", "valid host and port"),
        ("https://user@h", "user name or password"),
        ("https://user:pass@h/x", "user name or password"),
        ("https://@h", "user name or password"),
        ("https://h?x=1", "query"),
        ("https://h/?", "query"),
        ("https://h#", "fragment"),
        ("https://h/#x", "fragment"),
        ("https://h:x", "valid host and port"),
        ("https://h:-1", "valid host and port"),
        ("https://h:65536", "valid host and port"),
        ("https://h:1:2", "valid host and port"),
        ("https://h%2eevil", "valid host and port"),
        ("https://[::1", "valid host and port"),
        ("https://::1", "valid host and port"),
        ("https://[]", "valid host and port"),
        ("https://[h]", "valid host and port"),
        ("https://[::1]x", "valid host and port"),
        (" https://h", "U+0020"),
        ("https://h ", "U+0020"),
        ("https://h\n", "U+000A"),
        ("https://h\t/x", "U+0009"),
        ("https://h\\x", "U+005C"),
        ("https://b\u{fc}cher.example", "U+00FC"),
        ("https://h/\u{e4}", "U+00E4"),
    ] {
        assert_refused(check(url), "baseURL", &[part]);
    }
}

#[test]
fn a_port_is_digits_only() {
    assert_refused(check("https://h:+80"), "baseURL", &["port"]);
}

#[test]
fn an_origin_is_written_as_a_page_writes_its_own() {
    for (url, origin) in [
        ("https://app.example/api", "https://app.example"),
        ("https://app.example", "https://app.example"),
        ("HTTPS://App.EXAMPLE/api", "https://app.example"),
        ("https://app.example:443/api", "https://app.example"),
        ("https://app.example:/api", "https://app.example"),
        ("http://app.example:80", "http://app.example"),
        ("http://LOCALHOST:3000/x", "http://localhost:3000"),
        ("http://[::1]:3000/x", "http://[::1]:3000"),
        ("http://[FE80::A]:80", "http://[fe80::a]"),
        ("https://app.example:80", "https://app.example:80"),
        ("http://app.example:443", "http://app.example:443"),
        ("https://app.example:8443", "https://app.example:8443"),
        ("https://evil/https://app.example", "https://evil"),
    ] {
        assert_eq!(check(url).unwrap().origin(), origin, "{url}");
    }
    assert_eq!(BaseUrl::default().origin(), "https://api.anthropic.com");
}

#[test]
fn the_option_comes_before_the_environment_and_that_before_the_default() {
    let url = |base_url: Option<&str>, variable: Option<&str>| {
        let given = RequestOptions {
            base_url: base_url.map(|url| url.parse().unwrap()),
            ..with_key()
        };
        let variables = Variables {
            base_url: variable.map(str::to_owned),
            ..Variables::default()
        };
        check_with(&given, &variables).map(|settings| settings.base_url().to_string())
    };
    let default = "https://api.anthropic.com";
    let (option, variable) = ("https://opt.example", "https://env.example/x/");
    assert_eq!(url(None, None).unwrap(), default);
    assert_eq!(url(None, Some(variable)).unwrap(), "https://env.example/x");
    assert_eq!(url(Some(option), Some(variable)).unwrap(), option);
    for (bad, part) in [("ftp://env.example", "http"), ("/api", "absolute")] {
        assert_refused(url(None, Some(bad)), "ANTHROPIC_BASE_URL", &[part]);
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn an_accepted_url_is_one_origin_and_a_path(url in prop_oneof![
        any::<String>(),
        "https?://[a-z0-9.:@\\[\\]_-]{0,12}[/a-z?#%\\\\@ ]{0,8}",
    ]) {
        if let Ok(base) = check(&url) {
            let kept = base.as_str();
            prop_assert!(url.starts_with(kept) && url[kept.len()..].chars().all(|c| c == '/'));
            prop_assert!(kept.to_lowercase().starts_with("http"));
            prop_assert!(!kept.ends_with('/'));
            prop_assert!(!kept.contains(['?', '#', '\\']) && kept.chars().all(|c| c.is_ascii_graphic()));
            let authority = kept.split('/').nth(2).unwrap_or_default();
            prop_assert!(!authority.is_empty() && !authority.contains('@'));
        }
    }

    #[test]
    fn a_good_url_is_accepted_and_kept(
        scheme in "https?",
        host in "[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\\.[a-z]{2,5}){0,2}",
        port in proptest::option::of(1_u16..),
        path in "(/[A-Za-z0-9._~-]{1,6}){0,3}",
        slash in "/?",
    ) {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let kept = format!("{scheme}://{host}{port}{path}");
        let url: BaseUrl = format!("{kept}{slash}").parse().unwrap();
        prop_assert_eq!(url.as_str(), kept);
    }
}
