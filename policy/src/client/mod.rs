//! An async client over any HTTP library and runtime.

mod exchange;
mod job_loop;
mod listing;
mod many;
mod message_batch;
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
mod over_reqwest;
#[cfg(all(feature = "worker", target_family = "wasm"))]
mod over_worker;
mod summary;
mod transport;

pub use self::listing::ListOptions;
pub use self::many::{Deletions, Purges};
pub use self::message_batch::{MessageBatch, RequestCounts};
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
pub use self::over_reqwest::ReqwestTransport;
#[cfg(all(feature = "worker", target_family = "wasm"))]
pub use self::over_worker::WorkerTransport;
pub use self::summary::{JobError, JobReport};
pub use self::transport::{LostResponse, Sleeper, Transport};

use crate::base::error::Result;
use crate::call::deletion_options::DeletionOptions;
use crate::call::events::{Attempt, Done, Goal};
use crate::call::failed_attempt::unexpected_event;
use crate::call::machine::Call;
use crate::options::Settings;
use crate::options::batch_id::BatchId;
use std::fmt;
use std::sync::Arc;

/// Deletes, cancels and lists batches with an HTTP library.
///
/// To abort a call or a job, drop its future. A request in flight may then have an effect.
#[derive(Clone)]
pub struct Client<T> {
    settings: Arc<Settings>,
    transport: T,
    on_attempt: Option<OnAttempt>,
}

/// The caller's function for attempts.
type OnAttempt = Arc<dyn Fn(&Attempt) + Send + Sync>;

/// A batch that does not exist any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletedBatch {
    /// Its id.
    pub id: String,
    /// The id of the request that deleted it, or found it missing.
    pub request_id: Option<String>,
    /// True if this call did not delete it: it did not exist, which `IfMissing::Ignore` allows.
    pub was_missing: bool,
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Client");
        shown
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl<T: Transport + Sleeper> Client<T> {
    /// Creates a client. A transport without timers becomes one with them as a pair: `(transport, sleeper)`.
    #[must_use]
    pub fn new(settings: Settings, transport: T) -> Self {
        Self {
            settings: Arc::new(settings),
            transport,
            on_attempt: None,
        }
    }

    /// Calls a function after each attempt, for logs and metrics.
    #[must_use]
    pub fn on_attempt(mut self, report: impl Fn(&Attempt) + Send + Sync + 'static) -> Self {
        self.on_attempt = Some(Arc::new(report));
        self
    }

    /// Deletes a batch that has ended.
    pub async fn delete(&self, id: &str) -> Result<DeletedBatch> {
        self.delete_with(id, DeletionOptions::default()).await
    }

    /// Deletes a batch in any state.
    pub async fn delete_with(&self, id: &str, options: DeletionOptions) -> Result<DeletedBatch> {
        let goal = Goal::Delete(self.checked(id)?, options);
        let (request_id, was_missing) = match self.complete(goal).await? {
            Done::Responded(response) => (response.request_id().map(str::to_owned), false),
            Done::Gone { request_id, lost } => (request_id, !lost),
        };
        Ok(DeletedBatch {
            id: id.to_owned(),
            request_id,
            was_missing,
        })
    }

    /// Returns a batch.
    pub async fn retrieve(&self, id: &str) -> Result<MessageBatch> {
        self.described(Goal::Retrieve(self.checked(id)?)).await
    }

    /// Cancels a batch, and returns it. It ends some time later.
    pub async fn cancel(&self, id: &str) -> Result<MessageBatch> {
        self.described(Goal::Cancel(self.checked(id)?)).await
    }

    async fn described(&self, goal: Goal) -> Result<MessageBatch> {
        match self.complete(goal).await? {
            Done::Responded(response) => Ok(MessageBatch::read(&response.content)),
            // Only a deletion ends in this way.
            Done::Gone { .. } => Err(unexpected_event()),
        }
    }

    async fn complete(&self, goal: Goal) -> Result<Done<String>> {
        let now = self.transport.monotonic();
        let call = Call::new(Arc::clone(&self.settings), goal, now);
        exchange::complete(&self.transport, call, |attempt| self.report(attempt)).await
    }

    fn checked(&self, id: &str) -> Result<BatchId> {
        let id = BatchId::check(id)?;
        id.unless_secret("id", &self.settings.secrets)?;
        Ok(id)
    }

    fn report(&self, attempt: &Attempt) {
        if let Some(report) = &self.on_attempt {
            report(attempt);
        }
    }
}
