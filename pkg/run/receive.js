// One exchange, one event: awaits a response, reads its body within the limits that the wasm states, and
// describes both as one string, which src/response.rs reads: a status, headers, and how the body ended (N not
// read, C too large, X broken, W whole but not JSON, J JSON); or a colon and the missing parts of another value.

import { BatchError } from "../errors.js";
import * as n from "../wasm/numbers.js";
import { isDocument } from "./parts.js";
import { encode, encodeCauses, encodeOwn, own, property } from "./values.js";

/** Reads the limits of a response from the lines that the wasm states. */
export function limitsOf(lines) {
  const [length, encoding, crossOrigin, bodyless, most, streamed, ...wanted] = lines.split("\n");
  const numbers = { most: Number(most), streamed: Number(streamed) };
  return { length, encoding, crossOrigin, bodyless, wanted, ...numbers };
}

/** Makes the parts of an exchange that stay in JavaScript. `isWhole` is true once nothing is left to abort. */
export const newExchange = () => ({
  response: undefined,
  reader: undefined,
  text: "",
  document: undefined,
  isWhole: false,
});

/**
 * Resolves with an event. Rejects only with an error that `fetch` threw at once, which is the caller's mistake, or
 * with an error by which a framework steers itself.
 */
export async function receive(exchange, promise, limits, isOwnFetch, isSent) {
  let response;
  try {
    response = await promise;
  } catch (thrown) {
    if (!isSent && isOwnFetch && typeof globalThis.fetch !== "function") throw lackingFetch();
    if (!isSent || isSteering(thrown)) throw thrown;
    return [n.LOST, encodeCauses(thrown)];
  }
  let head;
  let length;
  try {
    exchange.response = response;
    head = describeHead(response, limits);
    const { status } = response;
    exchange.isWhole = limits.streamed === status;
    if (exchange.isWhole || limits.bodyless.includes(Math.trunc(status / 100))) {
      return [n.RESPONDED, `${head}N`];
    }
    length = bodyLength(response, limits, isOwnFetch);
    if (length > limits.most) return [n.RESPONDED, `${head}C`];
  } catch {
    return [n.RESPONDED, describeLack(response)];
  }
  try {
    // The runtime's own reader is the fastest. It has no limit, so the length must be known.
    if (length >= 0 || typeof response.body?.getReader !== "function") {
      if (typeof response.text !== "function") return [n.RESPONDED, describeLack(response)];
      const text = await response.text();
      if (typeof text === "string") exchange.text = text;
    } else if (!(await readStream(exchange, limits.most))) {
      return [n.RESPONDED, `${head}C`];
    }
  } catch (thrown) {
    if (isSteering(thrown)) throw thrown;
    return [n.RESPONDED, `${head}X${encodeCauses(thrown)}`];
  }
  exchange.isWhole = true;
  return [n.RESPONDED, head + describeDocument(exchange)];
}

const lackingFetch = () =>
  new BatchError({
    code: "invalid_option",
    option: "fetch",
    message: "fetch must be a function: this runtime has no global fetch",
    retryable: false,
    maybeApplied: false,
    attempts: 0,
  });

/** Returns whether a framework steers itself by an error, which must reach it: Next's have a string `digest`. */
export function isSteering(thrown) {
  try {
    return typeof thrown?.digest === "string";
  } catch {
    return false;
  }
}

/** Describes the status, the type and the headers. A success has only the wanted headers, if any are named. */
function describeHead(response, { wanted }) {
  const { status, type, ok, headers } = response;
  let text = encode(status) + encode(type);
  if (ok === true && wanted.length > 0) {
    text += `${wanted.length}:`;
    for (const name of wanted) text += encode(headers.get(name));
    return text;
  }
  const lines = [];
  headers.forEach((value, name) => {
    if (typeof name === "string" && typeof value === "string")
      lines.push(name.toLowerCase(), value);
  });
  text += `H#${Date.now()}:${lines.length}:`;
  for (const line of lines) text += encode(line);
  return text;
}

/**
 * Returns the length of the body as it is read, if the headers state it. Across origins a content-encoding may be
 * hidden, and a response that the caller's function has made may lack it; a response with a URL is from the
 * network.
 */
export function bodyLength(response, limits, isOwnFetch) {
  // Node makes the string of the URL anew each time.
  const isOfNetwork = isOwnFetch || response.url;
  if (!isOfNetwork || response.type === limits.crossOrigin) return undefined;
  const { headers } = response;
  if (headers.get(limits.encoding)) return undefined;
  const length = headers.get(limits.length);
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

/** The parts that every response has; a body may replace the last. */
const PARTS = ["status", "headers", "text"];

/** Names the parts of a response that a value lacks. */
const describeLack = (value) =>
  `: it lacks ${PARTS.filter((name) => "un".includes(property(value, name))).join(", ")}`;

/** Reads a stream of bytes; resolves with true if it ended within the limit. */
async function readStream(exchange, most) {
  exchange.reader = exchange.response.body.getReader();
  const { reader } = exchange;
  const decoder = new TextDecoder();
  let room = most;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      exchange.text += decoder.decode();
      return true;
    }
    const bytes = bytesOf(value);
    exchange.text += decoder.decode(bytes.subarray(0, room), { stream: true });
    // An empty chunk counts as 1 KiB: an endless stream of them would starve the timers.
    room -= bytes.length || 1_024;
    if (room < 0) return false;
  }
}

/** Returns the same bytes as a Uint8Array of this realm. */
export function bytesOf(value) {
  if (!ArrayBuffer.isView(value)) throw new TypeError("the body is not a stream of bytes");
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Parses the string, keeps the document, and describes the fields that decide. */
function describeDocument(exchange) {
  let document;
  try {
    document = JSON.parse(exchange.text);
  } catch {
    return "W";
  }
  exchange.document = document;
  if (!isDocument(document)) return "J";
  let text = `J${encodeOwn(document, "id")}${encodeOwn(document, "type")}`;
  text += encodeOwn(document, "processing_status") + encodeOwn(document, "request_id");
  const error = own(document, "error");
  if (error !== undefined) {
    const code = encodeOwn(own(error, "details"), "error_code");
    text += `E${encodeOwn(error, "type")}${encodeOwn(error, "message")}${code}`;
  }
  return text + describePage(own(document, "data"), document);
}

const OF_A_BATCH = ["id", "processing_status", "created_at", "ended_at"];

/** Describes the fields of a list. An entry that is not an object has none. */
function describePage(data, document) {
  if (!Array.isArray(data)) return "";
  let text = `P${data.length}:${encodeOwn(document, "has_more")}${encodeOwn(document, "last_id")}`;
  for (const batch of data) {
    for (const name of OF_A_BATCH) text += encodeOwn(batch, name);
  }
  return text;
}
