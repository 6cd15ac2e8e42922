// The relay's part in JavaScript: reads a page's request, and makes its response. relay_parts.rs
// documents each function.

import { bytesOf, describe, dispatch } from "./batched.js";

/** An asterisk. */
const MASK = 42;
/** The most bytes of a body that are copied into the wasm at once: its memory never shrinks. */
const MOST_BYTES = 65_536;

export function visit(request) {
  let size = 0;
  let lines = "";
  request.headers.forEach((value, name) => {
    size += name.length + value.length;
    lines += `${name}\n${value}\n`;
  });
  return `${size}:${describe(request.method, [], 0)}${describe(request.url, [], 0)}${lines}`;
}

export function decorate(response, lines, resolve) {
  const headers = new Headers(response.headers);
  headers.append("vary", "origin");
  const parts = lines.split("\n");
  for (let index = 0; index + 1 < parts.length; index += 2) {
    headers.set(parts[index], parts[index + 1]);
  }
  const { status, statusText } = response;
  resolve(new Response(response.body, { status, statusText, headers }));
}

export function respond(body, status, lines, secrets, length, resolve) {
  const headers = [];
  const parts = lines.split("\n");
  for (let index = 0; index + 1 < parts.length; index += 2) {
    headers.push([parts[index], parts[index + 1]]);
  }
  const shown = secrets ? ofLength(masked(body, secrets), length) : body;
  resolve(new Response(shown, { status, headers }));
}

/**
 * The same body, of that many bytes: masking keeps the length. workerd ends a stream of JavaScript that
 * fails as if it were whole; with its length stated, a client sees that it broke off.
 */
function ofLength(body, length) {
  if (length === undefined || typeof FixedLengthStream !== "function") return body;
  const fixed = new FixedLengthStream(length);
  // An error of either side reaches the other, and the client.
  body.pipeTo(fixed.writable).catch(() => {});
  return fixed.readable;
}

/** The body, in which each secret is overwritten while it streams. */
function masked(body, secrets) {
  const { mask } = dispatch;
  // A look-alike's body may be anything that a Response takes.
  const source = typeof body.getReader === "function" ? body : new Response(body).body;
  const reader = source.getReader();
  let rest = new Uint8Array(0);
  // The bytes that are given again: one that was handed on, and those that were held back.
  let kept = rest;
  let [from, hidden] = [0, 0];
  const pull = async (controller) => {
    for (;;) {
      const { done, value } = rest.length > 0 ? {} : await reader.read();
      if (value) rest = bytesOf(value);
      const bytes = joined(kept, rest.subarray(0, MOST_BYTES));
      rest = rest.subarray(MOST_BYTES);
      const [ready, behind, ...ranges] = mask(secrets, bytes, from, hidden, !done).split(" ");
      const shown = bytes.slice(from, ready);
      for (let index = 0; index < ranges.length; index += 2) {
        shown.fill(MASK, ranges[index] - from, ranges[index + 1] - from);
      }
      const start = Math.max(0, ready - 1);
      [kept, hidden, from] = [bytes.slice(start), +behind, ready - start];
      if (shown.length > 0) controller.enqueue(shown);
      if (done) controller.close();
      if (done || shown.length > 0) return;
    }
  };
  const cancel = (reason) => reader.cancel(reason);
  const guarded = async (controller) => {
    try {
      await pull(controller);
    } catch (thrown) {
      Promise.resolve(thrown)
        .then(cancel)
        .catch(() => {});
      throw thrown;
    }
  };
  // Nothing is read before it is wanted.
  return new ReadableStream({ pull: guarded, cancel }, { highWaterMark: 0 });
}

function joined(before, behind) {
  const bytes = new Uint8Array(before.length + behind.length);
  bytes.set(before);
  bytes.set(behind, before.length);
  return bytes;
}
