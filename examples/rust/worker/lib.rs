//! A Cloudflare Worker that deletes the batches that ended 30 days ago or earlier, at each cron trigger. Its secret
//! `ANTHROPIC_API_KEY` has the key.

#![cfg(target_family = "wasm")]

use delete_message_batch_policy::Settings;
use delete_message_batch_policy::client::{Client, WorkerTransport};
use delete_message_batch_policy::options::selection::Selection;
use std::error::Error;
use std::time::Duration;
use worker::{Env, ScheduleContext, ScheduledEvent, console_error, console_log, event};

/// Longer than the API keeps results, which is 29 days.
const AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Runs at each cron trigger.
#[event(scheduled)]
pub async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(error) = purge(&env).await {
        console_error!("{error}");
    }
}

async fn purge(env: &Env) -> Result<(), Box<dyn Error>> {
    let secret = |name: &str| env.secret(name).ok().map(|it| it.to_string());
    let settings = Settings::builder().build_with(&secret)?;
    let client = Client::new(settings, WorkerTransport);
    let purge = client.purge(Selection::default().ended_before(AGE));
    // A Worker may send only some requests in one invocation; the next one continues.
    let report = purge.limit(500).run().await?;
    console_log!(
        "{} deleted, {} failed",
        report.ends.deleted,
        report.failed.len()
    );
    Ok(())
}
