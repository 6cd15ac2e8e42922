//! The command line.

use batches_emulator::server::{self, Connections, Shared};
use batches_emulator::settings::Settings;
use batches_emulator::world::{Fresh, Worlds};
use clap::Parser;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

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
    if let Some(folder) = options.static_folder.as_ref().filter(|it| !it.is_dir()) {
        return fail(&format!("--static: {} is not a folder", folder.display()));
    }
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
    let fresh = Fresh {
        settings,
        batches: options.seed,
    };
    let shared = Arc::new(Shared {
        worlds: Worlds::new(fresh),
        static_folder: options.static_folder,
        recording: !options.no_record,
        connections: Connections::default(),
    });
    let Ok(address) = listener.local_addr() else {
        return fail("the address is not known");
    };
    let stopped = match stopped() {
        Ok(stopped) => stopped,
        Err(error) => return fail(&format!("can't listen for signals: {error}")),
    };
    let mut out = std::io::stdout();
    let _ = writeln!(out, "listening on http://{address}").and_then(|()| out.flush());
    tokio::select! {
        () = server::serve(listener, shared) => {}
        () = stopped => {}
        () = parent_gone(), if options.exit_with_parent => {}
    }
    // At once, even with connections open.
    std::process::exit(0)
}

/// Ends with SIGINT or SIGTERM. They are listened for from the call on, not from the first poll.
#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(windows)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
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
