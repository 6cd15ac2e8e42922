//! A caller's options: from the string that JavaScript makes of them to the policy's settings. The
//! [`table`] checks the kind of each value, the policy its meaning.

pub mod deletion;
pub mod host;
#[cfg(feature = "jobs")]
pub mod jobs;
#[cfg(feature = "relay")]
pub mod relay;
pub mod request;
pub mod table;
pub mod typescript;
pub mod value;
