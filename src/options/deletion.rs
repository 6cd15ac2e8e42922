//! The options that only a deletion takes.

use crate::options::table::{Id, Options};
use policy::call::deletion_options::{DeletionOptions, IfMissing, IfProcessing};

/// Returns the options of a deletion. Without the option `ifMissing`, `if_missing` holds.
#[must_use]
pub fn deletion(options: &Options<'_>, if_missing: IfMissing) -> DeletionOptions {
    let if_processing = match options.get(Id::IfProcessing).text() {
        Some("wait") => IfProcessing::Wait,
        Some("cancel") => IfProcessing::Cancel,
        _ => IfProcessing::Reject,
    };
    let if_missing = match options.get(Id::IfMissing).text() {
        Some("reject") => IfMissing::Reject,
        Some(_) => IfMissing::Ignore,
        None => if_missing,
    };
    let poll_interval = options.get(Id::PollInterval).number();
    let poll_interval = poll_interval.unwrap_or(DeletionOptions::default().poll_interval);
    DeletionOptions::new(if_processing, if_missing, poll_interval)
}
