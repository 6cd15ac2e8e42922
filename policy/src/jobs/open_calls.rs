//! The calls of a job that have not ended: their slots, their waits, their permits.

use crate::base::slots::Slots;
use crate::base::time::MonotonicTime;
use crate::call::events::{Action, Event, Output};
use crate::call::machine::Call;
use crate::http::response::Content;
use crate::jobs::actions::LIST_CALL;
use crate::jobs::limiter::Permit;

/// The most calls that wait for the ends of their batches without a slot: each sends a status check at least
/// every 30 seconds, which counts against the rate limit.
const MOST_PARKED: u32 = 1_000;

/// The id that a call deletes.
#[derive(Debug)]
pub(super) struct CalledId {
    /// The id as it was given, if it was a string.
    pub(super) given: Option<String>,
    /// Its position among all ids that were pulled, from 0.
    pub(super) index: u32,
}

#[derive(Debug)]
struct OpenCall {
    call: Call,
    id: CalledId,
    permit: Option<Permit>,
    wait: Option<Wait>,
    /// True if a request is in flight.
    in_flight: bool,
}

/// A wait for which a call gives up its slot.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wait {
    /// The call waits for its batch to end.
    Parked,
    /// The call waits before another attempt.
    Retrying,
}

/// The deletions of a job that have not ended, by number, and the permit of its call for the list.
#[derive(Debug)]
pub(super) struct OpenCalls {
    concurrency: u32,
    calls: Slots<OpenCall>,
    parked: u32,
    retrying: u32,
    list_permit: Option<Permit>,
}

impl OpenCalls {
    pub(super) fn new(concurrency: u32) -> Self {
        Self {
            concurrency,
            calls: Slots::default(),
            parked: 0,
            retrying: 0,
            list_permit: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.calls.len() == 0
    }

    /// Returns whether a slot is free. A call that waits for its batch to end occupies none. Nor does a call
    /// that waits before another attempt, up to `concurrency` of them: so a server that fails a few requests
    /// does not delay the others.
    pub(super) fn has_room(&self) -> bool {
        let waiting = self.parked.min(MOST_PARKED) + self.retrying.min(self.concurrency);
        self.calls.len().saturating_sub(waiting) < self.concurrency
    }

    /// Adds a call, and returns its number.
    pub(super) fn open(&mut self, call: Call, id: CalledId) -> u32 {
        self.calls.insert(OpenCall {
            call,
            id,
            permit: None,
            wait: None,
            in_flight: false,
        })
    }

    /// Removes a call, and returns its id.
    pub(super) fn close(&mut self, number: u32) -> Option<CalledId> {
        self.calls.remove(number).map(|open| open.id)
    }

    /// Passes an event to a deletion. There is no output for an unknown number.
    pub(super) fn on_event<C: Content>(
        &mut self,
        number: u32,
        event: Event<C>,
        now: MonotonicTime,
        random: f64,
    ) -> Option<Output<C>> {
        let open = self.calls.get_mut(number)?;
        match open.wait.take() {
            Some(Wait::Parked) => self.parked = self.parked.saturating_sub(1),
            Some(Wait::Retrying) => self.retrying = self.retrying.saturating_sub(1),
            None => {}
        }
        let output = open.call.handle(event, now, random);
        open.in_flight = matches!(output.action, Action::Send(_));
        if let Action::Sleep { parked, .. } = output.action {
            let (wait, count) = if parked {
                (Wait::Parked, &mut self.parked)
            } else {
                (Wait::Retrying, &mut self.retrying)
            };
            open.wait = Some(wait);
            *count += 1;
        }
        Some(output)
    }

    /// Returns whether a deletion has sent a request.
    pub(super) fn was_sent(&mut self, number: u32) -> bool {
        self.calls
            .get_mut(number)
            .is_some_and(|open| open.call.was_sent())
    }

    /// Takes back a request that the driver has not begun.
    pub(super) fn withdraw(&mut self, number: u32) {
        if let Some(open) = self.calls.get_mut(number) {
            open.call.withdraw();
            open.in_flight = false;
        }
    }

    /// Returns the numbers of the calls; unless `all`, only of the calls without a request in flight.
    pub(super) fn numbers(&self, all: bool) -> Vec<u32> {
        let calls = self.calls.iter();
        let meant = calls.filter(|(_, open)| all || !open.in_flight);
        meant.map(|(number, _)| number).collect()
    }

    /// Keeps the permit of a call. Returns a permit that is not needed, because the call has one or has ended: a
    /// driver that repeats events causes this, and a lost permit would hang the job.
    pub(super) fn hold(&mut self, number: u32, permit: Permit) -> Option<Permit> {
        match self.permit(number) {
            Some(held) => held.replace(permit),
            None => Some(permit),
        }
    }

    /// Takes the permit that a call does not need for its next action.
    pub(super) fn take_permit<C>(&mut self, number: u32, next: &Action<C>) -> Option<Permit> {
        match next {
            Action::Send(_) | Action::CallForCredential(_) => None,
            _ => self.permit(number)?.take(),
        }
    }

    /// Takes the permit of the call for the list, which has ended.
    pub(super) fn take_list_permit(&mut self) -> Option<Permit> {
        self.list_permit.take()
    }

    fn permit(&mut self, number: u32) -> Option<&mut Option<Permit>> {
        if number == LIST_CALL {
            return Some(&mut self.list_permit);
        }
        Some(&mut self.calls.get_mut(number)?.permit)
    }
}
