//! The command line.

use batches_emulator::control;
use batches_emulator::server::{self, Shared};
use batches_emulator::world::{Settings, Worlds};
use clap::Parser;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// The Message Batches API on this machine: state, life cycle, limits, and faults on demand.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Start with that many batches in every state
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: usize,
    /// The rate limit; none by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    requests_per_minute: Option<u32>,
    /// How many requests may come at once under the rate limit; a minute's by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    burst: Option<u32>,
    /// Serve the files of this folder below /_static/
    #[arg(long = "static", value_name = "DIR")]
    static_folder: Option<PathBuf>,
    /// Keep no record of requests
    #[arg(long)]
    no_record: bool,
    /// Exit when standard input ends, as it does when the process that started this one is gone
    #[arg(long)]
    exit_with_parent: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let address = (options.host.as_str(), options.port);
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            return fail(&format!(
                "port {} is taken: choose another with --port, or --port 0 for any that is free",
                options.port
            ));
        }
        Err(error) => {
            return fail(&format!(
                "can't listen on {}:{}: {error}",
                options.host, options.port
            ));
        }
    };
    let settings = Settings {
        requests_per_minute: options.requests_per_minute,
        burst: options.burst,
        ..Settings::default()
    };
    let shared = Arc::new(Shared {
        worlds: Worlds::new(settings),
        static_folder: options.static_folder,
        recording: !options.no_record,
    });
    if options.seed > 0 {
        control::seed(&shared.worlds.get(""), options.seed);
    }
    let Ok(address) = listener.local_addr() else {
        return fail("can't tell the address");
    };
    let mut out = std::io::stdout();
    let _ = writeln!(out, "listening on http://{address}").and_then(|()| out.flush());
    tokio::select! {
        () = server::serve(listener, shared) => {}
        () = stopped() => {}
        () = parent_gone(), if options.exit_with_parent => {}
    }
    // At once, even with connections open.
    std::process::exit(0)
}

async fn stopped() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

async fn parent_gone() {
    let mut input = tokio::io::stdin();
    let mut buffer = [0; 256];
    while input.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}

fn fail(message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "batches-emulator: {message}");
    ExitCode::FAILURE
}
