//! A world of the emulator, which runs in this process: batches, faults and a record that no other test sees.

use batches_emulator::server::{Connections, Shared, serve};
use batches_emulator::settings::Settings as WorldSettings;
use batches_emulator::world::{Fresh, Worlds};
use policy::client::{Client, ReqwestTransport};
use policy::options::builder::SettingsBuilder;
use policy::{BatchId, Settings};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

pub(crate) const KEY: &str = "sk-test-SECRET";

/// Starts the emulator once, on a thread of its own.
fn emulator() -> SocketAddr {
    static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();
    *ADDRESS.get_or_init(|| {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap().block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                sender.send(listener.local_addr().unwrap()).unwrap();
                let fresh = Fresh {
                    settings: WorldSettings::default(),
                    batches: 0,
                };
                let shared = Shared {
                    worlds: Worlds::new(fresh),
                    static_folder: None,
                    recording: true,
                    connections: Connections::default(),
                };
                serve(listener, Arc::new(shared)).await;
            });
        });
        receiver.recv().expect("the emulator listens")
    })
}

pub(crate) struct World {
    url: String,
    http: reqwest::Client,
}

impl World {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            url: format!("http://{}/w/rust{count}", emulator()),
            http: reqwest::Client::new(),
        }
    }

    async fn control(&self, method: http::Method, path: &str, body: Value) -> Value {
        let url = format!("{}/_emulator/{path}", self.url);
        let request = self.http.request(method, url);
        let request = request.header("content-type", "application/json");
        let sent = request.body(body.to_string()).send().await.unwrap();
        let is_success = sent.status().is_success();
        let text = sent.text().await.unwrap();
        assert!(is_success, "the emulator refused {path}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Creates batches, and returns their ids.
    pub(crate) async fn create(&self, batches: Value) -> Vec<String> {
        let made = self.control(http::Method::POST, "batches", batches).await;
        strings(&made["batches"], |batch| &batch["id"])
    }

    /// Creates a batch that has ended, and returns its id.
    pub(crate) async fn ended(&self) -> String {
        self.create(json!({ "status": "ended" })).await.remove(0)
    }

    pub(crate) async fn faults(&self, faults: Value) {
        let body = json!({ "faults": faults, "seed": 1 });
        self.control(http::Method::POST, "faults", body).await;
    }

    pub(crate) async fn clear_faults(&self) {
        let delete = http::Method::DELETE;
        self.control(delete, "faults", Value::Null).await;
    }

    pub(crate) async fn settings(&self, settings: Value) {
        self.control(http::Method::POST, "settings", settings).await;
    }

    /// Returns the requests that were received.
    pub(crate) async fn requests(&self) -> Vec<Value> {
        let found = self
            .control(http::Method::GET, "requests", Value::Null)
            .await;
        found["requests"].as_array().unwrap().clone()
    }

    /// Returns each request's method, last part of the path and status.
    pub(crate) async fn calls(&self) -> Vec<String> {
        let shown = |request: &Value| {
            let path = request["path"].as_str().unwrap();
            let last = path.rsplit('/').next().unwrap();
            format!(
                "{} {last} {}",
                request["method"].as_str().unwrap(),
                request["status"]
            )
        };
        self.requests().await.iter().map(shown).collect()
    }

    /// Returns the ids of the existing batches, then the ids of the deleted ones.
    pub(crate) async fn batches(&self) -> (Vec<String>, Vec<String>) {
        let found = self
            .control(http::Method::GET, "batches", Value::Null)
            .await;
        let left = strings(&found["batches"], |batch| &batch["id"]);
        (left, strings(&found["deleted"], |id| id))
    }

    /// Returns settings of this world, which wait only milliseconds between attempts that no header delays.
    pub(crate) fn builder(&self) -> SettingsBuilder {
        Settings::builder().api_key(KEY).base_url(&self.url)
    }

    pub(crate) fn client(&self) -> Client<ReqwestTransport> {
        client_of(&self.builder())
    }
}

/// Creates the client of a builder.
pub(crate) fn client_of(builder: &SettingsBuilder) -> Client<ReqwestTransport> {
    Client::new(builder.build().unwrap(), ReqwestTransport::new().unwrap())
}

fn strings(array: &Value, string: impl Fn(&Value) -> &Value) -> Vec<String> {
    let array = array.as_array().unwrap().iter();
    array
        .map(|it| string(it).as_str().unwrap().to_owned())
        .collect()
}

/// An id that no world has.
pub(crate) fn missing() -> String {
    "msgbatch_missing".parse::<BatchId>().unwrap().to_string()
}

/// Waits for a condition of the server, which another task brings about.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut check: impl FnMut() -> F) {
    for _ in 0..6_000 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited a minute in vain for: {what}");
}
