//! The emulator, tested over real sockets.

mod api;
mod cli;
mod control;
mod faults;
mod limits;
mod list;
mod record;
mod support;
mod wire_faults;
