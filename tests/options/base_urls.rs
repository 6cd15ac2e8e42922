//! Base URLs in a page and on a server.

use crate::options::host::Host;
use crate::support::{KEY, assert_refused, check, check_at, page, text};
use policy::base::error::Result;
use policy::options::base_url::BaseUrl;
use proptest::prelude::*;

const ORIGIN: &str = "https://app.example:8443";

fn url_at(host: &Host, url: &str) -> Result<BaseUrl> {
    host.base_url(url)
}

#[test]
fn a_path_is_of_the_pages_origin() {
    let page = page(ORIGIN);
    for (given, kept) in [
        ("/api", "https://app.example:8443/api"),
        ("/api/", "https://app.example:8443/api"),
        ("/", "https://app.example:8443"),
        ("/a/b", "https://app.example:8443/a/b"),
    ] {
        let url = url_at(&page, given).unwrap();
        assert_eq!(url.as_str(), kept);
        assert!(page.is_own(&url));
    }
    // The other ways of writing a URL that a page could resolve stay refused.
    for url in [
        "api",
        "./api",
        "../api",
        "//app.example:8443/api",
        "?x",
        "",
        "/a?b",
        "/a#b",
        "/a b",
    ] {
        assert_refused(url_at(&page, url), "baseURL", &[]);
    }
}

#[test]
fn a_path_needs_a_page_with_an_origin() {
    let no_origin = Host {
        page: true,
        origin: None,
        resends: false,
    };
    // Such as workerd's and Deno's, which have a location.
    let no_page = Host {
        page: false,
        origin: Some("https://app.example".into()),
        resends: false,
    };
    for host in [no_origin, no_page] {
        assert_refused(url_at(&host, "/api"), "baseURL", &["only in a page"]);
    }
    assert_refused(
        check(&[("baseURL", text("/api"))]),
        "baseURL",
        &["only in a page"],
    );
}

#[test]
fn the_pages_own_origin_is_recognized_however_it_is_written() {
    for (origin, url, is_own) in [
        ("https://app.example", "https://app.example/api", true),
        ("https://app.example", "HTTPS://App.EXAMPLE:443/api", true),
        ("http://localhost:3000", "http://LOCALHOST:3000/x", true),
        ("http://[fe80::a]", "http://[FE80::A]:80", true),
        ("https://app.example", "http://app.example", false),
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
        let url = url.parse().unwrap();
        assert_eq!(
            page(origin).is_own(&url),
            is_own,
            "{url} in a page of {origin}"
        );
        let no_page = Host {
            page: false,
            ..page(origin)
        };
        assert!(!no_page.is_own(&url), "a server has no origin");
    }
}

#[test]
fn an_environment_has_a_url_for_a_server_only() {
    let environment = [("ANTHROPIC_BASE_URL", "https://env.example/x/")];
    let url = |host: &Host, given: &str| {
        let allowed = ("dangerouslyAllowBrowser", "t".to_owned());
        let given = [
            ("baseURL", given.to_owned()),
            ("apiKey", text(KEY)),
            allowed,
        ];
        let settings = check_at(host, &given, &environment).unwrap();
        settings.base_url().to_string()
    };
    let (server, page) = (Host::default(), page("https://app.example"));
    for absent in ["u", "n"] {
        assert_eq!(url(&server, absent), "https://env.example/x");
        // A bundler may leave an environment in a page.
        assert_eq!(url(&page, absent), "https://api.anthropic.com");
    }
    for host in [server, page] {
        assert_eq!(
            url(&host, &text("https://opt.example/")),
            "https://opt.example"
        );
    }
}

proptest! {
    #[test]
    fn a_path_stays_below_the_pages_origin(path in "/[/a-z?#%\\\\@.;:\t ]{0,8}") {
        if let Ok(url) = url_at(&page(ORIGIN), &path) {
            let rest = url.as_str().strip_prefix(ORIGIN).unwrap();
            prop_assert!(rest.is_empty() || rest.starts_with('/'), "{url}");
            prop_assert!(path.starts_with(rest) && url.origin() == ORIGIN);
        }
    }
}
