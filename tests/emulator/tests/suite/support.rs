//! A server for all tests, a world for each, and two clients: one for responses, one for bytes.

use batches_emulator::server::{self, Connections, Shared};
use batches_emulator::world::{Fresh, Worlds};
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use ureq::http::{HeaderMap, Request};

/// The headers that a client must send.
pub(crate) const CREDENTIALS: [(&str, &str); 2] = [
    ("x-api-key", "sk-test"),
    ("anthropic-version", "2023-06-01"),
];

/// There is a file of each of these kinds: `a.html`, and so on.
const FILES: [&str; 8] = ["html", "js", "mjs", "css", "json", "wasm", "svg", "map"];

static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let (tell, found) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/static");
            std::fs::create_dir_all(folder).unwrap();
            for kind in FILES {
                std::fs::write(format!("{folder}/a.{kind}"), kind).unwrap();
            }
            std::fs::write(format!("{folder}/../outside.js"), "outside").unwrap();
            let shared = Arc::new(Shared {
                worlds: Worlds::new(Fresh::default()),
                static_folder: Some(folder.into()),
                recording: true,
                connections: Connections::default(),
            });
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            server::serve(listener, shared).await;
        });
    });
    found.recv().unwrap()
});

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        Some(self.headers.get(name)?.to_str().unwrap())
    }

    /// Asserts that it is the API's error envelope.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, kind: &str) {
        let json = self.json();
        let found = (self.status, &json["type"], &json["error"]["type"]);
        assert_eq!(found, (status, &json!("error"), &json!(kind)), "{json}");
        assert!(
            json["error"]["message"]
                .as_str()
                .is_some_and(|it| it.len() > 5)
        );
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(json["request_id"].as_str(), self.header("request-id"));
        assert!(self.header("request-id").unwrap().starts_with("req_"));
    }
}

/// A world of its own.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) prefix: String,
    agent: ureq::Agent,
}

impl World {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let prefix = format!("/w/test-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(5)))
            .build();
        let agent = config.into();
        Self { prefix, agent }
    }

    /// Sends a request as it is given.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Response {
        let url = format!("http://{}{}{path}", *SERVER, self.prefix);
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let (parts, mut body) = response.unwrap().into_parts();
        Response {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.with_config().limit(100_000_000).read_to_vec().unwrap(),
        }
    }

    /// Asks the API, with credentials.
    pub(crate) fn api(&self, method: &str, path: &str) -> Response {
        let body = (method == "POST").then_some("");
        self.send(
            method,
            &format!("/v1/messages/batches{path}"),
            &CREDENTIALS,
            body,
        )
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let response = self.send("GET", &format!("/_emulator/{path}"), &[], None);
        assert_eq!(response.status, 200, "{response:?}");
        response.json()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        let text = body.to_string();
        let response = self.send("POST", &format!("/_emulator/{path}"), &[], Some(&text));
        match response.status {
            204 => Value::Null,
            200 => response.json(),
            _ => panic!("{response:?}"),
        }
    }

    /// Makes a batch and returns its id.
    pub(crate) fn batch(&self, status: &str) -> String {
        let made = self.post("batches", &json!({ "status": status }));
        made["batches"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn fault(&self, fault: &Value) {
        self.post("faults", &json!({ "faults": [fault] }));
    }

    pub(crate) fn is_deleted(&self, id: &str) -> bool {
        let deleted = &self.get("batches")["deleted"];
        deleted.as_array().unwrap().contains(&json!(id))
    }

    pub(crate) fn records(&self) -> Vec<Value> {
        self.get("requests")["requests"].as_array().unwrap().clone()
    }

    /// The bytes of a request with credentials and the odd header names of some clients.
    pub(crate) fn request(&self, method: &str, path: &str) -> String {
        let prefix = &self.prefix;
        format!(
            "{method} {prefix}/v1/messages/batches{path} HTTP/1.1\r\nHost: x\r\n\
             X-Api-KEY: sk-test\r\nanthropic-Version: 2023-06-01\r\n\r\n"
        )
    }

    /// Sends the deletion of a batch over a connection of its own.
    pub(crate) fn delete_raw(&self, id: &str) -> TcpStream {
        let mut stream = connect();
        let request = self.request("DELETE", &format!("/{id}"));
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }
}

pub(crate) fn connect() -> TcpStream {
    let stream = TcpStream::connect(*SERVER).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    stream
}

/// How a connection went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Closed,
    Reset,
    Silence,
}

/// Reads all that comes, until the connection ends or is silent for that long.
pub(crate) fn read_until_end(stream: &mut TcpStream, patience_ms: u64) -> (String, End) {
    let patience = Duration::from_millis(patience_ms);
    stream.set_read_timeout(Some(patience)).unwrap();
    let mut received = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break End::Closed,
            Ok(length) => received.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                break End::Silence;
            }
            Err(error) => panic!("{error}"),
        }
    };
    (String::from_utf8_lossy(&received).into_owned(), end)
}

/// Head and body of a received response.
pub(crate) fn split(received: &str) -> (&str, &str) {
    received.split_once("\r\n\r\n").expect("a head")
}

/// Waits until something holds, which other threads bring about.
#[track_caller]
pub(crate) fn eventually(mut holds: impl FnMut() -> bool) {
    for _ in 0..200 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("still not so after 2 s");
}
