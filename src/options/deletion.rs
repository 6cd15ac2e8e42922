//! The options that only a deletion takes.

use crate::options::table::{Id, Options};
use policy::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};

/// Returns the options of a deletion. Without the option `ifMissing`, `if_missing` holds.
#[must_use]
pub fn deletion(options: &Options<'_>, if_missing: IfMissing) -> DeletionOptions {
    let mut given = DeletionOptions::default();
    given.if_processing = match options.get(Id::IfProcessing).text() {
        Some("wait") => IfProcessing::Wait,
        Some("cancel") => IfProcessing::Cancel,
        _ => IfProcessing::Reject,
    };
    given.if_missing = match options.get(Id::IfMissing).text() {
        Some("reject") => IfMissing::Reject,
        Some(_) => IfMissing::Ignore,
        None => if_missing,
    };
    let poll_interval = options.get(Id::PollInterval).number();
    given.poll_interval = poll_interval.unwrap_or(given.poll_interval);
    given
}
