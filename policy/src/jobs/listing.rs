//! How a job takes its ids from the list.

use crate::call::events::{Action, Event, Output};
use crate::http::response::Content;
use crate::jobs::actions::{JobAction, JobEnd, LIST_CALL, Source};
use crate::jobs::batch_stream::{FetchEnd, FetchStep, StreamAction};
use crate::jobs::job::Job;
use crate::jobs::purge::pulled;

impl<C: Content> Job<C> {
    /// Hands an event to the call that fetches a page.
    pub(crate) fn list_event(&mut self, event: Event<C>, now: f64, random: f64) {
        if let Source::List(batches, _) = &mut self.source {
            let fetched = batches.on_event(event, now, random);
            self.fetched(fetched, now, random);
        }
    }

    /// Performs the next step of the list.
    pub(crate) fn listed(&mut self, action: StreamAction<C>, now: f64, random: f64) {
        match action {
            StreamAction::Call(output) => self.list_call(*output, now),
            StreamAction::Filter(number) => self.actions.push_back(JobAction::Filter(number)),
            StreamAction::Batch(listed) => {
                self.pulling = false;
                let index = self.listed;
                self.listed = self.listed.saturating_add(1);
                let Source::List(_, dry_run) = self.source else {
                    return;
                };
                let pulled = pulled(index, *listed, self.options, dry_run);
                self.take(pulled, dry_run, now, random);
            }
            StreamAction::End => {
                self.pulling = false;
                self.end.get_or_insert(JobEnd::Complete);
            }
            StreamAction::Failed(failure) => {
                self.pulling = false;
                self.end.get_or_insert(JobEnd::Failed(failure));
            }
        }
    }

    fn list_call(&mut self, output: Output<C>, now: f64) {
        let Output {
            action,
            limit_ms,
            attempt,
            signal,
        } = output;
        let permit = match action {
            Action::Send(_) | Action::CallForCredential(_) => None,
            _ => self.list_permit.take(),
        };
        self.signal(now, permit, signal, attempt.as_deref());
        self.actions.extend(attempt.map(JobAction::Attempt));
        match action {
            Action::AwaitPermit => self.waiting.push_back(LIST_CALL),
            action => self
                .actions
                .push_back(JobAction::Call(LIST_CALL, action, limit_ms)),
        }
    }

    fn fetched(&mut self, fetched: FetchStep<C>, now: f64, random: f64) {
        let ended = match fetched {
            FetchStep::Act(output) => return self.list_call(*output, now),
            FetchStep::Ended(ended) => ended,
        };
        let FetchEnd {
            error,
            response,
            attempt,
            signal,
        } = ended;
        let permit = self.list_permit.take();
        self.signal(now, permit, signal, attempt.as_deref());
        self.actions.extend(attempt.map(JobAction::Attempt));
        self.actions
            .extend(response.map(|response| JobAction::Page(response.content)));
        let action = match (error, &mut self.source) {
            (Some(failure), _) => StreamAction::Failed(failure),
            (None, Source::List(batches, _)) => batches.next_action(self.deadline, now, random),
            (None, Source::Caller(_)) => StreamAction::End,
        };
        self.listed(action, now, random);
    }
}
