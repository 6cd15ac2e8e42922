//! The ids of a job: decides when the next id is pulled, and reads ids from the list.

use crate::base::time::MonotonicTime;
use crate::call::events::{Event, Output};
use crate::http::response::Content;
use crate::jobs::actions::{JobEnd, JobGoal, Source};
use crate::jobs::batch_stream::{
    BatchStream, FetchEnd, FetchStep, REFUSAL_OF_DRY_RUN, StreamAction, Unjudged,
};
use crate::jobs::purge::pulled_batch;
use crate::jobs::report::Pulled;

/// The number of ids after which the driver's event loop turns.
const IDS_PER_TURN: u32 = 1_000;

/// The step that leads to the next id.
#[derive(Debug)]
pub(super) enum SourceStep<C> {
    /// The driver pulls the next id of the caller's iterable.
    Pull,
    /// The driver lets the event loop turn.
    Turn,
    /// The driver runs the caller's filter on the batch with this number.
    Filter(u32),
    /// The call that fetches a page has this output.
    Call(Box<Output<C>>),
    /// The call that fetches a page has ended.
    Fetched(FetchEnd<C>),
    /// The list yields this id, of a batch that was created at this time.
    Id(Pulled, Option<f64>),
    /// The list has ended.
    End,
}

/// The source of a job's ids.
#[derive(Debug)]
pub(super) struct IdSource {
    source: Source,
    goal: JobGoal,
    /// The number of ids that were pulled.
    pulled: u32,
    ids_of_turn: u32,
    is_pulling: bool,
    /// True while the event loop turns; then no id is pulled.
    is_turning: bool,
    end: Option<JobEnd>,
}

impl IdSource {
    pub(super) fn new(source: Source, goal: JobGoal) -> Self {
        Self {
            source,
            goal,
            pulled: 0,
            ids_of_turn: 0,
            is_pulling: false,
            is_turning: false,
            end: None,
        }
    }

    /// Returns the number of ids in the caller's iterable, if it is known.
    pub(super) fn length(&self) -> Option<u32> {
        match &self.source {
            Source::Caller(length) => *length,
            Source::List(..) => None,
        }
    }

    /// Returns the number of ids that are known to be left.
    pub(super) fn left(&self) -> u32 {
        self.length()
            .map_or(0, |length| length.saturating_sub(self.pulled))
    }

    pub(super) fn is_dry_run(&self) -> bool {
        matches!(self.source, Source::List(_, true))
    }

    pub(super) fn list(&self) -> Option<&BatchStream> {
        match &self.source {
            Source::List(stream, _) => Some(stream),
            Source::Caller(_) => None,
        }
    }

    pub(super) fn into_unjudged(self) -> Unjudged {
        match self.source {
            Source::List(stream, _) => stream.into_unjudged(),
            Source::Caller(_) => Unjudged::default(),
        }
    }

    /// Returns whether the source has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    pub(super) fn is_pulling(&self) -> bool {
        self.is_pulling
    }

    pub(super) fn take_end(&mut self) -> Option<JobEnd> {
        self.end.take()
    }

    /// Begins to pull the next id; `None` while that is not possible.
    pub(super) fn next_step<C: Content>(
        &mut self,
        deadline: Option<MonotonicTime>,
        now: MonotonicTime,
        random: f64,
    ) -> Option<SourceStep<C>> {
        if self.is_pulling || self.is_turning || self.end.is_some() {
            return None;
        }
        if self.ids_of_turn >= IDS_PER_TURN {
            self.is_turning = true;
            return Some(SourceStep::Turn);
        }
        self.is_pulling = true;
        Some(match self.source {
            Source::Caller(_) => SourceStep::Pull,
            Source::List(..) => self.next_of_list(deadline, now, random),
        })
    }

    /// Continues with the list after the end of a call that fetched a page.
    pub(super) fn next_of_list<C: Content>(
        &mut self,
        deadline: Option<MonotonicTime>,
        now: MonotonicTime,
        random: f64,
    ) -> SourceStep<C> {
        let Source::List(stream, _) = &mut self.source else {
            return SourceStep::End;
        };
        let action = stream.next_action(deadline, now, random);
        self.step_of(action)
    }

    /// Applies the decision of the caller's filter.
    pub(super) fn on_filter_result<C: Content>(
        &mut self,
        is_selected: bool,
        deadline: Option<MonotonicTime>,
        now: MonotonicTime,
        random: f64,
    ) -> Option<SourceStep<C>> {
        let Source::List(stream, _) = &mut self.source else {
            return None;
        };
        let action = stream.on_filter_result(is_selected, deadline, now, random);
        Some(self.step_of(action))
    }

    /// Passes an event to the call that fetches a page.
    pub(super) fn on_list_event<C: Content>(
        &mut self,
        event: Event<C>,
        now: MonotonicTime,
        random: f64,
    ) -> Option<SourceStep<C>> {
        let Source::List(stream, _) = &mut self.source else {
            return None;
        };
        Some(match stream.on_event(event, now, random) {
            FetchStep::Act(output) => SourceStep::Call(output),
            FetchStep::Ended(end) => SourceStep::Fetched(end),
        })
    }

    /// Records an id that was pulled, and returns its index.
    pub(super) fn on_id(&mut self) -> u32 {
        self.is_pulling = false;
        self.ids_of_turn += 1;
        let index = self.pulled;
        self.pulled = index.saturating_add(1);
        index
    }

    /// Records that the event loop has turned.
    pub(super) fn on_turn(&mut self) {
        self.is_turning = false;
        self.ids_of_turn = 0;
    }

    /// Records the end of the source. The first end counts.
    pub(super) fn on_end(&mut self, end: JobEnd) {
        self.is_pulling = false;
        self.end.get_or_insert(end);
    }

    /// Records that the list's call may send no request.
    pub(super) fn on_denial(&mut self) {
        self.is_pulling = false;
    }

    fn step_of<C>(&mut self, action: StreamAction<C>) -> SourceStep<C> {
        match action {
            StreamAction::Call(output) => SourceStep::Call(output),
            StreamAction::Filter(number) => SourceStep::Filter(number),
            StreamAction::Batch(listed) => {
                let is_dry_run = self.is_dry_run();
                let message = self
                    .list()
                    .map_or(REFUSAL_OF_DRY_RUN, BatchStream::refusal_of_dry_run);
                let created_at = listed.batch.created_at;
                let pulled = pulled_batch(*listed, self.goal, is_dry_run, message);
                SourceStep::Id(pulled, created_at)
            }
            StreamAction::End => {
                self.on_end(JobEnd::Complete);
                SourceStep::End
            }
            StreamAction::Failed(failure) => {
                self.on_end(JobEnd::Failed(failure));
                SourceStep::End
            }
        }
    }
}
