//! The decisions of a relay: which requests it forwards and which it refuses.

pub mod masking;
pub mod policy;
pub mod refusal;
pub mod route;
