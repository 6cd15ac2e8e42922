//! The command line: start, refusals, the end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batches-emulator"));
    command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// A started emulator, which ends with the test.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(args: &[&str]) -> Self {
        let args = [&["--port", "0"], args].concat();
        let mut child = command(&args).stdin(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on http://").expect(&line);
        let address = address.trim_end().to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: k\r\nAnthropic-Version: v\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut received = String::new();
        stream.read_to_string(&mut received).unwrap();
        received
    }

    /// The exit code, which must come soon.
    fn exit_code(&mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(2) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("still running");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_taken_port() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, stdout, stderr) = run(&["--port", &port]);
    assert_eq!((code, &*stdout), (Some(1), ""));
    assert!(
        stderr.contains(&port) && stderr.contains("--port"),
        "{stderr}"
    );
}

#[test]
fn wrong_arguments() {
    for args in [
        &["--prot", "1"][..],
        &["--port", "x"],
        &["--requests-per-minute", "0"],
        &["extra"],
    ] {
        let (code, stdout, stderr) = run(args);
        assert_eq!((code, &*stdout), (Some(2), ""), "{args:?}");
        assert!(
            stderr.contains(args[0]) && stderr.contains("--help"),
            "{stderr}"
        );
    }
    let (code, _, stderr) = run(&["--port", "0", "--static", "no/such/folder"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("no/such/folder"), "{stderr}");
    for flag in ["--help", "--version"] {
        let (code, stdout, _) = run(&[flag]);
        assert_eq!(code, Some(0));
        assert!(stdout.contains("emulator"), "{stdout}");
    }
}

#[cfg(unix)]
#[test]
fn signals_end_it_even_with_connections_open() {
    for signal in ["INT", "TERM"] {
        let mut running = Running::start(&[]);
        let _idle = TcpStream::connect(&running.address).unwrap();
        let mut busy = TcpStream::connect(&running.address).unwrap();
        busy.write_all(b"GET /half HTTP/1.1\r\nHo").unwrap();
        let id = running.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(running.exit_code(), Some(0), "SIG{signal}");
    }
}

#[test]
fn it_ends_with_its_parent_if_the_option_says_so() {
    let mut running = Running::start(&["--exit-with-parent"]);
    assert!(
        running
            .get("/_emulator/health")
            .starts_with("HTTP/1.1 200 ")
    );
    drop(running.child.stdin.take());
    assert_eq!(running.exit_code(), Some(0));

    let mut running = Running::start(&[]);
    drop(running.child.stdin.take());
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(
        running.child.try_wait().unwrap(),
        None,
        "only with the option"
    );
}

#[test]
fn batches_to_look_at() {
    let running = Running::start(&["--seed", "7"]);
    let listed = running.get("/v1/messages/batches?limit=1000");
    for status in ["in_progress", "canceling", "ended"] {
        let quoted = format!(r#""processing_status":"{status}""#);
        assert_eq!(listed.matches(&quoted).count(), 7, "{status}");
    }
    assert!(
        running
            .get("/w/x/v1/messages/batches")
            .contains(r#""data":[]"#)
    );
    assert!(
        running
            .get("/_emulator/settings")
            .contains(r#""cancelingMs":300"#)
    );
}

#[test]
fn limits_and_no_record() {
    let running = Running::start(&["--requests-per-minute", "60", "--burst", "2", "--no-record"]);
    for world in ["", "/w/x"] {
        let get = || running.get(&format!("{world}/v1/messages/batches"));
        assert!(get().contains("\r\nanthropic-ratelimit-requests-limit: 60\r\n"));
        assert!(get().starts_with("HTTP/1.1 200 "));
        assert!(get().starts_with("HTTP/1.1 429 "));
        let recorded = running.get(&format!("{world}/_emulator/requests"));
        assert!(recorded.ends_with(r#"{"requests":[]}"#), "{recorded}");
    }
    assert!(
        running.get("/_static/x").starts_with("HTTP/1.1 501 "),
        "no folder was given"
    );
}
