//! The runtime's timers, date and random numbers.

use crate::call::machine::Clock;
use crate::js::event_loop::Timer;

/// The clock of the JavaScript runtime.
pub(crate) struct JsClock;

impl Clock for JsClock {
    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        Timer::start(ms)
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }
}
