//! Everything that reads a foreign text, with texts of chance: nothing may panic or overflow, and
//! the results must be those of an independent reader. `FUZZ_CASES=100000` runs more of them.

mod addresses;
mod dates;
mod jobs;
mod options;
mod relay;
mod responses;
mod secrets;
