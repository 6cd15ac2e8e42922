//! The deletion of one batch in any state: decides which operation follows which.

use crate::base::batch::State;
use crate::base::error::{Code, Failure, Result};
use crate::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};
use crate::call::events::Done;
use crate::call::failed_attempt::is_fault;
use crate::http::request::Operation;
use crate::http::response::Response;
use crate::options::Settings;
use crate::options::batch_id::BatchId;

/// The longest pause between two status checks, in milliseconds, unless `pollInterval` is longer.
const LONGEST_POLL_MS: u32 = 30_000;

/// The stage of a deletion.
#[derive(Debug, Default)]
enum Stage {
    /// The first DELETE is outstanding.
    #[default]
    First,
    /// The first DELETE was refused; a status check is outstanding, because the API does not document the
    /// wording of a refusal.
    Check(Box<Failure>),
    /// The response to a DELETE was lost, and the next DELETE failed with this; a status check is outstanding,
    /// because the first one may have worked.
    Doubt(Box<Failure>),
    /// The cancelation is outstanding.
    Cancel,
    /// The deletion waits for this number of milliseconds before the next status check.
    Pause(u32),
    /// A status check is outstanding, after a pause of this length.
    Poll(u32),
    /// The batch has ended: the last DELETE is outstanding.
    Last,
}

/// The next step of a deletion.
pub(crate) enum DeletionStep<C> {
    /// Another operation.
    Operation,
    /// A pause in milliseconds, then another operation.
    Pause(u32),
    Done(Done<C>),
    Failed(Box<Failure>),
}

/// The state of a deletion.
#[derive(Debug, Default)]
pub(crate) struct Deletion {
    stage: Stage,
    /// True if the last status check got a 404. The API may respond so for a moment, so only the response to a
    /// DELETE decides.
    was_missing: bool,
}

impl Deletion {
    /// Returns the operation of the stage.
    pub(crate) fn operation<'a>(&self, id: &'a BatchId) -> Operation<'a> {
        match self.stage {
            Stage::First | Stage::Last => Operation::Delete(id),
            Stage::Check(_) | Stage::Doubt(_) | Stage::Pause(_) | Stage::Poll(_) => {
                Operation::Retrieve(id)
            }
            Stage::Cancel => Operation::Cancel(id),
        }
    }

    /// Ends a pause between two status checks, and returns whether there was one.
    pub(crate) fn end_pause(&mut self) -> bool {
        let Stage::Pause(ms) = self.stage else {
            return false;
        };
        self.stage = Stage::Poll(ms);
        true
    }

    /// Decides the step after an operation that has ended.
    pub(crate) fn next_step<C>(
        &mut self,
        settings: &Settings,
        options: DeletionOptions,
        ended: Result<Box<Response<C>>>,
    ) -> DeletionStep<C> {
        match (std::mem::replace(&mut self.stage, Stage::Last), ended) {
            (Stage::First, Err(failure)) if is_refusal(&failure) => {
                self.stage = Stage::Check(failure);
                DeletionStep::Operation
            }
            (Stage::First | Stage::Last, Err(failure)) if is_unclear(&failure) => {
                self.stage = Stage::Doubt(failure);
                DeletionStep::Operation
            }
            (Stage::First | Stage::Last, Ok(response)) => {
                DeletionStep::Done(Done::Responded(response))
            }
            (Stage::Check(refusal) | Stage::Doubt(refusal), Err(failure))
                if refusal.after_lost && is_missing(&failure) =>
            {
                DeletionStep::Done(Done::Gone {
                    request_id: failure.request_id,
                    lost: true,
                })
            }
            (Stage::Check(_) | Stage::Cancel, Err(failure))
                if is_missing(&failure) && options.if_processing != IfProcessing::Reject =>
            {
                self.was_missing = true;
                self.pause(options.poll_interval)
            }
            (Stage::Check(refusal), Err(_)) => fail(options, refusal),
            (Stage::Check(refusal), Ok(batch)) => {
                self.after_check(settings, options, refusal, state(&batch))
            }
            // The API refuses to cancel a batch that has ended meanwhile: the next status check shows it.
            (Stage::Cancel, Err(failure)) if !is_refusal(&failure) => fail(options, failure),
            (Stage::Cancel, _) => self.pause(options.poll_interval),
            (Stage::Pause(_) | Stage::Poll(_), Ok(batch)) if state(&batch) == State::Ended => {
                DeletionStep::Operation
            }
            (Stage::Pause(ms) | Stage::Poll(ms), Ok(_)) => {
                self.was_missing = false;
                self.pause(next_pause(ms))
            }
            (Stage::Pause(ms) | Stage::Poll(ms), Err(failure)) if is_missing(&failure) => {
                if std::mem::replace(&mut self.was_missing, true) {
                    return DeletionStep::Operation;
                }
                self.pause(ms)
            }
            (Stage::Doubt(failure), _) | (_, Err(failure)) => fail(options, failure),
        }
    }

    /// Decides the step after the status check that follows a refusal.
    fn after_check<C>(
        &mut self,
        settings: &Settings,
        options: DeletionOptions,
        refusal: Box<Failure>,
        state: State,
    ) -> DeletionStep<C> {
        match (state, options.if_processing) {
            (State::Ended, IfProcessing::Reject) => fail(options, refusal),
            // The batch ended between the two requests, or the refusal has another reason: one more DELETE shows which.
            (State::Ended, _) => DeletionStep::Operation,
            (State::InProgress, IfProcessing::Reject) => {
                fail(options, still(settings, refusal, "in_progress"))
            }
            (State::Canceling, IfProcessing::Reject) => {
                fail(options, still(settings, refusal, "canceling"))
            }
            (State::InProgress, IfProcessing::Cancel) => {
                self.stage = Stage::Cancel;
                DeletionStep::Operation
            }
            (State::InProgress | State::Canceling, _) => self.pause(options.poll_interval),
        }
    }

    fn pause<C>(&mut self, ms: u32) -> DeletionStep<C> {
        self.stage = Stage::Pause(ms);
        DeletionStep::Pause(ms)
    }
}

fn fail<C>(options: DeletionOptions, failure: Box<Failure>) -> DeletionStep<C> {
    if is_missing(&failure) && (failure.after_lost || options.if_missing == IfMissing::Ignore) {
        return DeletionStep::Done(Done::Gone {
            request_id: failure.request_id,
            lost: failure.after_lost,
        });
    }
    DeletionStep::Failed(failure)
}

pub(crate) fn state<C>(response: &Response<C>) -> State {
    let payload = response.payload.as_ref();
    State::read(payload.and_then(|payload| payload.processing_status.as_deref()))
}

/// Returns one and a half times the pause, at most `LONGEST_POLL_MS`; a longer pause stays the same.
fn next_pause(pause: u32) -> u32 {
    pause.max(pause.saturating_add(pause.div_ceil(2)).min(LONGEST_POLL_MS))
}

pub(crate) fn is_missing(failure: &Failure) -> bool {
    failure.code == Code::NotFound
}

/// Returns whether an earlier deletion may have worked, and another request may show it.
fn is_unclear(failure: &Failure) -> bool {
    let is_busy = is_fault(failure) || failure.code == Code::RateLimit;
    failure.after_lost && !is_missing(failure) && !is_busy
}

pub(crate) fn is_refusal(failure: &Failure) -> bool {
    matches!(failure.code, Code::BadRequest | Code::Conflict)
}

fn still(settings: &Settings, mut refusal: Box<Failure>, state: &str) -> Box<Failure> {
    refusal.code = Code::StillProcessing;
    refusal.retryable = true;
    // Until the batch ends, every deletion is refused.
    refusal.maybe_applied = false;
    refusal.message.extend([
        "; the batch is ",
        state,
        settings.words(
            ": ifProcessing \"wait\" or \"cancel\" deletes it once it has ended",
            ": IfProcessing::Wait or IfProcessing::Cancel deletes it once it has ended",
        ),
    ]);
    refusal
}
