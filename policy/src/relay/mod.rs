//! The decisions of a relay: which requests it forwards, and how it responds.

pub mod masking;
pub mod refusal;
pub mod reply;
pub mod route;
pub mod rules;
pub mod visit;
