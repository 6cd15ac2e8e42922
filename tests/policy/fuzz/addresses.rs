//! Base URLs, origins and ids.

use crate::support::cases;
use crate::support::values::{settings, with_key};
use policy::http::request::{Operation, Request};
use policy::options::RequestOptions;
use policy::options::base_url::{BaseUrl, is_origin};
use policy::options::batch_id::BatchId;
use proptest::prelude::*;

/// Returns strings that are nearly a URL, with characters that URL parsers disagree on.
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
        let Ok(base) = BaseUrl::check("baseURL", &url) else { return Ok(()) };
        let Ok(id) = BatchId::check(&id) else { return Ok(()) };
        let settings = settings(&RequestOptions { base_url: Some(base.clone()), ..with_key() });
        let sent = Request::build(&settings, Operation::Delete(&id), None).url;
        prop_assert_eq!(origin_of(&sent), origin_of(&url));
        prop_assert_eq!(Some(base.origin()), origin_of(&url));
        let expected = format!("{}/v1/messages/batches/{}", base.as_str(), id.as_str());
        prop_assert_eq!(&sent, &expected);
        prop_assert!(sent.chars().all(|found| found.is_ascii_graphic()));
        // An accepted URL is accepted again.
        prop_assert_eq!(BaseUrl::check("baseURL", base.as_str()).unwrap(), base);
    }

    #[test]
    fn an_origin_is_a_base_url_of_that_origin(origin in url()) {
        if is_origin(&origin) {
            prop_assert_eq!(origin_of(&origin), Some(origin.clone()));
            let base = BaseUrl::check("baseURL", &origin).unwrap();
            prop_assert_eq!(base.origin(), origin.as_str());
            prop_assert_eq!(base.as_str(), &origin);
        }
    }
}
