//! The types below everything else: texts, times, errors, the facts of a batch.

pub mod batch;
pub mod encoded;
pub mod error;
pub mod headers;
pub(crate) mod http_date;
pub mod input_value;
pub(crate) mod occurrences;
pub(crate) mod redact;
pub(crate) mod slots;
pub(crate) mod strings;
pub mod timestamp;
