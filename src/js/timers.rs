//! The channels of a job, and the timers on three of them.

use crate::js::batched;
use crate::js::driver::next_turn;
use wasm_bindgen::prelude::JsValue;

/// The channels of a job. Those of its calls follow.
pub(crate) const SOURCE: u32 = 0;
pub(crate) const WAKE: u32 = 1;
pub(crate) const TOTAL: u32 = 2;
pub(crate) const TURN: u32 = 3;
pub(crate) const LIST: u32 = 4;
pub(crate) const PROGRESS: u32 = 5;
pub(crate) const FIRST_CALL: u32 = 6;

/// The timers of a job, by channel: each with its turn.
#[derive(Default)]
pub(crate) struct Timers {
    wake: Option<(u32, JsValue)>,
    total: Option<(u32, JsValue)>,
    turn: Option<(u32, JsValue)>,
}

impl Timers {
    fn slot(&mut self, channel: u32) -> &mut Option<(u32, JsValue)> {
        match channel {
            WAKE => &mut self.wake,
            TOTAL => &mut self.total,
            _ => &mut self.turn,
        }
    }

    /// Starts a timer instead of the one before.
    pub(crate) fn start(&mut self, ms: u32, task: u32, channel: u32) -> Result<(), JsValue> {
        self.stop(channel);
        let turn = next_turn();
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let timer = batched::wait(ms, task, channel, turn)?;
        *self.slot(channel) = Some((turn, timer));
        Ok(())
    }

    pub(crate) fn stop(&mut self, channel: u32) {
        if let Some((_, timer)) = self.slot(channel).take() {
            let _ = batched::release(&timer);
        }
    }

    /// Whether the turn is the one of the timer; then the timer is over.
    pub(crate) fn is_over(&mut self, channel: u32, turn: u32) -> bool {
        let is_over = self
            .slot(channel)
            .as_ref()
            .is_some_and(|(known, _)| *known == turn);
        if is_over {
            self.stop(channel);
        }
        is_over
    }
}
