//! WIP
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod base;
pub mod call;
pub mod http;
#[cfg(feature = "jobs")]
pub mod jobs;
pub mod options;
#[cfg(feature = "relay")]
pub mod relay;
