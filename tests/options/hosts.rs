//! Recognizing a page, whose visitors can read a key, and a server.

use crate::options::host::Host;
use crate::support::text;

/// The signs of a runtime in its global object.
#[derive(Clone, Default)]
struct Signs {
    user_agent: Option<String>,
    origin: Option<String>,
    node_version: Option<String>,
    process_type: Option<String>,
    document: bool,
    worker_scope: bool,
    server_global: bool,
}

/// Recognizes a host by the values that `pkg/connect.js` writes, `Deno`, `Bun` or `EdgeRuntime` at the end.
fn recognize(signs: &Signs) -> Host {
    let written = |value: &Option<String>| value.as_deref().map_or("u".into(), text);
    let is_there = |is_there| if is_there { "O" } else { "u" };
    let mut globals = String::new();
    for value in [
        &signs.user_agent,
        &signs.origin,
        &signs.node_version,
        &signs.process_type,
    ] {
        globals.push_str(&written(value));
    }
    globals.push_str(is_there(signs.document));
    globals.push_str(if signs.worker_scope { "F" } else { "u" });
    let hosts = ["Ouu", "uOu", "uuO"].map(|server| {
        let of_server = if signs.server_global { server } else { "uuu" };
        let host = Host::recognize(&format!("{globals}{of_server}"));
        let resends = signs.user_agent.as_deref() == Some("Cloudflare-Workers")
            || ["Ouu", "uOu"].contains(&of_server);
        assert_eq!(host.resends, resends, "{of_server}");
        host
    });
    let [host, others @ ..] = hosts;
    for other in others {
        assert_eq!((other.page, &other.origin), (host.page, &host.origin));
    }
    host
}

fn page() -> Signs {
    Signs {
        document: true,
        origin: Some("https://app.example".into()),
        user_agent: Some("Mozilla/5.0".into()),
        ..Signs::default()
    }
}

fn worker(origin: Option<&str>) -> Signs {
    Signs {
        worker_scope: true,
        origin: origin.map(str::to_owned),
        ..Signs::default()
    }
}

fn node() -> Signs {
    Signs {
        node_version: Some("24.0.0".into()),
        user_agent: Some("Node.js/24".into()),
        ..Signs::default()
    }
}

fn electron(process_type: &str, signs: Signs) -> Signs {
    Signs {
        node_version: Some("24.0.0".into()),
        process_type: Some(process_type.into()),
        ..signs
    }
}

#[test]
fn pages_their_workers_and_servers_are_recognized() {
    let workerd = || Signs {
        user_agent: Some("Cloudflare-Workers".into()),
        ..worker(None)
    };
    let server = |signs| Signs {
        server_global: true,
        ..signs
    };
    let with_origin = |origin: &str, signs| Signs {
        origin: Some(origin.into()),
        ..signs
    };
    for (host, signs, is_page) in [
        ("a page", page(), true),
        (
            "a worker of a page",
            worker(Some("https://app.example")),
            true,
        ),
        ("a worker of a data: URL", worker(Some("null")), true),
        (
            "an extension's service worker",
            worker(Some("chrome-extension://abc")),
            true,
        ),
        ("a sandboxed page", with_origin("null", page()), true),
        ("a worker scope without an origin", worker(None), false),
        ("Node", node(), false),
        (
            "jsdom in Node",
            Signs {
                document: true,
                ..node()
            },
            false,
        ),
        ("workerd", workerd(), false),
        (
            "workerd with an origin",
            with_origin("https://app.example", workerd()),
            false,
        ),
        (
            "Deno with --location",
            server(worker(Some("https://app.example"))),
            false,
        ),
        (
            "a page with a global of a server's runtime",
            server(page()),
            false,
        ),
        (
            "a renderer of Electron",
            electron("renderer", with_origin("file://", page())),
            true,
        ),
        (
            "a worker of an Electron page",
            electron("worker", worker(Some("file://"))),
            true,
        ),
        (
            "the main process of Electron",
            electron("browser", Signs::default()),
            false,
        ),
        (
            "a bundler's stand-in for process",
            Signs {
                process_type: Some("x".into()),
                ..page()
            },
            true,
        ),
        ("nothing that is known", Signs::default(), false),
    ] {
        assert_eq!(recognize(&signs).page, is_page, "{host}");
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
        let origin = origin.map(str::to_owned);
        let signs = Signs {
            origin: origin.clone(),
            ..page()
        };
        assert_eq!(recognize(&signs).origin, origin.filter(|_| kept));
    }
}
