//! Deletes a Message Batch without async: `cargo run --features tls --bin sans_io -- msgbatch_…`, with the key in
//! `ANTHROPIC_API_KEY`. A batch that has not ended is canceled first. The machine decides; ureq sends.

use delete_message_batch_policy::{
    Action, BodyEnd, Call, Cause, DeletionOptions, Done, Event, Failure, Goal, IfProcessing,
    MAX_BODY, Method, Request, Response, Settings,
};
use std::io::{ErrorKind, Read};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use ureq::{Agent, http};

fn main() -> ExitCode {
    let Some(id) = std::env::args().nth(1) else {
        eprintln!("usage: sans_io ID");
        return ExitCode::from(2);
    };
    match delete(&id) {
        Ok(Done::Responded(response)) => println!("{}", response.content),
        Ok(Done::Gone { .. }) => println!("{id} is gone"),
        Err(failure) => {
            eprintln!("{}: {failure}", failure.code);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn delete(id: &str) -> Result<Done<String>, Box<Failure>> {
    let settings = Settings::builder().build()?;
    let options = DeletionOptions::default().if_processing(IfProcessing::Cancel);
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        // Followed, a redirect would take the key to another server.
        .max_redirects(0)
        .build()
        .into();
    let now = || Instant::now().into();
    let mut call = Call::new(
        Arc::new(settings),
        Goal::Delete(id.parse()?, options),
        now(),
    );
    let mut event = Event::Start;
    loop {
        let output = call.handle(event, now(), fastrand::f64());
        if let Some(attempt) = output.attempt {
            let status = attempt
                .status
                .map_or("no response".into(), |it| it.to_string());
            eprintln!("{} {}: {status}", attempt.method, attempt.attempt);
        }
        event = match output.action {
            Action::Send(request) => send(&agent, &request, output.limit_ms),
            Action::Sleep { ms, .. } => {
                let ms = output.limit_ms.unwrap_or(ms);
                std::thread::sleep(Duration::from_millis(ms.into()));
                Event::Woke
            }
            Action::Done(done) => return Ok(done),
            Action::Failed(failure) => return Err(failure),
            // The key is a string, and the call is not in a job. Any event ends the call.
            _ => Event::TimedOut,
        };
    }
}

/// Sends a request and reads its response.
fn send(agent: &Agent, request: &Request, limit_ms: Option<u32>) -> Event<String> {
    let mut builder = http::Request::builder()
        .method(request.method.as_str())
        .uri(&request.url);
    for (name, value) in request.headers.iter() {
        builder = builder.header(name, value);
    }
    if request.method == Method::Post {
        builder = builder.header("content-length", "0");
    }
    let limit = limit_ms.map(|ms| Duration::from_millis(ms.into()));
    let sent = builder
        .body(())
        .map_err(ureq::Error::from)
        .and_then(|request| {
            let request = agent.configure_request(request).timeout_global(limit);
            agent.run(request.build())
        });
    match sent {
        Ok(response) => read(response),
        Err(ureq::Error::Timeout(_)) => Event::TimedOut,
        Err(error) => Event::Lost {
            sent: was_sent(&error),
            cause: cause(&error),
        },
    }
}

fn read(response: http::Response<ureq::Body>) -> Event<String> {
    let (head, body) = response.into_parts();
    let mut bytes = Vec::new();
    // One byte more, so that a larger body is seen as such.
    let mut reader = body.into_reader().take(MAX_BODY as u64 + 1);
    let end = reader.read_to_end(&mut bytes).map_err(ureq::Error::from);
    let headers = head.headers.iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let received_at = SystemTime::now().into();
    let mut response = Response::read(head.status.as_u16(), headers, &bytes, received_at);
    match end {
        Ok(_) => {}
        Err(ureq::Error::Timeout(_)) => return Event::TimedOut,
        Err(error) => response.end = BodyEnd::Broken(cause(&error)),
    }
    Event::Response(Box::new(response))
}

fn cause(error: &ureq::Error) -> Box<Cause> {
    Cause::new("ureq", error.to_string())
}

/// Returns false only if no connection was made. Then a 404 after this attempt is a failure.
fn was_sent(error: &ureq::Error) -> bool {
    let is_refused = |error: &std::io::Error| error.kind() == ErrorKind::ConnectionRefused;
    match error {
        ureq::Error::Io(error) => !is_refused(error),
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => false,
        _ => true,
    }
}
