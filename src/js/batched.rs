//! Reads and actions of several steps in one crossing each, in `batched.js`: a crossing takes as
//! long as the work itself. Their meaning is decided here.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

pub(crate) type Caught<T> = Result<T, JsValue>;

#[wasm_bindgen(module = "/src/js/batched.js")]
extern "C" {
    /// Keeps the function that every promise, timer and signal calls.
    #[wasm_bindgen(catch, js_name = setUp)]
    pub(crate) fn set_up(handler: &Function) -> Caught<()>;

    /// A value as [`policy::base::encoded`] reads it. Functions and objects go to `handles`.
    pub(crate) fn value(given: &JsValue, handles: &Array) -> String;

    /// An object's properties, each read once: `{`, then the index of each name among the known
    /// ones and its value; `?` and the first name that is not known, at which the reading ends.
    /// Anything but an object as [`value`] has it.
    #[wasm_bindgen(catch)]
    pub(crate) fn options(given: &JsValue, known: &Array, handles: &Array) -> Caught<String>;

    /// A `Headers`, an iterable of pairs or a plain object, as an array of pairs.
    #[wasm_bindgen(catch)]
    pub(crate) fn pairs(headers: &JsValue) -> Caught<String>;

    /// An array of the lines.
    pub(crate) fn names(lines: &str) -> Array;

    /// The values of paths in the global object, one a line, as [`value`] has them; undefined where
    /// one can't be read.
    pub(crate) fn globals(paths: &str) -> String;

    /// A variable of `process.env`, where there is such a thing.
    #[wasm_bindgen(catch)]
    pub(crate) fn environment(name: &str) -> Caught<JsValue>;

    /// Milliseconds of a clock that does not go back, where there is one.
    #[wasm_bindgen(catch)]
    pub(crate) fn now() -> Caught<f64>;

    /// Starts a timer; a negative time starts none. Returns an exchange.
    #[wasm_bindgen(catch)]
    pub(crate) fn wait(ms: i32, task: u32, channel: u32, turn: u32) -> Caught<JsValue>;

    /// Dispatches how a promise, or any other value, ends.
    #[wasm_bindgen(catch)]
    pub(crate) fn settle(value: &JsValue, task: u32, channel: u32, turn: u32) -> Caught<()>;

    /// Calls a function, dispatches how its promise ends, and starts a timer. Returns an exchange.
    #[wasm_bindgen(catch)]
    pub(crate) fn credential(
        given: &Function,
        ms: i32,
        task: u32,
        channel: u32,
        turn: u32,
    ) -> Caught<JsValue>;

    /// However the promise ends, nobody needs to know.
    #[wasm_bindgen(catch)]
    pub(crate) fn ignore(value: &JsValue) -> Caught<()>;

    /// Calls the given fetch, or the global one, with the lines of a request: method, URL, redirect
    /// mode, then names and values of headers, each line with a line feed behind it. Dispatches how its promise ends, and starts a timer.
    /// The request ends with the `other` signal, too. Returns an exchange.
    #[wasm_bindgen(catch)]
    pub(crate) fn send(
        given: Option<&Function>,
        request: &str,
        other: &JsValue,
        ms: i32,
        task: u32,
        channel: u32,
        turn: u32,
    ) -> Caught<JsValue>;

    /// Ends the timer of an exchange.
    #[wasm_bindgen(catch)]
    pub(crate) fn release(exchange: &JsValue) -> Caught<()>;

    /// Ends the timer of an exchange, and aborts its request.
    #[wasm_bindgen(catch)]
    pub(crate) fn cancel(exchange: &JsValue) -> Caught<()>;

    /// The status of a response, where it is a number, and its headers of these names, one a line,
    /// with `=` before a value. The exchange keeps the response.
    #[wasm_bindgen(catch)]
    pub(crate) fn head(response: &JsValue, wanted: &Array, exchange: &JsValue) -> Caught<String>;

    /// All headers of an object: lines of names, in lower case, and values in turn.
    #[wasm_bindgen(catch)]
    pub(crate) fn headers(object: &JsValue) -> Caught<String>;

    /// Reads the body of the exchange's response, at most so many bytes; with a negative number all
    /// of it, by the runtime's own reader. Dispatches the end; the exchange keeps the text.
    #[wasm_bindgen(catch)]
    pub(crate) fn read(
        exchange: &JsValue,
        most: i32,
        task: u32,
        channel: u32,
        turn: u32,
    ) -> Caught<()>;

    /// The text that an exchange has read.
    pub(crate) fn text(exchange: &JsValue) -> String;

    /// Ends the timer, and parses the text. Returns nothing where it is not JSON, an empty text
    /// where it is no object, else `[` for a list, and the values of `id`, `type`,
    /// `processing_status`, `request_id`, and of the error's `type`, `message` and
    /// `details.error_code`.
    pub(crate) fn facts(exchange: &JsValue) -> Option<String>;

    /// Of a list: `has_more`, `last_id`, and of each batch `id`, `processing_status`, `created_at`
    /// and `ended_at`. Nothing where one of them is no object.
    #[wasm_bindgen(catch)]
    pub(crate) fn page(exchange: &JsValue) -> Caught<Option<String>>;

    /// Resolves with the document of an exchange; the request's id is not enumerable, so that the
    /// result still equals the document that the API sent.
    pub(crate) fn complete(exchange: &JsValue, request_id: Option<&str>, resolve: &Function);

    /// Sets a property that is not enumerable.
    pub(crate) fn hide(object: &JsValue, name: &str, value: &str);

    /// Dispatches the abort of a signal to a task. All tasks share one listener: Node warns of a
    /// leak at the eleventh.
    #[wasm_bindgen(catch)]
    pub(crate) fn watch(signal: &JsValue, task: u32) -> Caught<()>;

    /// Ends that.
    #[wasm_bindgen(catch)]
    pub(crate) fn unwatch(signal: &JsValue, task: u32) -> Caught<()>;
}

#[cfg(feature = "jobs")]
#[wasm_bindgen(module = "/src/js/batched.js")]
extern "C" {
    /// The batches of a list, as the API sent them.
    #[wasm_bindgen(catch)]
    pub(crate) fn documents(exchange: &JsValue) -> Caught<Array>;

    /// The iterator of an iterable or async iterable.
    #[wasm_bindgen(catch)]
    pub(crate) fn iterate(ids: &JsValue) -> Caught<JsValue>;

    /// Whether it is async.
    #[wasm_bindgen(catch, js_name = isAsync)]
    pub(crate) fn is_async(ids: &JsValue) -> Caught<bool>;

    /// Calls the iterator's `next`.
    #[wasm_bindgen(catch)]
    pub(crate) fn next(iterator: &JsValue) -> Caught<JsValue>;

    /// Calls the iterator's `return`, where there is one.
    #[wasm_bindgen(catch)]
    pub(crate) fn close(iterator: &JsValue) -> Caught<JsValue>;

    /// The value of an iterator's result as [`value`] has it; empty at the end.
    #[wasm_bindgen(catch)]
    pub(crate) fn step(result: &JsValue) -> Caught<String>;
}
