//! Reads the body of an answer, up to a limit.

use crate::base::batch::State;
use crate::base::batch::{Listed, Page};
use crate::base::error::Cause;
use crate::base::timestamp::rfc3339;
use crate::http::response::{Answer, Content, End, MAX_BODY, Payload};
use crate::js::batched::{self, line};
use crate::js::event_loop::settled;
use crate::js::fetch::{Reply, cause};
use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// A `ReadableStream` of bytes.
    type ByteStream;

    #[wasm_bindgen(method, structural, catch, js_name = getReader)]
    fn get_reader(this: &ByteStream) -> Result<ByteReader, JsValue>;

    /// Its reader.
    type ByteReader;

    #[wasm_bindgen(method, structural, catch)]
    fn read(this: &ByteReader) -> Result<JsValue, JsValue>;

    /// What a read resolves with.
    type Chunk;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn done(this: &Chunk) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn value(this: &Chunk) -> Result<JsValue, JsValue>;

    /// Decodes as the runtime's own reader does. std's decoding weighs more than this import.
    type TextDecoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextDecoder;

    #[wasm_bindgen(method)]
    fn decode(this: &TextDecoder, bytes: &[u8]) -> JsString;

    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_json(text: &JsString) -> Result<JsValue, JsValue>;

    /// A JSON object. Its getters are plain properties and can't throw.
    type Fields;

    #[wasm_bindgen(method, getter, structural)]
    fn id(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = type)]
    fn kind(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn processing_status(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn error(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn message(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn details(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn error_code(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn request_id(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn data(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn has_more(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn last_id(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn created_at(this: &Fields) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn ended_at(this: &Fields) -> JsValue;
}

/// A body as JavaScript has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct JsBody {
    text: Option<JsString>,
    /// The parsed document; undefined where it is not JSON.
    pub(crate) document: JsValue,
}

impl Content for JsBody {
    type Item = JsValue;

    fn item(&self, index: usize) -> JsValue {
        let list = fields(&self.document).map(|fields| fields.data());
        let list = list.and_then(|list| list.dyn_into::<Array>().ok());
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        list.map_or(JsValue::UNDEFINED, |list| list.get(index))
    }

    fn text(&self) -> String {
        self.text.as_ref().map(String::from).unwrap_or_default()
    }
}

/// Reads the body and what of it matters into the answer.
pub(crate) async fn read_body(reply: &Reply, length: Option<usize>, answer: &mut Answer<JsBody>) {
    let (text, end) = match length {
        // The runtime's own reader is the fastest. It has no limit, so the length must be known.
        Some(length) if length <= MAX_BODY => whole_text(reply).await,
        Some(_) => (None, End::TooLarge),
        None => streamed_text(reply).await,
    };
    answer.end = end;
    if let Some(text) = text {
        if answer.end == End::Whole
            && let Ok(document) = parse_json(&text)
        {
            answer.json = true;
            answer.payload = payload(&document, (200..300).contains(&answer.status));
            answer.content.document = document;
        }
        answer.content.text = Some(text);
    }
}

async fn whole_text(reply: &Reply) -> (Option<JsString>, End) {
    match settled(reply.text())
        .await
        .map(JsCast::dyn_into::<JsString>)
    {
        Ok(Ok(text)) => (Some(text), End::Whole),
        Ok(Err(_)) => (None, End::Whole),
        Err(thrown) => (None, End::Broken(cause(&thrown))),
    }
}

async fn streamed_text(reply: &Reply) -> (Option<JsString>, End) {
    let Some(reader) = reader(reply) else {
        // No body at all, or a look-alike's.
        return whole_text(reply).await;
    };
    let mut bytes = Vec::new();
    let end = loop {
        match next_chunk(&reader).await {
            Ok(Some(chunk)) => {
                let room = MAX_BODY - bytes.len();
                if chunk.length() as usize > room {
                    let part = chunk.subarray(0, u32::try_from(room).unwrap_or(0));
                    bytes.extend(part.to_vec());
                    break End::TooLarge;
                }
                bytes.extend(chunk.to_vec());
            }
            Ok(None) => break End::Whole,
            Err(cause) => break End::Broken(cause),
        }
    };
    (Some(TextDecoder::new().decode(&bytes)), end)
}

fn reader(reply: &Reply) -> Option<ByteReader> {
    let body = reply.body().ok().filter(JsValue::is_object)?;
    body.unchecked_ref::<ByteStream>().get_reader().ok()
}

/// The next bytes; `None` at the end.
async fn next_chunk(reader: &ByteReader) -> Result<Option<Uint8Array>, Box<Cause>> {
    let chunk = settled(reader.read())
        .await
        .map_err(|thrown| cause(&thrown))?;
    let not_bytes = || Cause::new("TypeError", "the body is not a stream of bytes".into());
    if !chunk.is_object() {
        return Err(not_bytes());
    }
    let chunk: &Chunk = chunk.unchecked_ref();
    if chunk.done().is_ok_and(|done| done.is_truthy()) {
        return Ok(None);
    }
    match chunk.value().map(JsCast::dyn_into::<Uint8Array>) {
        Ok(Ok(bytes)) => Ok(Some(bytes)),
        _ => Err(not_bytes()),
    }
}

/// What of a JSON object matters: of a success what makes it one, else what the error tells.
fn payload(document: &JsValue, is_success: bool) -> Option<Payload> {
    let text = |value: JsValue| value.as_string();
    let facts = batched::facts(document)?;
    let mut lines = facts.split('\n');
    let is_list = line(&mut lines).is_some();
    let mut owned = || line(&mut lines).map(str::to_owned);
    let fields: &Fields = document.unchecked_ref();
    let mut payload = Payload {
        id: owned(),
        kind: owned(),
        processing_status: owned(),
        page: is_list.then(|| page(fields)).flatten(),
        ..Payload::default()
    };
    // A text of several lines is none of the API's.
    if lines.next().is_some() {
        return None;
    }
    if !is_success || payload.kind.as_deref() == Some("error") {
        payload.request_id = text(fields.request_id());
        if let Some(error) = self::fields(&fields.error()) {
            payload.error_type = text(error.kind());
            payload.error_message = text(error.message());
            payload.error_code =
                self::fields(&error.details()).and_then(|details| text(details.error_code()));
        }
    }
    Some(payload)
}

/// A list with all its elements; none of them may be missing.
fn page(fields: &Fields) -> Option<Page> {
    let list = fields.data().dyn_into::<Array>().ok()?;
    let mut batches = Vec::new();
    for batch in list.iter() {
        batches.push(listed(&batch)?);
    }
    Some(Page {
        has_more: fields.has_more().as_bool()?,
        last_id: fields.last_id().as_string(),
        batches,
    })
}

fn listed(batch: &JsValue) -> Option<Listed<()>> {
    let batch = fields(batch)?;
    let time = |value: JsValue| rfc3339(&value.as_string()?);
    Some(Listed {
        id: batch.id().as_string()?,
        state: State::read(batch.processing_status().as_string().as_deref()),
        created_at: time(batch.created_at()),
        ended_at: time(batch.ended_at()),
        item: (),
    })
}

fn fields(value: &JsValue) -> Option<Fields> {
    let is_fields = value.is_object() && !Array::is_array(value);
    is_fields.then(|| value.clone().unchecked_into())
}
