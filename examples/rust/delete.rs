//! Deletes a Message Batch: `cargo run --features tls --bin delete -- msgbatch_…`, with the key in
//! `ANTHROPIC_API_KEY`. A batch that has not ended is canceled first.

use delete_message_batch_policy::client::{Client, ReqwestTransport};
use delete_message_batch_policy::{DeletionOptions, IfProcessing, Settings};
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let id = std::env::args().nth(1).ok_or("usage: delete ID")?;
    let client = Client::new(Settings::builder().build()?, ReqwestTransport::new()?);
    let options = DeletionOptions::default().if_processing(IfProcessing::Cancel);
    let deleted = client.delete_with(&id, options).await?;
    println!("{} is deleted", deleted.id);
    Ok(())
}
