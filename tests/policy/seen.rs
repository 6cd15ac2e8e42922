//! Which ids a job takes for new.

use delete_message_batch::seen::Seen;

fn ids(from: u32, to: u32) -> impl Iterator<Item = String> {
    (from..to).map(|index| format!("msgbatch_{index}"))
}

#[test]
fn all_ids_of_a_list_are_remembered() {
    let mut seen = Seen::of(Some(300_000));
    assert!(ids(0, 300_000).all(|id| seen.insert(&id)));
    assert!(!ids(0, 300_000).any(|id| seen.insert(&id)));
    assert!(seen.insert("") && seen.insert("msgbatch_") && !seen.insert(""));
}

#[test]
fn the_last_ids_of_a_stream_are_remembered() {
    let mut seen = Seen::of(None);
    assert!(ids(0, 350_000).all(|id| seen.insert(&id)));
    assert!(!ids(250_000, 350_000).any(|id| seen.insert(&id)));
    // The first are forgotten: memory does not grow with the stream.
    assert!(seen.insert("msgbatch_0"));
}
