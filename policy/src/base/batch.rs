//! The facts that decide about a batch: its state and its times.

/// How far a batch has come.
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
    /// The batch's id; the API's, and so not checked yet. Empty if it has none.
    pub id: String,
    /// How far the batch has come.
    pub state: State,
    /// When it was created, in milliseconds since 1970.
    pub created_at: Option<f64>,
    /// When it ended, in milliseconds since 1970.
    pub ended_at: Option<f64>,
}

/// One page of the list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Whether another page follows.
    pub has_more: bool,
    /// The batch after which it begins.
    pub last_id: Option<String>,
    /// The batches.
    pub batches: Vec<BatchSummary>,
}
