//! The items that only the crate of the npm package needs. They may change in any version.

/// Classifies the errors of `fetch`.
pub mod fetch_error {
    pub use crate::base::fetch_error::*;
}

/// Removes secrets.
pub mod redact {
    pub use crate::base::redact::*;
}

/// Values by number.
pub mod slots {
    pub use crate::base::slots::*;
}

/// Strings without the code of `std::fmt`.
pub mod strings {
    pub use crate::base::strings::*;
}

/// The checks that options share.
pub mod checks {
    pub use crate::options::checks::*;
}

/// The remedies of unknown options.
pub mod suggest {
    pub use crate::options::suggest::*;
}

/// The ids that a job has pulled.
#[cfg(feature = "jobs")]
pub mod dedupe {
    pub use crate::jobs::dedupe::*;
}
