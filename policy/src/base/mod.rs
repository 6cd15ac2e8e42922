//! The types below everything else: errors, headers, values as a caller gives them, the facts of a batch.

pub mod array;
pub mod batch;
#[doc(hidden)]
pub mod encoded;
pub mod error;
pub mod headers;
pub(crate) mod http_date;
pub mod input_value;
pub(crate) mod occurrences;
#[doc(hidden)]
pub mod redact;
#[doc(hidden)]
pub mod slots;
#[doc(hidden)]
pub mod strings;
pub mod timestamp;
