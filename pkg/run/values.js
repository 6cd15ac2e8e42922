// Encodes JavaScript's values as one string, which the wasm reads in one crossing. src/options/value.rs has the format.

import { RETRIEVE } from "../wasm/numbers.js";

/** The longest string that is copied into the wasm, and the most elements of an array. */
const LONGEST_STRING = 65_536;
const MOST_ELEMENTS = 1_000;
/** The most prototypes of an options object that are read. */
const DEEPEST = 100;

/** Describes a value; `depth` bounds nested arrays. */
function describe(value, depth) {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST_STRING ? `L${value.length}:` : `"${value.length}:${value}`;
    case "undefined":
      return "u";
    case "boolean":
      return value ? "t" : "f";
    case "number":
      return Number.isSafeInteger(value) ? `#${value}:` : describeNumber(value);
    case "symbol":
      return inWords("a symbol");
    case "bigint":
      return inWords("a bigint");
    case "function":
      return "F";
  }
  if (value === null) return "n";
  if (Array.isArray(value)) return describeArray(value, depth);
  // A date of another realm is also a date.
  if (Object.prototype.toString.call(value) === "[object Date]") {
    const ms = Date.prototype.getTime.call(value);
    return Number.isNaN(ms) ? inWords("an invalid Date") : `D${ms}:`;
  }
  return "O";
}

const inWords = (kind) => `K${kind.length}:${kind}`;

function describeNumber(value) {
  if (!Number.isFinite(value)) return inWords(`${value}`);
  return inWords(Number.isInteger(value) ? "a number too large" : "a number with a fraction");
}

function describeArray(values, depth) {
  if (values.length > MOST_ELEMENTS)
    return inWords(`an array of more than ${MOST_ELEMENTS} elements`);
  if (depth === 0) return inWords("an array");
  let text = "";
  for (let index = 0; index < values.length; index += 1) text += describe(values[index], depth - 1);
  return `[${text.length}:${text}`;
}

/** Describes any value. A revoked proxy, whose every property throws, is an object. */
export function encode(value) {
  // The fast path, for most values.
  if (typeof value === "string" && value.length <= LONGEST_STRING) {
    return `"${value.length}:${value}`;
  }
  if (value === undefined) return "u";
  try {
    return describe(value, 2);
  } catch {
    return "O";
  }
}

/** Describes an `AbortSignal`, which may be of another realm, or a polyfill's. */
function encodeSignal(signal) {
  const isSignal =
    typeof signal === "object" &&
    signal !== null &&
    typeof signal.aborted === "boolean" &&
    typeof signal.addEventListener === "function" &&
    typeof signal.removeEventListener === "function";
  return isSignal ? "A" : encode(signal);
}

/** The options that are read in a way of their own. */
const READERS = {
  __proto__: null,
  /** Describes a function, or an object with the method, such as a Worker's service binding. */
  fetch(given, kept) {
    if (typeof given !== "object" || typeof given?.fetch !== "function") return encode(given);
    kept.fetch = (url, init) => given.fetch(url, init);
    return "F";
  },
  /** Describes a `Headers`, an iterable of pairs or a plain object as an array of pairs. */
  headers(headers) {
    if (typeof headers !== "object" || headers === null) return encode(headers);
    const list = [];
    const isIterable = typeof headers[Symbol.iterator] === "function";
    for (const pair of isIterable ? headers : Object.entries(headers)) {
      if (list.push(pair) > MOST_ELEMENTS)
        return inWords(`one of more than ${MOST_ELEMENTS} headers`);
    }
    return describe(list, 2);
  },
  signal: encodeSignal,
  drain: encodeSignal,
};

/** Makes a table of lines: the index of each option, and how it is read, by its name. */
export const tableOf = (lines) =>
  new Map(
    lines
      .trim()
      .split("\n")
      .map((line) => {
        const [index, name] = line.split(":");
        return [name, { index, read: READERS[name] ?? encode }];
      }),
  );

/** The defaults of a client, and the options of a call. A property would run the traps of a proxy. */
const LAYERS = /* @__PURE__ */ new WeakMap();

/** Makes an object that stands for a client's defaults and the options of a call. */
export function withDefaults(runtime, defaults, options) {
  const given = {};
  LAYERS.set(given, { runtime, defaults, options });
  return given;
}

/** Describes a client's defaults: options that every call takes. */
function encodeLayers({ runtime, defaults, options }, table, kept) {
  const every = runtime.instance.tables[RETRIEVE];
  return `${encodeOptions(defaults, every, kept)}+${encodeOptions(options, table, kept)}`;
}

/**
 * Reads an options object, each property once: `{`, then the index and the value of each option;
 * at the first name that is not an option, `?` and the name. Functions and objects are kept by name in
 * `kept`. Anything but an object is described.
 */
export function encodeOptions(given, table, kept) {
  const layers = LAYERS.get(given);
  if (layers) return encodeLayers(layers, table, kept);
  const kind = encode(given);
  if (kind !== "O") return kind;
  let text = "{";
  try {
    for (const name of Object.keys(given)) {
      const option = table.get(name);
      if (option === undefined) return `${text}?${name.length}:${name}`;
      text += readOption(given, name, option, kept);
    }
    // Options of a class have getters on their prototypes. The prototype of all objects has none of them. A
    // proxy may be its own prototype.
    let prototype = Object.getPrototypeOf(given);
    let seen;
    for (let depth = 0; prototype && !seen?.has(prototype); depth += 1) {
      const next = Object.getPrototypeOf(prototype);
      if (next === null) break;
      if (depth === DEEPEST) return inWords(`one of more than ${DEEPEST} prototypes`);
      seen ??= new Set();
      seen.add(prototype);
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const option = table.get(name);
        if (option && !seen.has(name) && !Object.hasOwn(given, name)) {
          seen.add(name);
          text += readOption(given, name, option, kept);
        }
      }
      prototype = next;
    }
  } catch {
    return "X";
  }
  return text;
}

function readOption(given, name, { index, read }, kept) {
  try {
    const value = given[name];
    if (typeof value === "object" || typeof value === "function") kept[name] = value;
    return `${index}:${read(value, kept)}`;
  } catch {
    // The getter or the iterator threw.
    return `${index}:X`;
  }
}

/** Describes a thrown value: name, message and code of each error in the chain of causes. */
export function encodeCauses(thrown) {
  if (typeof thrown !== "object" || thrown === null) return encode(thrown);
  let text = "";
  for (let depth = 6; depth > 0 && typeof thrown === "object" && thrown !== null; depth -= 1) {
    const message = property(thrown, "message");
    // An AggregateError (no address could be reached) has the messages in its errors.
    const joined = message === EMPTY ? messagesOf(thrown) : message;
    text += `E${property(thrown, "name")}${joined}${property(thrown, "code")}`;
    try {
      thrown = thrown.cause;
    } catch {
      break;
    }
  }
  return text;
}

const EMPTY = /* @__PURE__ */ describe("", 0);

function messagesOf(thrown) {
  try {
    const { errors } = thrown;
    return Array.isArray(errors) ? encode(errors.map(({ message }) => message).join("; ")) : EMPTY;
  } catch {
    return EMPTY;
  }
}

/** Describes a property; one whose getter throws is undefined. */
export function property(object, name) {
  try {
    return encode(object[name]);
  } catch {
    return "u";
  }
}

/** Describes an own property: the properties of a polluted prototype are not part of a document. */
export const encodeOwn = (object, name) => encode(own(object, name));

export const own = (object, name) =>
  object != null && Object.hasOwn(object, name) ? object[name] : undefined;
