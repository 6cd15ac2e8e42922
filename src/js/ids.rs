//! The ids that a caller passes: any iterable or async iterable, pulled one by one.

use crate::base::error::{Failure, Result};
use crate::base::input_value::Value;
use crate::base::strings::text;
use crate::jobs::report::{Inlet, Pulled, Stop};
use crate::js::environment::get;
use crate::js::event_loop::{ignore, settled};
use crate::js::options;
use crate::options::batch_id::BatchId;
use js_sys::{Array, Function, Reflect, Symbol, TypeError};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// An iterator, or an async one.
    type Ids;

    #[wasm_bindgen(method, structural, catch)]
    fn next(this: &Ids) -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = return)]
    fn close(this: &Ids) -> std::result::Result<JsValue, JsValue>;

    /// What `next` returns, or resolves with.
    type Step;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn done(this: &Step) -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn value(this: &Step) -> std::result::Result<JsValue, JsValue>;
}

/// The ids of a job, of which nothing is pulled yet.
pub(crate) struct Source {
    ids: Ids,
    is_async: bool,
    /// How many there are, where that can be known.
    pub(crate) length: Option<u32>,
    index: u32,
    ended: bool,
}

impl Source {
    /// Checks that the value can be iterated. The iterator is made when the first id is pulled.
    pub(crate) fn check(ids: &JsValue) -> Result<Self> {
        let refuse = |found: &str| {
            let problem = text(&[
                "must be an iterable or async iterable of strings, not ",
                found,
            ]);
            Failure::invalid_option("ids", &problem)
        };
        // A string is an iterable of characters.
        if !ids.is_object() {
            return Err(refuse(&options::value(ids).kind()));
        }
        let method = |symbol: &Symbol| Reflect::get(ids, symbol).ok()?.dyn_into::<Function>().ok();
        let asynchronous = method(&Symbol::async_iterator());
        let is_async = asynchronous.is_some();
        let Some(make) = asynchronous.or_else(|| method(&Symbol::iterator())) else {
            return Err(refuse(&options::value(ids).kind()));
        };
        let iterator = make.call0(ids).ok().filter(JsValue::is_object);
        let Some(iterator) = iterator else {
            return Err(refuse("one whose iterator can't be made"));
        };
        Ok(Self {
            ids: iterator.unchecked_into(),
            is_async,
            length: length(ids),
            index: 0,
            ended: false,
        })
    }

    /// Puts one after the other into a job's inlet.
    pub(crate) async fn fill(mut self, inlet: &Inlet) -> std::result::Result<(), Stop<JsValue>> {
        while let Some(pulled) = self.pull().await.map_err(Stop::Thrown)? {
            inlet.put(pulled).await;
        }
        Ok(())
    }

    async fn pull(&mut self) -> std::result::Result<Option<Pulled>, JsValue> {
        let next = self.next().await;
        // An iterator that has thrown has ended by itself.
        self.ended = !matches!(next, Ok(Some(_)));
        let Some(value) = next? else {
            return Ok(None);
        };
        let value = options::value(&value);
        let index = self.index;
        self.index = index.saturating_add(1);
        Ok(Some(Pulled {
            index,
            id: BatchId::check(&value),
            given: match value {
                Value::Text(text) => Some(text),
                _ => None,
            },
            dry: false,
        }))
    }

    async fn next(&self) -> std::result::Result<Option<JsValue>, JsValue> {
        let step = if self.is_async {
            settled(self.ids.next()).await?
        } else {
            self.ids.next()?
        };
        if !step.is_object() {
            return Err(TypeError::new("ids: the iterator's result is not an object").into());
        }
        let step: &Step = step.unchecked_ref();
        if step.done()?.is_truthy() {
            return Ok(None);
        }
        step.value().map(Some)
    }
}

impl Drop for Source {
    /// A generator that is not pulled from any more gets to know, so that it can clean up.
    fn drop(&mut self) {
        if !self.ended
            && let Ok(closed) = self.ids.close()
            && closed.is_object()
        {
            // What it fails with then is nobody's any more.
            ignore(&closed);
        }
    }
}

fn length(ids: &JsValue) -> Option<u32> {
    if let Some(array) = ids.dyn_ref::<Array>() {
        return Some(array.length());
    }
    options::value(&get(ids, "size")).whole(0, u32::MAX)
}
