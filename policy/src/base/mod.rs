//! The types below everything else: errors, headers, the facts of a batch.

pub mod batch;
pub mod error;
pub(crate) mod fetch_error;
pub mod headers;
pub(crate) mod http_date;
pub(crate) mod occurrences;
pub(crate) mod redact;
pub(crate) mod slots;
pub(crate) mod strings;
pub mod time;
pub mod timestamp;

/// True if another program than the npm package, which has no builder, drives the machines. Only such a driver may break
/// the invariant, and the checks for that are bytes of the wasm.
pub(crate) const HAS_FOREIGN_DRIVER: bool = cfg!(feature = "builder");
