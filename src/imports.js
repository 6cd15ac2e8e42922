// The functions of JavaScript that the wasm imports, besides the runtime's own. src/border.rs,
// src/request.rs and src/environment.rs document each.

export const action = (call, kind, ms, value, more) => [call, kind, ms, value, more];

/** A `RequestInit` without a prototype, so that a polluted `Object.prototype` adds nothing to it. */
class Init {
  constructor([method, redirect, cache, body], headers, { signal }) {
    this.method = method;
    this.redirect = redirect;
    if (cache) this.cache = cache;
    // Node copies the members into an object that has a prototype: an own `null` keeps a polluted body out.
    this.body = body ? emptyStream() : null;
    if (body) this.duplex = "half";
    this.headers = headers;
    this.signal = signal;
  }
}
Object.setPrototypeOf(Init.prototype, null);

const CLOSED = { __proto__: null, type: "bytes", start: (controller) => controller.close() };

/**
 * A body that `fetch` can't send twice. Bun recognizes an empty stream that has no sink; workerd before 2022-11-30
 * has no other. In later versions a sink costs several times the CPU.
 */
function emptyStream() {
  if (!globalThis.Bun) {
    try {
      return new ReadableStream(CLOSED);
    } catch {}
  }
  const { readable, writable } = new TransformStream();
  writable.close().catch(() => {});
  return readable;
}

export function requestInit(text, controller) {
  // Node's fetch would hand the request to it, and the key with it.
  if ({}.dispatcher) throw new TypeError("Object.prototype.dispatcher is set: fetch would use it");
  const lines = text.split("\n");
  const headers = {};
  for (let at = 4; at + 1 < lines.length; at += 2) headers[lines[at]] = lines[at + 1];
  return new Init(lines, headers, controller);
}

export function environment(name) {
  try {
    // Own properties alone: a property of a polluted prototype is not a setting.
    const { env } = Object.hasOwn(globalThis, "process") ? globalThis.process : {};
    const value = env && Object.hasOwn(env, name) ? env[name] : undefined;
    return typeof value === "string" ? value : undefined;
  } catch {
    // The runtime does not permit it. No variable has this character.
    return "\0";
  }
}
