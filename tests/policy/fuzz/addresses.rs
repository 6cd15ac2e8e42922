//! Base URLs, origins and ids.

use crate::support::cases;
use crate::support::values::{page, server, settings, text, with_key};
use policy::http::request::{Operation, Request};
use policy::options::base_url::{BaseUrl, is_origin};
use policy::options::batch_id::BatchId;
use policy::options::given::Given;
use proptest::prelude::*;

/// Texts that are nearly a URL, with characters that URL parsers disagree on.
fn url() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(https?|HTTP|ftp|file|javascript)?:?/{0,3}[a-zA-Z0-9.:@\\[\\]_%-]{0,14}[/a-z?#%\\\\@.;\t\n ]{0,8}",
        "https?://([a-z]{1,5}|\\[[0-9a-f:.]{0,8}\\]|[0-9.]{1,9}):?[0-9]{0,6}(/[a-z.%]{0,4}){0,3}",
    ]
}

/// Scheme, host and port by RFC 3986, in its appendix's way: split at the first of `/?#`.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let port = if scheme.eq_ignore_ascii_case("https") {
        ":443"
    } else {
        ":80"
    };
    let host = host.to_lowercase();
    let host = host.strip_suffix(port).unwrap_or(&host);
    let host = host.strip_suffix(':').unwrap_or(host);
    Some(format!("{}://{host}", scheme.to_lowercase()))
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_request_goes_to_the_given_origin(url in url(), id in "[A-Za-z0-9._~-]{1,30}") {
        let Ok(base) = BaseUrl::check("baseURL", &text(&url), &server()) else { return Ok(()) };
        let Ok(id) = BatchId::check(&text(&id)) else { return Ok(()) };
        let settings = settings(&Given { base_url: text(&url), ..with_key() });
        let sent = Request::build(&settings, Operation::Delete(&id), None).url;
        prop_assert_eq!(origin_of(&sent), origin_of(&url));
        let expected = format!("{}/v1/messages/batches/{}", base.as_str(), id.as_str());
        prop_assert_eq!(&sent, &expected);
        prop_assert!(sent.chars().all(|found| found.is_ascii_graphic()));
        prop_assert!(!base.same_origin, "a server has no origin");
        // An accepted URL is accepted again.
        let again = BaseUrl::check("baseURL", &text(base.as_str()), &server());
        prop_assert_eq!(again.unwrap(), base);
    }

    #[test]
    fn a_page_sends_no_key_to_its_own_origin_only(url in url(), origin in "https?://[a-z]{1,3}(:8080)?") {
        let Ok(base) = BaseUrl::check("baseURL", &text(&url), &page(&origin)) else { return Ok(()) };
        let is_own = origin_of(base.as_str()).as_deref() == Some(origin.as_str());
        prop_assert!(!base.same_origin || is_own, "{url} in {origin}");
        prop_assert_eq!(base.as_str().starts_with(&origin) && url.starts_with('/'), url.starts_with('/'));
    }

    #[test]
    fn an_origin_is_a_base_url_of_its_own_page(origin in url()) {
        if is_origin(&origin) {
            prop_assert_eq!(origin_of(&origin), Some(origin.clone()));
            let base = BaseUrl::check("baseURL", &text(&origin), &page(&origin)).unwrap();
            prop_assert!(base.same_origin);
            prop_assert_eq!(base.as_str(), &origin);
        }
    }
}
