//! A batch as the API describes it.

use crate::base::batch::State;
use crate::base::time::WallTime;
use crate::base::timestamp::rfc3339;
use serde_json::{Map, Value};
use std::collections::VecDeque;

/// A Message Batch, as the API has described it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MessageBatch {
    /// The id, as the API sent it. Empty if there is none.
    pub id: String,
    /// The state.
    pub state: State,
    /// The number of requests in each state.
    pub counts: RequestCounts,
    /// When it was created.
    pub created_at: Option<WallTime>,
    /// When it ended.
    pub ended_at: Option<WallTime>,
    /// When it expires if it has not ended.
    pub expires_at: Option<WallTime>,
    /// The URL of its results.
    pub results_url: Option<String>,
    /// The whole JSON document, for fields that are not above.
    pub json: String,
}

/// The number of a batch's requests in each state. All but `processing` are 0 until the batch has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestCounts {
    /// Requests that have not ended.
    pub processing: u64,
    /// Requests that succeeded.
    pub succeeded: u64,
    /// Requests that failed.
    pub errored: u64,
    /// Requests that were canceled.
    pub canceled: u64,
    /// Requests that expired.
    pub expired: u64,
}

impl MessageBatch {
    /// Reads the body of a response that the machine has judged to be a batch.
    pub(super) fn read(json: &str) -> Self {
        let document: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
        Self::of(&document, json.to_owned())
    }

    fn of(document: &Map<String, Value>, json: String) -> Self {
        let string = |name| document.get(name).and_then(Value::as_str);
        let time = |name| string(name).and_then(rfc3339).map(WallTime::from_millis);
        let counts = document.get("request_counts");
        let count = |name| counts.and_then(|it| it.get(name)?.as_u64()).unwrap_or(0);
        Self {
            id: string("id").unwrap_or_default().to_owned(),
            state: State::read(string("processing_status")),
            counts: RequestCounts {
                processing: count("processing"),
                succeeded: count("succeeded"),
                errored: count("errored"),
                canceled: count("canceled"),
                expired: count("expired"),
            },
            created_at: time("created_at"),
            ended_at: time("ended_at"),
            expires_at: time("expires_at"),
            results_url: string("results_url").map(str::to_owned),
            json,
        }
    }
}

/// The batches of the pages that were fetched, until the list yields each or passes it.
#[derive(Debug, Default)]
pub(super) struct FetchedBatches {
    /// With the number that the list gives them.
    batches: VecDeque<(u32, MessageBatch)>,
    count: u32,
}

impl FetchedBatches {
    /// Adds the batches of a page. The list also counts the entries that are not batches.
    pub(super) fn add(&mut self, json: &str) {
        let document = serde_json::from_str::<Value>(json).unwrap_or_default();
        let page = document.get("data").and_then(Value::as_array);
        for batch in page.into_iter().flatten() {
            if let Value::Object(object) = batch {
                let described = MessageBatch::of(object, batch.to_string());
                self.batches.push_back((self.count, described));
            }
            self.count = self.count.saturating_add(1);
        }
    }

    /// Takes the batch with this number, and forgets the ones before it.
    pub(super) fn take(&mut self, number: u32) -> Option<MessageBatch> {
        while self.batches.front().is_some_and(|(it, _)| *it < number) {
            self.batches.pop_front();
        }
        let is_next = self.batches.front().is_some_and(|(it, _)| *it == number);
        let next = if is_next {
            self.batches.pop_front()
        } else {
            None
        };
        next.map(|(_, batch)| batch)
    }
}
