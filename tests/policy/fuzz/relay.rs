//! Random options of a relay, and random requests of a page.

use crate::relay::{APP, OWN, rules};
use crate::support::cases;
use policy::relay::rules::{Decision, PageRequest, RelayOptions, Rules};
use proptest::prelude::*;
use std::collections::HashMap;

fn origin() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(OWN.to_owned()),
        Just(APP.to_owned()),
        "(https?|null|chrome-extension|HTTPS)(://)?(relay|app|evil)?(\\.example)?(:[0-9]{1,5})?/?",
        any::<String>(),
    ]
}

fn headers() -> impl Strategy<Value = HashMap<&'static str, String>> {
    let of = |name: &'static str, value: BoxedStrategy<String>| {
        prop::option::of(value).prop_map(move |value| value.map(|value| (name, value)))
    };
    let host = "(relay|app|evil)\\.example(:443)?(, x)?".boxed();
    (
        of("origin", origin().boxed()),
        of(
            "sec-fetch-site",
            "(same-origin|same-site|cross-site|none)".boxed(),
        ),
        of("host", host.clone()),
        of("x-forwarded-host", host),
        of(
            "anthropic-beta",
            prop_oneof!["[a-c ,]{0,12}", any::<String>()].boxed(),
        ),
        of("anthropic-workspace-id", "(wrkspc_01|wrkspc_02| )".boxed()),
        of("x-http-method-override", "DELETE".boxed()),
        of("content-length", "(0|00|1|x)".boxed()),
    )
        .prop_map(|all| {
            [all.0, all.1, all.2, all.3, all.4, all.5, all.6, all.7]
                .into_iter()
                .flatten()
                .collect()
        })
}

fn host_of(origin: &str) -> Option<&str> {
    let (scheme, host) = origin.split_once("://")?;
    matches!(scheme, "http" | "https").then_some(host)
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn only_its_own_pages_and_allowed_pages(headers in headers(), method in "(GET|DELETE|OPTIONS)") {
        let find = |name: &str| headers.get(name).cloned();
        let request = PageRequest {
            method: &method,
            url: &format!("{OWN}/api/v1/messages/batches/b"),
            header_bytes: 0,
            header: &find,
        };
        let explanation = rules().explain_foreign(&request);
        prop_assert!(explanation.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic() && !b"\"\\".contains(&byte)));
        let site = headers.get("sec-fetch-site").map_or("same-origin", String::as_str);
        let own_hosts = ["host", "x-forwarded-host"].map(|name| {
            headers.get(name).map(|value| value.split(',').next().unwrap_or_default().trim().to_owned())
        });
        let is_own = |origin: &str| origin == OWN || own_hosts.iter().flatten().any(|host| Some(host.as_str()) == host_of(origin));
        match rules().decide(&request) {
            Decision::Forward(forward) => {
                let admitted = match headers.get("origin") {
                    Some(origin) => origin == APP || origin == "http://localhost:3000" || (site == "same-origin" && is_own(origin)),
                    None => site == "same-origin" || site == "none",
                };
                prop_assert!(admitted, "{headers:?}");
                prop_assert!(!headers.contains_key("x-http-method-override"));
                prop_assert!(headers.get("content-length").is_none_or(|length| length == "0"));
                for (name, value) in forward.headers.iter() {
                    match name {
                        "anthropic-beta" => {
                            let flags: Vec<_> = headers["anthropic-beta"].split(',').map(str::trim).filter(|flag| !flag.is_empty()).collect();
                            prop_assert_eq!(value, flags.join(","));
                            prop_assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.,".contains(&byte)));
                        }
                        "anthropic-workspace-id" => prop_assert_eq!(value, "wrkspc_01"),
                        other => prop_assert!(false, "{other} is sent on"),
                    }
                }
                let wanted = headers.get("anthropic-workspace-id");
                prop_assert_eq!(wanted.is_some(), forward.headers.iter().any(|(name, _)| name == "anthropic-workspace-id"));
            }
            Decision::Preflight(_) => prop_assert!(false, "without a wanted method it is no preflight"),
            Decision::Refuse(refusal) => {
                prop_assert!((400..600).contains(&refusal.status));
                let body = refusal.body_saying(&explanation);
                let begins = body.starts_with(r#"{"type":"error","error":{"type":""#);
                prop_assert!(begins && body.ends_with("\"}}"), "{}", body);
                prop_assert_eq!(body.matches('"').count(), 14);
            }
        }
    }

    #[test]
    fn rules_are_found_valid_or_refused_by_name(origin in origin(), public in prop::option::of(origin()), path in "(/[a-z.%]{0,4}){0,3}|[a-z/]{0,4}") {
        let options = RelayOptions {
            allowed_origins: vec![origin],
            public_origin: public,
            base_path: path,
            ..RelayOptions::default()
        };
        if let Err(failure) = Rules::check(options) {
            let names = ["allowedOrigins", "publicOrigin", "basePath"];
            prop_assert!(names.iter().any(|name| failure.message.starts_with(name)), "{}", failure.message);
        }
    }

    #[test]
    fn whatever_the_url_is(url in any::<String>(), bytes in any::<usize>()) {
        let decision = rules().decide(&PageRequest { method: "GET", url: &url, header_bytes: bytes, header: &|_| None });
        prop_assert!(matches!(decision, Decision::Refuse(_)), "{decision:?}");
    }
}
