//! Deleting one batch, whatever state it is in: which operation follows which.

use crate::base::batch::State;
use crate::base::error::{Code, Failure, Result};
use crate::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};
use crate::call::events::Done;
use crate::http::request::Operation;
use crate::http::response::Response;
use crate::options::batch_id::BatchId;

/// The longest pause between two looks at a batch, in milliseconds, unless the first is longer.
const LONGEST_POLL_MS: u32 = 30_000;

/// Where a deletion is.
#[derive(Debug, Default)]
enum Stage {
    /// The first DELETE is outstanding.
    #[default]
    First,
    /// It was refused: the batch is retrieved, because the wording of a refusal is not documented.
    Look(Box<Failure>),
    /// The cancellation is outstanding.
    Cancel,
    /// Waiting that long before the next look.
    Pause(u32),
    /// A look is outstanding, that long after the one before.
    Poll(u32),
    /// The batch has ended: the last DELETE is outstanding.
    Last,
}

/// The next step of a deletion.
pub(crate) enum Turn<C> {
    /// Another operation.
    Operation,
    /// A pause in milliseconds, then another operation.
    Pause(u32),
    Done(Done<C>),
    Failed(Box<Failure>),
}

/// How far a deletion has come.
#[derive(Debug, Default)]
pub(crate) struct Deletion {
    stage: Stage,
    /// Whether the last look found no batch. The API is known to respond so for a moment; only the
    /// response to a DELETE decides.
    missed: bool,
}

impl Deletion {
    /// The operation of the stage.
    pub(crate) fn operation<'a>(&self, id: &'a BatchId) -> Operation<'a> {
        match self.stage {
            Stage::First | Stage::Last => Operation::Delete(id),
            Stage::Look(_) | Stage::Pause(_) | Stage::Poll(_) => Operation::Retrieve(id),
            Stage::Cancel => Operation::Cancel(id),
        }
    }

    /// Ends a pause between two looks; returns whether there was one.
    pub(crate) fn wake(&mut self) -> bool {
        let Stage::Pause(ms) = self.stage else {
            return false;
        };
        self.stage = Stage::Poll(ms);
        true
    }

    /// Decides the step after the end of an operation.
    pub(crate) fn next<C>(
        &mut self,
        options: DeletionOptions,
        ended: Result<Box<Response<C>>>,
    ) -> Turn<C> {
        match (std::mem::replace(&mut self.stage, Stage::Last), ended) {
            (Stage::First, Err(failure)) if is_refusal(&failure) => {
                self.stage = Stage::Look(failure);
                Turn::Operation
            }
            (Stage::First | Stage::Last, Ok(response)) => Turn::Done(Done::Responded(response)),
            (Stage::Look(_) | Stage::Cancel, Err(failure))
                if is_missing(&failure) && options.if_processing != IfProcessing::Reject =>
            {
                self.missed = true;
                self.pause(options.poll_interval)
            }
            (Stage::Look(refusal), Err(_)) => fail(options, refusal),
            (Stage::Look(refusal), Ok(batch)) => self.looked(options, refusal, state(&batch)),
            // Refused where it has ended meanwhile: the next look finds out.
            (Stage::Cancel, Err(failure)) if !is_refusal(&failure) => fail(options, failure),
            (Stage::Cancel, _) => self.pause(options.poll_interval),
            (Stage::Pause(_) | Stage::Poll(_), Ok(batch)) if state(&batch) == State::Ended => {
                Turn::Operation
            }
            (Stage::Pause(ms) | Stage::Poll(ms), Ok(_)) => {
                self.missed = false;
                self.pause(next_pause(ms))
            }
            (Stage::Pause(ms) | Stage::Poll(ms), Err(failure)) if is_missing(&failure) => {
                if std::mem::replace(&mut self.missed, true) {
                    return Turn::Operation;
                }
                self.pause(ms)
            }
            (_, Err(failure)) => fail(options, failure),
        }
    }

    fn looked<C>(
        &mut self,
        options: DeletionOptions,
        refusal: Box<Failure>,
        state: State,
    ) -> Turn<C> {
        match (state, options.if_processing) {
            (State::Ended, IfProcessing::Reject) => fail(options, refusal),
            // It ended between the two requests, or there is another reason: one more DELETE shows.
            (State::Ended, _) => Turn::Operation,
            (State::InProgress, IfProcessing::Reject) => {
                fail(options, still(refusal, "in_progress"))
            }
            (State::Canceling, IfProcessing::Reject) => fail(options, still(refusal, "canceling")),
            (State::InProgress, IfProcessing::Cancel) => {
                self.stage = Stage::Cancel;
                Turn::Operation
            }
            (State::InProgress | State::Canceling, _) => self.pause(options.poll_interval),
        }
    }

    fn pause<C>(&mut self, ms: u32) -> Turn<C> {
        self.stage = Stage::Pause(ms);
        Turn::Pause(ms)
    }
}

fn fail<C>(options: DeletionOptions, failure: Box<Failure>) -> Turn<C> {
    if is_missing(&failure) && (failure.after_lost || options.if_missing == IfMissing::Ignore) {
        return Turn::Done(Done::Gone {
            request_id: failure.request_id,
            lost: failure.after_lost,
        });
    }
    Turn::Failed(failure)
}

fn state<C>(response: &Response<C>) -> State {
    let payload = response.payload.as_ref();
    State::read(payload.and_then(|payload| payload.processing_status.as_deref()))
}

/// Half as long again, up to the longest; a first pause longer than that stays as it is.
fn next_pause(pause: u32) -> u32 {
    pause.max(pause.saturating_add(pause.div_ceil(2)).min(LONGEST_POLL_MS))
}

fn is_missing(failure: &Failure) -> bool {
    failure.code == Code::NotFound
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
