//! Lists of names as JavaScript has them, each made once.

use crate::js::batched;
use js_sys::Array;
use std::cell::RefCell;
use std::ptr;

/// Lists of names.
pub(crate) type Names = &'static [&'static [&'static str]];

thread_local! {
    static MADE: RefCell<Vec<(Names, Array)>> = const { RefCell::new(Vec::new()) };
}

/// The names as one array: there are as many of them as kinds of calls and of responses.
pub(crate) fn array(names: Names) -> Array {
    MADE.with_borrow_mut(|made| {
        if let Some((_, array)) = made.iter().find(|(known, _)| ptr::eq(*known, names)) {
            return array.clone();
        }
        let mut lines = String::new();
        for list in names {
            for name in *list {
                lines.extend([name, "\n"]);
            }
        }
        let array = batched::names(&lines);
        made.push((names, array.clone()));
        array
    })
}
