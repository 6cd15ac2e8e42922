//! The ids that a job remembers.

use policy::internal::dedupe::Seen;
use std::collections::HashSet;

fn id(index: u32) -> String {
    format!("msgbatch_{index:024}")
}

#[test]
fn of_a_list_every_id() {
    let mut seen = Seen::of(Some(300_000));
    assert!((0..300_000).all(|index| seen.insert(&id(index))));
    assert!((0..300_000).all(|index| !seen.insert(&id(index))));
}

#[test]
fn of_a_stream_the_last_hundred_thousand_at_least() {
    let mut seen = Seen::of(None);
    for index in 0..450_000 {
        assert!(seen.insert(&id(index)), "{index} is new");
    }
    for index in 350_000..450_000 {
        assert!(!seen.insert(&id(index)), "{index} is remembered");
    }
    assert!(seen.insert(&id(0)), "an id of long ago is forgotten");
}

#[test]
fn similar_ids_are_distinguished() {
    // Ids that a gateway may make: short, and with one or two characters of difference.
    let mut seen = Seen::of(Some(0));
    let mut known = HashSet::new();
    let characters = ['a', 'b', 'A', '0', '1', '-', '_', '.', '~', 'z'];
    for a in characters {
        for b in characters {
            for c in characters {
                for text in [
                    format!("{a}{b}{c}"),
                    format!("msg_{a}x{b}x{c}"),
                    format!("{a}{a}{b}"),
                ] {
                    assert_eq!(seen.insert(&text), known.insert(text.clone()), "{text}");
                }
            }
        }
    }
}
