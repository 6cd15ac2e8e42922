//! The check of `baseURL`, and when it has the page's own origin.

use crate::support::cases;
use crate::support::values::Environment;
use crate::support::values::{
    assert_refused, check_at, kinds, page, server, settings, text, with_key,
};
use policy::base::error::Result;
use policy::base::input_value::Value;
use policy::options::base_url::BaseUrl;
use policy::options::given::Given;
use policy::options::runtime::Host;
use proptest::prelude::*;

fn check(url: &str, host: &Host) -> Result<BaseUrl> {
    BaseUrl::check("baseURL", &text(url), host)
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
        let url = check(given, &server()).unwrap();
        assert_eq!(url.as_str(), kept);
        assert!(!url.same_origin, "a server has no origin: {given}");
    }
}

#[test]
fn bad_urls_are_refused() {
    for (url, part) in [
        ("", "an empty string"),
        ("  ", "a blank string"),
        ("api.anthropic.com", "absolute http or https URL"),
        ("api", "absolute http or https URL"),
        ("/api", "only in a page"),
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
        assert_refused(check(url, &server()), "baseURL", &[part]);
    }
}

#[test]
fn a_port_is_digits_only() {
    assert_refused(check("https://h:+80", &server()), "baseURL", &["port"]);
}

#[test]
fn a_value_that_is_no_string_is_refused() {
    for (value, kind) in kinds() {
        assert_refused(
            BaseUrl::check("baseURL", &value, &server()),
            "baseURL",
            &[kind],
        );
    }
}

#[test]
fn a_path_is_of_the_pages_origin() {
    let page = page("https://app.example:8443");
    for (given, kept) in [
        ("/api", "https://app.example:8443/api"),
        ("/api/", "https://app.example:8443/api"),
        ("/", "https://app.example:8443"),
        ("/a/b", "https://app.example:8443/a/b"),
    ] {
        let url = check(given, &page).unwrap();
        assert_eq!((url.as_str(), url.same_origin), (kept, true));
    }
    // The other ways of writing a URL that a page could resolve stay refused.
    for url in ["api", "./api", "../api", "//app.example:8443/api", "?x", ""] {
        assert_refused(check(url, &page), "baseURL", &[]);
    }
}

#[test]
fn a_path_needs_a_page_with_an_origin() {
    let no_origin = Host {
        page: true,
        origin: None,
    };
    // Such as workerd's and Deno's, which have a location.
    let no_page = Host {
        page: false,
        origin: Some("https://app.example".into()),
    };
    for host in [no_origin, no_page] {
        assert_refused(check("/api", &host), "baseURL", &["only in a page"]);
    }
}

#[test]
fn the_same_origin_is_recognized_however_it_is_written() {
    for (origin, url, same) in [
        ("https://app.example", "https://app.example/api", true),
        ("https://app.example", "https://app.example", true),
        ("https://app.example", "HTTPS://App.EXAMPLE/api", true),
        ("https://app.example", "https://app.example:443/api", true),
        ("https://app.example", "https://app.example:/api", true),
        ("http://app.example", "http://app.example:80", true),
        ("http://localhost:3000", "http://LOCALHOST:3000/x", true),
        ("http://[::1]:3000", "http://[::1]:3000/x", true),
        ("http://[fe80::a]", "http://[FE80::A]:80", true),
        ("https://app.example", "http://app.example", false),
        ("https://app.example", "https://app.example:80", false),
        ("http://app.example", "http://app.example:443", false),
        ("https://app.example", "https://app.example:8443", false),
        ("https://app.example:8443", "https://app.example", false),
        ("https://app.example", "https://api.app.example", false),
        ("https://app.example", "https://app.example.evil", false),
        (
            "https://app.example",
            "https://evil/https://app.example",
            false,
        ),
        ("https://app.example", "https://api.anthropic.com", false),
    ] {
        let found = check(url, &page(origin)).unwrap().same_origin;
        assert_eq!(found, same, "{url} in a page of {origin}");
    }
    let no_page = Host {
        page: false,
        origin: Some("https://app.example".into()),
    };
    assert!(!check("https://app.example", &no_page).unwrap().same_origin);
}

#[test]
fn the_option_comes_before_the_environment_and_that_before_the_default() {
    let from_environment = Environment {
        base_url: Some("https://env.example/x/".into()),
        ..Environment::default()
    };
    let url = |base_url: Value, host: &Host, environment: &Environment| {
        let given = Given {
            base_url,
            dangerously_allow_browser: Value::Bool(true),
            ..with_key()
        };
        check_at(&given, host, environment).map(|settings| settings.base_url.as_str().to_owned())
    };
    let of_server = |value, environment: &Environment| url(value, &server(), environment).unwrap();
    let default = "https://api.anthropic.com";
    assert_eq!(
        of_server(Value::Undefined, &Environment::default()),
        default
    );
    assert_eq!(of_server(Value::Null, &Environment::default()), default);
    assert_eq!(
        of_server(Value::Undefined, &from_environment),
        "https://env.example/x"
    );
    assert_eq!(
        of_server(text("https://opt.example"), &from_environment),
        "https://opt.example"
    );
    // A bundler may leave a process.env in a page: no business of the page's.
    let in_page = url(
        Value::Undefined,
        &page("https://app.example"),
        &from_environment,
    );
    assert_eq!(in_page.unwrap(), default);
    let bad = Environment {
        base_url: Some("ftp://env.example".into()),
        ..Environment::default()
    };
    assert_refused(
        url(Value::Undefined, &server(), &bad),
        "ANTHROPIC_BASE_URL",
        &["http"],
    );
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn an_accepted_url_is_one_origin_and_a_path(url in prop_oneof![
        any::<String>(),
        "https?://[a-z0-9.:@\\[\\]_-]{0,12}[/a-z?#%\\\\@ ]{0,8}",
    ]) {
        if let Ok(base) = check(&url, &server()) {
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
        let given = Given { base_url: text(&format!("{kept}{slash}")), ..with_key() };
        let settings = settings(&given);
        prop_assert_eq!(settings.base_url.as_str(), kept);
    }
}
