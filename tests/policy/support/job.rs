//! Runs a job on a fake API, and keeps what it tells.

use super::answers::with_header;
use super::api::Api;
use super::values::text;
use delete_message_batch::base::error::Code;
use delete_message_batch::base::input_value::Value;
use delete_message_batch::call::deletion::{IfMissing, Plan};
use delete_message_batch::call::machine::Caller;
use delete_message_batch::http::response::Answer;
use delete_message_batch::jobs::limiter::Gate;
use delete_message_batch::jobs::machine::Job;
use delete_message_batch::jobs::report::{Inlet, Outcome, Pulled, Status, Stop, Tally};
use delete_message_batch::options::Settings;
use delete_message_batch::options::batch_id::BatchId;
use std::cell::{Cell, RefCell};

pub(crate) fn id_of(call: &str) -> &str {
    let (_, id) = call.split_once(' ').unwrap();
    id.trim_end_matches("/cancel")
}

pub(crate) fn plan(if_processing: &str) -> Plan {
    let if_processing = text(if_processing);
    let (if_missing, poll_interval) = (Value::Undefined, Value::Undefined);
    Plan::check(
        &if_processing,
        &if_missing,
        &poll_interval,
        IfMissing::Ignore,
    )
    .unwrap()
}

pub(crate) fn names(count: u32) -> Vec<String> {
    (0..count).map(|index| format!("id-{index}")).collect()
}

/// What a job came to.
#[derive(Default)]
pub(crate) struct Run {
    pub(crate) tally: Tally,
    /// Each outcome: id, status, code.
    pub(crate) outcomes: RefCell<Vec<(String, &'static str, Option<Code>)>>,
    /// The most ids that were pulled and had no outcome yet.
    pub(crate) most_ahead: Cell<u32>,
}

pub(crate) fn run(
    api: &Api<'_>,
    settings: &Settings,
    ids: &[String],
    concurrency: u32,
    plan: Plan,
) -> Run {
    let run = Run::default();
    let pulled_so_far = Cell::new(0);
    let inlet = Inlet::default();
    let source = Box::pin(async {
        for (id, index) in ids.iter().zip(0..) {
            pulled_so_far.set(pulled_so_far.get() + 1);
            let ahead = pulled_so_far.get() - run.tally.done();
            run.most_ahead.set(run.most_ahead.get().max(ahead));
            inlet
                .put(Pulled {
                    index,
                    given: Some(id.clone()),
                    id: BatchId::check(&text(id)),
                    dry: false,
                })
                .await;
        }
        Ok(())
    });
    let tell = |outcome: &Outcome, _: &_| {
        let (status, code) = match &outcome.status {
            Status::Deleted => ("deleted", None),
            Status::Missing => ("missing", None),
            Status::Failed(failure) => ("failed", Some(failure.code)),
        };
        let id = outcome.id.clone().unwrap();
        run.outcomes.borrow_mut().push((id, status, code));
        Ok::<(), ()>(())
    };
    let gate = Gate::new(concurrency);
    let caller = Caller::new(api, api, settings);
    let job = Job {
        caller: &caller,
        gate: &gate,
        plan,
        concurrency,
        length: None,
        tally: &run.tally,
    };
    let result: Result<(), Stop<()>> = api.run(job.run(&inlet, source, tell));
    result.unwrap();
    run
}

pub(crate) fn with_limit(answer: Answer<String>, limit: u32, remaining: u32) -> Answer<String> {
    let answer = with_header(
        answer,
        "anthropic-ratelimit-requests-limit",
        &limit.to_string(),
    );
    let remaining = remaining.to_string();
    with_header(answer, "anthropic-ratelimit-requests-remaining", &remaining)
}
