//! The ids that a caller passes: any iterable or async iterable, pulled one by one.

use crate::js::environment::get;
use crate::js::{batched, options};
use js_sys::Array;
use policy::base::encoded::Encoded;
use policy::base::error::{Failure, Result};
use policy::base::input_value::Value;
use policy::base::strings::concat;
use policy::jobs::report::Pulled;
use policy::options::batch_id::BatchId;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;

/// The iterator of a job's ids.
#[derive(Debug)]
pub(crate) struct Ids {
    iterator: JsValue,
    is_async: bool,
    /// How many there are, where that can be known.
    pub(crate) length: Option<u32>,
    index: u32,
    ended: bool,
    /// The ids with half a surrogate pair, which a Rust string can't hold, by index.
    odd: Vec<(u32, JsValue)>,
}

/// The result of a pull.
pub(crate) enum Pull {
    /// An id.
    Id(Pulled),
    /// The end.
    End,
    /// A promise of either.
    Promise(JsValue),
}

impl Ids {
    /// Checks that the value can be iterated, and makes its iterator.
    pub(crate) fn check(ids: &JsValue) -> Result<Self> {
        let refuse = |found: &str| {
            let problem = concat(&[
                "must be an iterable or async iterable of strings, not ",
                found,
            ]);
            Failure::invalid_option("ids", &problem)
        };
        // A string is an iterable of characters.
        if !ids.is_object() {
            return Err(refuse(&options::kind(ids)));
        }
        let broken = "one whose iterator can't be made";
        let is_async = batched::is_async(ids).map_err(|_| refuse(broken))?;
        let iterator = batched::iterate(ids).map_err(|_| refuse(broken))?;
        if iterator.is_undefined() {
            return Err(refuse(&options::kind(ids)));
        }
        if !iterator.is_object() {
            return Err(refuse(broken));
        }
        Ok(Self {
            iterator,
            is_async,
            length: length(ids),
            index: 0,
            ended: false,
            odd: Vec::new(),
        })
    }

    /// Pulls the next one. An iterator that throws has ended by itself.
    pub(crate) fn pull(&mut self) -> std::result::Result<Pull, JsValue> {
        let next = batched::next(&self.iterator).inspect_err(|_| self.ended = true)?;
        if self.is_async {
            return Ok(Pull::Promise(next));
        }
        self.step(&next)
    }

    /// Reads the iterator's result.
    pub(crate) fn step(&mut self, result: &JsValue) -> std::result::Result<Pull, JsValue> {
        let step = batched::step(result).inspect_err(|_| self.ended = true)?;
        if step.is_empty() {
            self.ended = true;
            return Ok(Pull::End);
        }
        let value = Encoded::new(&step).value().unwrap_or_default();
        let index = self.index;
        self.index = index.saturating_add(1);
        if matches!(&value, Value::Text(text) if text.chars().any(|found| found == '\u{fffd}')) {
            self.odd.push((index, get(result, "value")));
        }
        Ok(Pull::Id(Pulled {
            index,
            id: BatchId::check(&value),
            given: match value {
                Value::Text(text) => Some(text.to_owned()),
                _ => None,
            },
        }))
    }

    /// The id of that index as the caller gave it, where a Rust string can't hold it.
    pub(crate) fn odd(&self, index: u32) -> Option<&JsValue> {
        let found = self.odd.iter().find(|(known, _)| *known == index);
        found.map(|(_, id)| id)
    }

    /// The iterator's promise was rejected.
    pub(crate) fn threw(&mut self) {
        self.ended = true;
    }
}

impl Drop for Ids {
    /// A generator that is not pulled from any more gets to know, so that it can clean up.
    fn drop(&mut self) {
        if !self.ended
            && let Ok(closed) = batched::close(&self.iterator)
            && closed.is_object()
        {
            // Nobody waits for a later failure of it.
            let _ = batched::ignore(&closed);
        }
    }
}

fn length(ids: &JsValue) -> Option<u32> {
    if let Some(array) = ids.dyn_ref::<Array>() {
        return Some(array.length());
    }
    options::value(&get(ids, "size"), |size| size.whole(0, u32::MAX))
}
