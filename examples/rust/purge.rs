//! Deletes the batches that ended 30 days ago or earlier: `cargo run --features tls --bin purge -- 30`. Ctrl-C
//! ends it in an orderly way. Exit code 1: some batches are left.

use delete_message_batch_policy::Settings;
use delete_message_batch_policy::client::{Client, ReqwestTransport};
use delete_message_batch_policy::options::selection::Selection;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let days = std::env::args().nth(1).ok_or("usage: purge DAYS")?;
    let age = Duration::from_secs(days.parse::<u64>()? * 24 * 60 * 60);
    let client = Client::new(Settings::builder().build()?, ReqwestTransport::new()?);
    let report = client
        .purge(Selection::default().ended_before(age))
        .on_progress(|_, progress| eprint!("\r{} deleted", progress.ends.deleted))
        .drain_when(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .run()
        .await?;
    let (deleted, failed) = (report.ends.deleted, report.failed.len());
    println!("\n{deleted} deleted, {failed} failed");
    let failures = report.failed.iter().map(|it| &it.failure);
    for failure in failures.chain(&report.stopped) {
        println!("{failure}");
    }
    for odd in &report.unjudged.first {
        println!("{}: {} can't be read", odd.id, odd.field);
    }
    Ok(ExitCode::from(u8::from(!report.is_complete())))
}
