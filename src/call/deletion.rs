//! Deleting one batch, whatever state it is in.

use crate::base::batch::State;
use crate::base::error::{Code, Failure, Result};
use crate::base::input_value::Value;
use crate::call::life_cycle::{state, wait_until_ended};
use crate::call::machine::{Caller, Clock, Transport};
use crate::http::request::Operation;
use crate::http::response::Answer;
use crate::options::batch_id::BatchId;
use crate::options::{milliseconds, word};

/// The names of the options that only a deletion takes.
pub const DELETE_OPTIONS: &[&str] = &["ifProcessing", "ifMissing", "pollInterval"];

/// What to do with a batch that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfProcessing {
    /// Fail with `still_processing`.
    Reject,
    /// Wait until it has ended.
    Wait,
    /// Cancel it, then wait until it has ended.
    Cancel,
}

/// What to do about a batch that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// Fail with `not_found`.
    Reject,
    /// Count it as deleted.
    Ignore,
}

/// The options that only a deletion takes, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// `ifProcessing`
    pub if_processing: IfProcessing,
    /// `ifMissing`
    pub if_missing: IfMissing,
    /// `pollInterval`, in milliseconds
    pub poll_interval: u32,
}

impl Plan {
    /// Checks the three options; `default` is what holds without `ifMissing`.
    pub fn check(
        if_processing: &Value,
        if_missing: &Value,
        poll_interval: &Value,
        default: IfMissing,
    ) -> Result<Self> {
        Ok(Self {
            if_processing: word(
                "ifProcessing",
                if_processing,
                &[
                    ("reject", IfProcessing::Reject),
                    ("wait", IfProcessing::Wait),
                    ("cancel", IfProcessing::Cancel),
                ],
                IfProcessing::Reject,
            )?,
            if_missing: word(
                "ifMissing",
                if_missing,
                &[("reject", IfMissing::Reject), ("ignore", IfMissing::Ignore)],
                default,
            )?,
            poll_interval: milliseconds("pollInterval", poll_interval, 1)?.unwrap_or(2_000),
        })
    }
}

/// How a deletion ended well.
#[derive(Debug)]
pub enum Deleted<C> {
    /// The API said so.
    Answered(Box<Answer<C>>),
    /// The batch is not there: it is gone, by a request whose answer was lost or by somebody else.
    Gone {
        /// The id of the request that found it missing.
        request_id: Option<String>,
        /// Whether it was a deletion of this call whose answer was lost.
        lost: bool,
    },
}

/// Deletes the batch; waits for it or cancels it first, if the plan says so.
pub async fn delete<T: Transport, C: Clock>(
    caller: &Caller<'_, T, C>,
    id: &BatchId,
    plan: Plan,
) -> Result<Deleted<T::Content>> {
    let result = delete_when_ended(caller, id, plan).await;
    match result {
        Err(failure)
            if failure.code == Code::NotFound
                && (failure.after_lost || plan.if_missing == IfMissing::Ignore) =>
        {
            Ok(Deleted::Gone {
                request_id: failure.request_id.clone(),
                lost: failure.after_lost,
            })
        }
        Err(failure) => Err(failure),
        Ok(answer) => Ok(Deleted::Answered(answer)),
    }
}

async fn delete_when_ended<T: Transport, C: Clock>(
    caller: &Caller<'_, T, C>,
    id: &BatchId,
    plan: Plan,
) -> Result<Box<Answer<T::Content>>> {
    let refusal = match caller.call(Operation::Delete(id)).await {
        Err(failure) if is_refusal(&failure) => failure,
        settled => return settled,
    };
    // The wording of a refusal is not documented, so the batch itself is asked.
    let Ok(batch) = caller.call(Operation::Retrieve(id)).await else {
        return Err(refusal);
    };
    match (state(&batch), plan.if_processing) {
        (State::Ended, IfProcessing::Reject) => return Err(refusal),
        // It ended between the two requests, or there is another reason: one more try tells.
        (State::Ended, _) => {}
        (State::InProgress, IfProcessing::Reject) => return Err(still(refusal, "in_progress")),
        (State::Canceling, IfProcessing::Reject) => return Err(still(refusal, "canceling")),
        (State::InProgress, IfProcessing::Cancel) => {
            match caller.call(Operation::Cancel(id)).await {
                // Refused where it ended meanwhile: the waiting finds out.
                Err(failure) if !is_refusal(&failure) => return Err(failure),
                _ => wait_until_ended(caller, id, plan.poll_interval).await?,
            }
        }
        (State::InProgress | State::Canceling, _) => {
            wait_until_ended(caller, id, plan.poll_interval).await?;
        }
    }
    caller.call(Operation::Delete(id)).await
}

fn is_refusal(failure: &Failure) -> bool {
    matches!(failure.code, Code::BadRequest | Code::Conflict)
}

fn still(mut refusal: Box<Failure>, state: &str) -> Box<Failure> {
    refusal.code = Code::StillProcessing;
    refusal.message.extend([
        "; the batch is ",
        state,
        ": ifProcessing \"wait\" or \"cancel\" deletes it once it has ended",
    ]);
    refusal
}
