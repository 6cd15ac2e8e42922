//! Retrieving a batch, canceling it, and waiting until it has ended.

use crate::base::batch::State;
use crate::base::error::Result;
use crate::call::machine::{Caller, Clock, Transport};
use crate::http::request::Operation;
use crate::http::response::Answer;
use crate::options::batch_id::BatchId;

/// The longest pause between two looks at a batch, in milliseconds, unless the first is longer.
const LONGEST_POLL_MS: u32 = 30_000;

/// Reads the state of a retrieved batch.
#[must_use]
pub fn state<C>(answer: &Answer<C>) -> State {
    let payload = answer.payload.as_ref();
    State::read(payload.and_then(|payload| payload.processing_status.as_deref()))
}

/// Looks at the batch again and again, less and less often, until it has ended.
pub async fn wait_until_ended<T: Transport, C: Clock>(
    caller: &Caller<'_, T, C>,
    id: &BatchId,
    poll_interval: u32,
) -> Result<()> {
    let mut pause = poll_interval;
    loop {
        {
            let _parked = caller.park();
            caller.sleep(pause).await;
        }
        let batch = caller.call(Operation::Retrieve(id)).await?;
        if state(&batch) == State::Ended {
            return Ok(());
        }
        pause = next_pause(pause);
    }
}

/// Half as long again, up to the longest; a first pause longer than that stays as it is.
fn next_pause(pause: u32) -> u32 {
    pause.max(pause.saturating_add(pause.div_ceil(2)).min(LONGEST_POLL_MS))
}
