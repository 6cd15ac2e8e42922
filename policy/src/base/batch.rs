//! The facts that decide about a batch: its state and its times.

/// The state of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// `in_progress`, or a state that is not known yet.
    InProgress,
    /// `canceling`
    Canceling,
    /// `ended`
    Ended,
}

impl State {
    /// Reads a `processing_status`.
    #[must_use]
    pub fn read(status: Option<&str>) -> Self {
        match status {
            Some("ended") => Self::Ended,
            Some("canceling") => Self::Canceling,
            _ => Self::InProgress,
        }
    }
}

/// A batch of the list, with the facts that decide about it.
#[derive(Clone, Debug)]
pub struct BatchSummary {
    /// The batch's id as the API sent it, not checked. Empty if there is none.
    pub id: String,
    /// The state of the batch.
    pub state: State,
    /// When it was created, in milliseconds since 1970.
    pub created_at: Option<f64>,
    /// When it ended, in milliseconds since 1970.
    pub ended_at: Option<f64>,
}

/// One page of the list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// True if another page follows.
    pub has_more: bool,
    /// The batch after which the next page begins.
    pub last_id: Option<String>,
    /// The batches.
    pub batches: Vec<BatchSummary>,
}
