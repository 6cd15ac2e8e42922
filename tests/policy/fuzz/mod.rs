//! Random input for everything that reads a foreign string: nothing may panic or overflow, and the results must
//! equal the results of an independent reader. `FUZZ_CASES=100000` runs more cases.

mod addresses;
mod dates;
mod drivers;
mod jobs;
mod options;
mod relay;
mod responses;
mod secrets;
