// The body of the API's response, handed on to the page while it arrives.

import * as n from "../wasm/numbers.js";
import { isObject } from "./parts.js";
import { bodyLength, bytesOf } from "./receive.js";

/** The most bytes of a body that are copied into the wasm at once: its memory never shrinks. */
const MOST_BYTES = 65_536;

/**
 * Returns the body for the page. The page's signal aborts the request until the body has ended: a runtime
 * that cancels a stream waits for its next bytes.
 * @param secrets the secrets that the wasm masks, one a line
 */
export function streamed(response, secrets, { signal }, controller, instance, isOwnFetch) {
  const { body } = response;
  if (!isObject(body)) return null;
  const abort = () => controller.abort();
  signal?.addEventListener?.("abort", abort);
  if (!secrets) return body;
  // The body of an object that imitates a Response may be anything that a Response takes.
  const source = typeof body.getReader === "function" ? body : new Response(body).body;
  const reader = source.getReader();
  const parts = masked(reader, (held, part, more) =>
    instance.enter("mask", secrets, held, part, more),
  );
  const end = () => signal?.removeEventListener?.("abort", abort);
  const cancel = (reason) => {
    end();
    return reader.cancel(reason);
  };
  const pull = async (controller) => {
    try {
      const { done, value } = await parts.next();
      if (!done) return controller.enqueue(value);
      end();
      controller.close();
    } catch (thrown) {
      cancel(thrown).catch(() => {});
      throw thrown;
    }
  };
  // Reads nothing before the page does.
  const stream = new ReadableStream(
    { __proto__: null, pull, cancel },
    { __proto__: null, highWaterMark: 0 },
  );
  return ofLength(stream, bodyLength(response, instance.limits[n.OF_STREAM], isOwnFetch));
}

/** Yields the body part by part. `mask` is that of src/masking.rs. */
async function* masked(reader, mask) {
  let held = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    let rest = done ? new Uint8Array(0) : bytesOf(value);
    do {
      const [shown, kept] = mask(held, rest.subarray(0, MOST_BYTES), !done);
      held = kept;
      if (shown.length > 0) yield shown;
      rest = rest.subarray(MOST_BYTES);
    } while (rest.length > 0);
    if (done) return;
  }
}

/**
 * Returns the same stream with its length stated, which masking keeps. workerd ends a failed stream of JavaScript as if
 * it were whole; with the length, a client detects that it broke off.
 */
function ofLength(stream, length) {
  if (length === undefined || typeof FixedLengthStream !== "function") return stream;
  const fixed = new FixedLengthStream(length);
  // `pipeTo` passes an error of either side to the other, and so to the client.
  stream.pipeTo(fixed.writable).catch(() => {});
  return fixed.readable;
}
