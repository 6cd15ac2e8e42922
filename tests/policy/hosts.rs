//! Recognizing a page, where a key is open to everybody, and a server.

use policy::options::runtime::{Host, Signs};

#[test]
fn pages_their_workers_and_servers_are_recognized() {
    let origin = || Some("https://app.example".to_owned());
    let signs = |document, worker_scope, server, origin| Signs {
        document,
        worker_scope,
        server,
        origin,
    };
    for (host, signs, page) in [
        ("a page", signs(true, false, false, origin()), true),
        (
            "a worker of a page",
            signs(false, true, false, origin()),
            true,
        ),
        ("Node", signs(false, false, false, None), false),
        ("workerd", signs(false, true, true, None), false),
        (
            "Deno with --location",
            signs(false, true, true, origin()),
            false,
        ),
        (
            "a worker of a data: URL",
            signs(false, true, false, Some("null".into())),
            true,
        ),
        (
            "an extension's service worker",
            signs(false, true, false, Some("chrome-extension://abc".into())),
            true,
        ),
        (
            "a sandboxed page",
            signs(true, false, false, Some("null".into())),
            true,
        ),
        ("jsdom in Node", signs(true, false, true, origin()), false),
        (
            "a renderer of Electron",
            signs(true, false, false, Some("file://".into())),
            true,
        ),
    ] {
        assert_eq!(Host::recognize(signs).page, page, "{host}");
    }
}

#[test]
fn only_an_origin_of_http_counts() {
    for (origin, kept) in [
        (Some("https://app.example"), true),
        (Some("http://localhost:3000"), true),
        (Some("null"), false),
        (Some("file://"), false),
        (None, false),
    ] {
        let host = Host::recognize(Signs {
            document: true,
            origin: origin.map(str::to_owned),
            ..Signs::default()
        });
        assert_eq!(host.origin.as_deref(), origin.filter(|_| kept));
    }
}
