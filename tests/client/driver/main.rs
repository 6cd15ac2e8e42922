//! Performs calls of the client for `tests/rust/api.mjs`. Each line of standard input is a call or a message to one,
//! each line of standard output a report or an end, as JSON.

// A test may panic: then it has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

mod wire;

use futures_util::future::{Either, select};
use futures_util::stream::{Stream, StreamExt, iter, unfold};
use policy::Failure;
use policy::base::error::Result;
use policy::client::{Client, JobError, JobReport, ReqwestTransport};
use policy::jobs::concurrency::Concurrency;
use policy::jobs::report::{Outcome, Progress};

use serde_json::{Value, json};
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, mpsc};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use wire::{batch, deletion, error, list, outcome, report, selection, settings};

/// The caller's messages to a call.
struct Inbox {
    /// The results of its functions, for which the call waits.
    results: Mutex<mpsc::Receiver<Value>>,
    /// The ids of its source; null ends it. For a list: a batch is wanted.
    items: UnboundedReceiver<Value>,
    drain: oneshot::Receiver<()>,
    abort: oneshot::Receiver<()>,
}

/// The sending halves.
struct Outbox {
    results: mpsc::Sender<Value>,
    items: UnboundedSender<Value>,
    drain: Option<oneshot::Sender<()>>,
    abort: Option<oneshot::Sender<()>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", json!({ "betas": wire::betas() }));
    let (sender, mut calls) = unbounded_channel();
    std::thread::spawn(move || read(&sender));
    let tasks = tokio::task::LocalSet::new();
    let begin_all = async {
        while let Some((call, inbox)) = calls.recv().await {
            tokio::task::spawn_local(run(call, inbox));
        }
    };
    tasks.run_until(begin_all).await;
}

/// Reads the messages on a thread of its own, because a call blocks the others while a function of the caller runs.
fn read(calls: &UnboundedSender<(Value, Inbox)>) {
    let mut open = HashMap::new();
    for line in std::io::stdin().lines() {
        let message: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let number = message["call"].as_u64().unwrap();
        if message["name"].is_string() {
            let (inbox, outbox) = boxes();
            open.insert(number, outbox);
            calls.send((message, inbox)).unwrap();
            continue;
        }
        let Some(outbox) = open.get_mut(&number) else {
            continue;
        };
        // A call that has ended receives no more.
        let _ = match message["kind"].as_str().unwrap() {
            "result" => outbox.results.send(message["value"].clone()).ok(),
            "item" => outbox.items.send(message["value"].clone()).ok(),
            "drain" => outbox.drain.take().and_then(|it| it.send(()).ok()),
            _ => outbox.abort.take().and_then(|it| it.send(()).ok()),
        };
    }
}

fn boxes() -> (Inbox, Outbox) {
    let (results, received) = mpsc::channel();
    let (items, pulled) = unbounded_channel();
    let ((drain, drained), (abort, aborted)) = (oneshot::channel(), oneshot::channel());
    let inbox = Inbox {
        results: Mutex::new(received),
        items: pulled,
        drain: drained,
        abort: aborted,
    };
    let outbox = Outbox {
        results,
        items,
        drain: Some(drain),
        abort: Some(abort),
    };
    (inbox, outbox)
}

/// A call's way to its caller.
#[derive(Clone)]
struct Caller {
    call: Value,
    results: Arc<Mutex<mpsc::Receiver<Value>>>,
}

impl Caller {
    fn say(&self, kind: &str, value: &Value) {
        println!(
            "{}",
            json!({ "call": self.call, "kind": kind, "value": value })
        );
    }

    /// Calls a function of the caller, and waits for its result.
    fn ask(&self, kind: &str, value: &Value) -> Value {
        self.say(kind, value);
        self.results.lock().unwrap().recv().unwrap_or_default()
    }
}

/// Runs a call until it ends or is aborted.
async fn run(call: Value, inbox: Inbox) {
    let caller = Caller {
        call: call["call"].clone(),
        results: Arc::new(inbox.results),
    };
    let performed = perform(&call, &caller, inbox.items, inbox.drain);
    let ended = match select(pin!(performed), inbox.abort).await {
        Either::Left((ended, _)) => ended,
        Either::Right(_) => return,
    };
    match ended {
        Ok(value) => caller.say("done", &value),
        Err(value) => caller.say("failed", &value),
    }
}

async fn perform(
    call: &Value,
    caller: &Caller,
    items: UnboundedReceiver<Value>,
    drain: oneshot::Receiver<()>,
) -> std::result::Result<Value, Value> {
    let failed = |failure: Box<Failure>| error(&failure);
    let options = &call["options"];
    let id = call["id"].as_str().unwrap_or_default();
    let name = call["name"].as_str().unwrap_or_default();
    if name == "fetch" {
        return Ok(wire::fetch(options, id).await);
    }
    let client = client(options, caller).map_err(failed)?;
    match name {
        "deleteBatch" => {
            let deleted = client.delete_with(id, deletion(options)).await;
            deleted.map(|it| wire::deleted(&it)).map_err(failed)
        }
        "retrieveBatch" => client
            .retrieve(id)
            .await
            .map(|it| batch(&it))
            .map_err(failed),
        "cancelBatch" => client.cancel(id).await.map(|it| batch(&it)).map_err(failed),
        "listBatches" => {
            let mut batches = client.list_with(list(options));
            let mut wanted = items;
            while wanted.recv().await.is_some() {
                match batches.next().await {
                    Some(found) => caller.say("item", &batch(&found.map_err(failed)?)),
                    None => break,
                }
            }
            Ok(Value::Null)
        }
        "purgeBatches" => {
            let mut purge = client.purge(selection(options));
            let handling = deletion(options);
            purge = purge.if_processing(handling.if_processing);
            if let Some(id) = options["after"].as_str() {
                purge = purge.after(id);
            }
            if let Some(limit) = wire::number(options, "limit") {
                purge = purge.limit(limit);
            }
            if let Some(pause) = wire::duration(options, "pollInterval") {
                purge = purge.poll_interval(pause);
            }
            if options["all"] == true {
                purge = purge.all();
            }
            if options["dryRun"] == true {
                purge = purge.dry_run();
            }
            if options["filter"] == true {
                let caller = caller.clone();
                purge = purge.filter(move |found| caller.ask("filter", &batch(found)) == true);
            }
            let purge = purge.on_progress(progress_of(caller));
            end_of(purge.drain_when(ready(drain)).run().await)
        }
        _ => {
            let source = match options["ids"].as_array() {
                Some(ids) => Either::Left(iter(ids).map(string)),
                None => Either::Right(pulled(caller.clone(), items)),
            };
            let mut job = match name {
                "deleteBatches" => client.delete_all(source),
                _ => client.cancel_all(source),
            };
            let handling = deletion(options);
            job = job.if_processing(handling.if_processing);
            if options["ifMissing"].is_string() {
                job = job.if_missing(handling.if_missing);
            }
            if let Some(pause) = wire::duration(options, "pollInterval") {
                job = job.poll_interval(pause);
            }
            if let Some(number) = wire::number(options, "concurrency") {
                job = job.concurrency(Concurrency::check(number).map_err(failed)?);
            }
            let job = job.on_progress(progress_of(caller));
            end_of(job.drain_when(ready(drain)).run().await)
        }
    }
}

fn progress_of(caller: &Caller) -> impl FnMut(&Outcome, &Progress) + use<> {
    let caller = caller.clone();
    move |it, counts| {
        caller.ask("progress", &outcome(it, counts));
    }
}

fn end_of(
    ended: std::result::Result<JobReport, Box<JobError>>,
) -> std::result::Result<Value, Value> {
    ended
        .map(|it| report(&it))
        .map_err(|it| wire::job_error(&it))
}

/// Returns the ids that the caller's source yields.
fn pulled(caller: Caller, items: UnboundedReceiver<Value>) -> impl Stream<Item = String> {
    unfold((caller, items), |(caller, mut items)| async move {
        caller.say("pull", &Value::Null);
        let next = items.recv().await.filter(Value::is_string)?;
        Some((string(&next), (caller, items)))
    })
}

fn string(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn client(options: &Value, caller: &Caller) -> Result<Client<ReqwestTransport>> {
    let client = Client::new(settings(options)?, ReqwestTransport::new().unwrap());
    let caller = caller.clone();
    Ok(client.on_attempt(move |attempt| {
        caller.ask("attempt", &wire::attempt(attempt));
    }))
}

async fn ready(drain: oneshot::Receiver<()>) {
    if drain.await.is_err() {
        std::future::pending::<()>().await;
    }
}
