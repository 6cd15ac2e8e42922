//! What a relay forwards and what it refuses.

pub mod policy;
pub mod refusal;
pub mod route;
