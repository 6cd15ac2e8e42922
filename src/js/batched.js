// Reads and actions of several steps for the wasm, in one crossing each: a crossing takes as long as
// the work itself. No decision is made here; batched.rs documents each function.

const FULFILLED = 0;
const REJECTED = 1;
const TIMER = 2;
const ABORTED = 3;
const CUT = 4;

/** The longest string that is copied into the wasm, and the most elements of an array. */
const LONGEST_TEXT = 65_536;
const MOST_ELEMENTS = 1_000;

/** The function that every promise, timer and signal calls. */
export let dispatch;
let watches;
/** The exchanges that have a timer or a request. */
let live;

export function setUp(handler) {
  dispatch = handler;
  watches = new Map();
  const exchanges = new Set();
  live = exchanges;
  handler.abandon = () => {
    for (const exchange of exchanges) cancel(exchange);
  };
}

export function describe(value, handles, depth) {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST_TEXT ? `L${value.length}:` : `"${value.length}:${value}`;
    case "undefined":
      return "u";
    case "boolean":
      return value ? "t" : "f";
    case "number":
      return Number.isSafeInteger(value) ? `#${value}:` : "K8:a number";
    case "symbol":
      return "K8:a symbol";
    case "bigint":
      return "K8:a bigint";
    case "function":
      return "F";
  }
  if (value === null) return "n";
  if (Array.isArray(value)) {
    if (depth === 0 || value.length > MOST_ELEMENTS) return "K8:an array";
    let text = "";
    for (let index = 0; index < value.length; index += 1) {
      text += describe(value[index], handles, depth - 1);
    }
    return `[${text.length}:${text}`;
  }
  // A date of another realm is a date, too.
  if (Object.prototype.toString.call(value) === "[object Date]") {
    return "K6:a Date";
  }
  return "O";
}

function property(object, name, handles) {
  let value;
  try {
    value = object[name];
    if (typeof value === "function") handles[name] = value;
    if (name === "headers" && any(value) === "O") return pairs(value);
  } catch {
    return "X";
  }
  return any(value, handles);
}

/** A revoked proxy fails at every look. */
function any(value, handles) {
  try {
    return describe(value, handles, 2);
  } catch {
    return "O";
  }
}

export function value(given, handles) {
  return any(given, handles);
}

export function options(given, known, handles) {
  const kind = any(given, []);
  if (kind !== "O") return kind;
  let text = "{";
  for (const name of Object.keys(given)) {
    const index = known.indexOf(name);
    if (index < 0) return `${text}?${name.length}:${name}`;
    text += `${index}:${property(given, name, handles)}`;
  }
  // Options of a class have getters on their prototypes. That of all objects has none of them.
  let prototype = Object.getPrototypeOf(given);
  const seen = new Set();
  while (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const index = known.indexOf(name);
      if (index >= 0 && !seen.has(name) && !Object.hasOwn(given, name)) {
        seen.add(name);
        text += `${index}:${property(given, name, handles)}`;
      }
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return text;
}

export function pairs(headers) {
  const list = [];
  const isIterable = typeof headers[Symbol.iterator] === "function";
  for (const pair of isIterable ? headers : Object.entries(headers)) {
    if (list.push(pair) === MOST_ELEMENTS) break;
  }
  return describe(list, [], 2);
}

export function names(text) {
  return text.trim().split("\n");
}

export function globals(paths) {
  let text = "";
  for (const path of paths.split("\n")) {
    let value = globalThis;
    try {
      for (const name of path.split(".")) value = value?.[name];
    } catch {
      value = undefined;
    }
    text += any(value, []);
  }
  return text;
}

export function environment(name) {
  // Own properties alone: a property that somebody gave to a prototype is no setting.
  const { env } = Object.hasOwn(globalThis, "process") ? globalThis.process : {};
  return env && Object.hasOwn(env, name) ? env[name] : undefined;
}

export function now() {
  return typeof performance === "object" ? performance.now() : Date.now();
}

function timer(ms, task, channel, turn) {
  return ms < 0 ? undefined : setTimeout(dispatch, ms, task, channel, turn, TIMER);
}

export function wait(ms, task, channel, turn) {
  const exchange = { timer: timer(ms, task, channel, turn), live };
  live.add(exchange);
  return exchange;
}

export function settle(value, task, channel, turn) {
  const notify = dispatch;
  Promise.resolve(value).then(
    (result) => notify(task, channel, turn, FULFILLED, result),
    (thrown) => notify(task, channel, turn, REJECTED, thrown),
  );
}

export function credential(given, ms, task, channel, turn) {
  settle(given(), task, channel, turn);
  return wait(ms, task, channel, turn);
}

export function ignore(value) {
  Promise.resolve(value).then(undefined, () => {});
}

export function send(given, request, other, ms, task, channel, turn) {
  const lines = request.split("\n");
  const headers = {};
  for (let at = 3; at + 1 < lines.length; at += 2) headers[lines[at]] = lines[at + 1];
  const controller = new AbortController();
  let { signal } = controller;
  if (other) {
    try {
      signal = AbortSignal.any([signal, other]);
    } catch {
      // One of another realm can't be joined; then the runtime's own cancelling must do.
    }
  }
  const init = { method: lines[0], headers, redirect: lines[2], signal };
  const exchange = {
    controller,
    live,
    timer: undefined,
    response: undefined,
    text: "",
    document: undefined,
  };
  exchange.timer = timer(ms, task, channel, turn);
  let promise;
  try {
    // Looked up at each call, as tests that replace it expect.
    promise = given ? given(lines[1], init) : fetch(lines[1], init);
  } catch (thrown) {
    promise = Promise.reject(thrown);
  }
  settle(promise, task, channel, turn);
  live.add(exchange);
  return exchange;
}

export function release(exchange) {
  clearTimeout(exchange.timer);
  exchange.live.delete(exchange);
}

export function cancel(exchange) {
  release(exchange);
  exchange.controller?.abort();
}

const line = (value) => (typeof value === "string" ? `=${value}` : "");

export function head(response, wanted, exchange) {
  exchange.response = response;
  const { status, headers } = response;
  // Behind the status: "c" where headers may be hidden, "u" where the network has sent it.
  let lines = typeof status === "number" ? `${status}` : "";
  lines += `${response.type === "cors" ? "c" : ""}${response.url ? "u" : ""}`;
  for (const name of wanted) lines += `\n${line(headers.get(name))}`;
  return lines;
}

export function headers(object) {
  let lines = "";
  object.headers.forEach((value, name) => {
    if (typeof name === "string" && typeof value === "string")
      lines += `${name.toLowerCase()}\n${value}\n`;
  });
  return lines;
}

export function read(exchange, most, task, channel, turn) {
  const notify = dispatch;
  const { response } = exchange;
  const body = most < 0 ? undefined : response.body;
  const reader = typeof body === "object" && body !== null ? body.getReader() : undefined;
  const text = reader ? stream(reader, most, exchange) : response.text();
  Promise.resolve(text).then(
    (result) => {
      if (typeof result === "string") exchange.text = result;
      notify(task, channel, turn, result === CUT ? CUT : FULFILLED);
    },
    (thrown) => notify(task, channel, turn, REJECTED, thrown),
  );
}

async function stream(reader, most, exchange) {
  const decoder = new TextDecoder();
  let room = most;
  for (;;) {
    const chunk = await reader.read();
    const value = chunk?.value;
    if (chunk?.done) {
      exchange.text += decoder.decode();
      return undefined;
    }
    const bytes = bytesOf(value);
    exchange.text += decoder.decode(bytes.subarray(0, room), { stream: true });
    // Of empty chunks, too, a stream must end: while they come at once, no timer fires.
    room -= bytes.length || 1_024;
    if (room < 0) return CUT;
  }
}

export function bytesOf(value) {
  if (!ArrayBuffer.isView(value)) throw new TypeError("the body is not a stream of bytes");
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

export function text(exchange) {
  return exchange.text;
}

export function facts(exchange) {
  release(exchange);
  let document;
  try {
    document = JSON.parse(exchange.text);
  } catch {
    return undefined;
  }
  exchange.document = document;
  if (typeof document !== "object" || document === null || Array.isArray(document)) return "";
  const error = own(document, "error");
  return (
    (Array.isArray(own(document, "data")) ? "[" : "") +
    factsOf(document, ["id", "type", "processing_status", "request_id"]) +
    factsOf(error, ["type", "message"]) +
    factsOf(own(error, "details"), ["error_code"])
  );
}

function factsOf(object, names) {
  let facts = "";
  for (const name of names) facts += describe(own(object, name), [], 0);
  return facts;
}

/** An own property: those of a polluted prototype are no part of a response. */
function own(object, name) {
  return object != null && Object.hasOwn(object, name) ? object[name] : undefined;
}

export function page(exchange) {
  const { document } = exchange;
  let page = factsOf(document, ["has_more", "last_id"]);
  for (const batch of document.data) {
    if (typeof batch !== "object" || batch === null || Array.isArray(batch)) return undefined;
    page += factsOf(batch, ["id", "processing_status", "created_at", "ended_at"]);
  }
  return page;
}

export function complete(exchange, requestId, resolve) {
  const { document } = exchange;
  if (requestId !== undefined) hide(document, "_request_id", requestId);
  resolve(document);
}

export function hide(object, name, value) {
  Object.defineProperty(object, name, { value, enumerable: false });
}

export function watch(signal, task) {
  let watch = watches.get(signal);
  if (!watch) {
    const notify = dispatch;
    const tasks = new Set();
    const listener = () => {
      for (const each of tasks) notify(each, 0, 0, ABORTED);
    };
    watch = { tasks, listener };
    signal.addEventListener("abort", listener);
    watches.set(signal, watch);
  }
  watch.tasks.add(task);
}

export function unwatch(signal, task) {
  const watch = watches.get(signal);
  if (!watch?.tasks.delete(task) || watch.tasks.size > 0) return;
  watches.delete(signal);
  signal.removeEventListener("abort", watch.listener);
}

export function documents(exchange) {
  return exchange.document.data;
}

export function iterate(ids) {
  const make = ids[Symbol.asyncIterator] ?? ids[Symbol.iterator];
  return typeof make === "function" ? make.call(ids) : undefined;
}

export function isAsync(ids) {
  return typeof ids[Symbol.asyncIterator] === "function";
}

export function next(iterator) {
  return iterator.next();
}

export function close(iterator) {
  return iterator.return?.();
}

export function step(result) {
  if (typeof result !== "object" || result === null) {
    throw new TypeError("ids: the iterator's result is not an object");
  }
  return result.done ? "" : any(result.value, []);
}
