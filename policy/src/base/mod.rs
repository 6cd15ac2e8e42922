//! The types below everything else: errors, headers, the facts of a batch.

pub mod batch;
pub mod error;
#[doc(hidden)]
pub mod fetch_error;
pub mod headers;
pub(crate) mod http_date;
pub(crate) mod occurrences;
#[doc(hidden)]
pub mod redact;
#[doc(hidden)]
pub mod slots;
#[doc(hidden)]
pub mod strings;
pub mod time;
pub mod timestamp;
