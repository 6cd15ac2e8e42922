//! The decisions of a relay: which requests it forwards and which it refuses.

pub mod masking;
pub mod refusal;
pub mod route;
pub mod rules;
