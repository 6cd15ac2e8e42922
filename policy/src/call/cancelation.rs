//! The cancelation of one batch of many: decides which operation follows which.

use crate::base::batch::State;
use crate::base::error::{Failure, Result};
use crate::call::deletion::{is_missing, is_refusal, state};
use crate::call::deletion_options::IfMissing;
use crate::call::events::{Action, Done};
use crate::http::request::Operation;
use crate::http::response::Response;
use crate::options::batch_id::BatchId;

/// The state of a cancelation.
#[derive(Debug, Default)]
pub(crate) struct Cancelation {
    /// The refusal after which a status check is outstanding: the API does not document the wording of a refusal.
    refusal: Option<Box<Failure>>,
}

impl Cancelation {
    /// Returns the next operation.
    pub(crate) fn operation<'a>(&self, id: &'a BatchId) -> Operation<'a> {
        match self.refusal {
            None => Operation::Cancel(id),
            Some(_) => Operation::Retrieve(id),
        }
    }

    /// Returns the action after an operation that has ended; `None`: another operation.
    pub(crate) fn next_step<C>(
        &mut self,
        if_missing: IfMissing,
        ended: Result<Box<Response<C>>>,
    ) -> Option<Action<C>> {
        Some(match (self.refusal.take(), ended) {
            (None, Ok(batch)) => Action::Done(Done::Responded(batch)),
            (Some(_), Ok(batch)) if state(&batch) == State::Ended => {
                Action::Done(Done::Responded(batch))
            }
            (Some(refusal), _) => Action::Failed(refusal),
            (None, Err(failure)) if is_refusal(&failure) => {
                self.refusal = Some(failure);
                return None;
            }
            (None, Err(failure)) if is_missing(&failure) && if_missing == IfMissing::Ignore => {
                Action::Done(Done::Gone {
                    request_id: failure.request_id,
                    lost: false,
                })
            }
            (None, Err(failure)) => Action::Failed(failure),
        })
    }
}
