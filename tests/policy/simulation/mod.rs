//! A job's limiter against scenarios, beside a plain pool with the official SDK's retries, in virtual
//! time. `npm run simulate` prints the table.

// The table is printed.
#![allow(clippy::print_stdout)]

mod chance;
pub(crate) mod engine;
mod figures;
mod limits;
mod servers;
mod spells;
mod unstated;
