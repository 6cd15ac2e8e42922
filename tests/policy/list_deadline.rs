//! A list ends at its deadline.

use crate::support::api::Api;
use crate::support::changed;
use crate::support::listing::{all, page};
use crate::support::values::{at, settings, wall, with_key};
use policy::base::error::Code;
use policy::call::events::Event;
use policy::jobs::batch_stream::{BatchStream, FetchStep, ListQuery, StreamAction};

#[test]
fn a_list_ends_at_its_deadline_also_between_two_requests() {
    let deadline = Some(at(100.0));
    // Returns the list after its first page, and its next action.
    let begun = |has_filter| {
        let api = Api::new(|call: &str, _| (5, Ok(page(&[3, 2, 1], call))));
        let query = changed!(ListQuery {
            has_filter,
            ..all(10)
        });
        let mut batches = BatchStream::new(settings(&with_key()).into(), query, false, wall(0.0));
        let StreamAction::Call(output) = batches.next_action(deadline, at(0.0), 0.5) else {
            panic!("the list sends no request");
        };
        batches.on_event(api.perform(output.action), at(1.0), 0.5);
        let action = batches.next_action::<String>(deadline, at(99.0), 0.5);
        (batches, action)
    };
    let is_late = |action| matches!(action, StreamAction::<String>::Failed(failure) if failure.code == Code::Timeout);

    let (mut batches, first) = begun(false);
    assert!(matches!(first, StreamAction::Batch(_)), "{first:?}");
    assert!(is_late(batches.next_action(deadline, at(100.0), 0.5)));

    for is_selected in [true, false] {
        let (mut batches, first) = begun(true);
        assert!(matches!(first, StreamAction::Filter(0)), "{first:?}");
        let action = batches.on_filter_result(is_selected, deadline, at(100.0), 0.5);
        assert!(is_late(action), "{is_selected}");
    }

    let (mut batches, _) = begun(true);
    let FetchStep::Ended(end) = batches.on_event(Event::<String>::TimedOut, at(99.0), 0.5) else {
        panic!("the list waits for its filter");
    };
    assert_eq!(end.error.unwrap().code, Code::Timeout);
}
