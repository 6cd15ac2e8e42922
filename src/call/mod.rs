//! One call with its retries.

pub mod deletion;
pub mod life_cycle;
pub mod machine;
pub mod race;
