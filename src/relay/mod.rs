//! What a relay forwards and what it refuses.

pub mod masking;
pub mod policy;
pub mod refusal;
pub mod route;
