// Makes the calls into the wasm from an entry's way of loading it.

import { internalError } from "./errors.js";
import { limitsOf } from "./run/receive.js";
import { encode, tableOf } from "./run/values.js";
import { interrupt } from "./run/within.js";
import { CANCEL_MANY } from "./wasm/numbers.js";

/** The paths in the global object whose values say where this runs, in the order of src/options/host.rs. */
const GLOBALS = [
  "navigator.userAgent",
  "location.origin",
  "process.versions.node",
  "process.type",
  "window.document",
  "WorkerGlobalScope",
  "Deno",
  "Bun",
  "EdgeRuntime",
];

/** Replaces `WebAssembly is not defined`, which reads as a fault of this package. */
const LACKING =
  "this runtime has no WebAssembly (React Native's Hermes, Lockdown Mode and node --jitless have none)";

/** Returns whether `fetch` takes the member `cache`. workerd refuses it before the date 2024-11-11. */
function takesCache() {
  try {
    return Boolean(new Request("http://localhost", { cache: "no-store" }));
  } catch {
    return false;
  }
}

function describeGlobals() {
  let text = encode(takesCache());
  for (const path of GLOBALS) {
    let value = globalThis;
    try {
      for (const name of path.split(".")) value = value?.[name];
    } catch {
      value = undefined;
    }
    text += encode(value);
  }
  return text;
}

const stopped = (trap) => internalError("has stopped", trap, true);

/** Returns the milliseconds of a monotonic clock, if there is one. */
const now = () =>
  typeof globalThis.performance?.now === "function" ? performance.now() : Date.now();

/**
 * Makes the calls into one wasm module. `load` returns an instance or a promise of one: `load.js` makes both. A
 * failed load is forgotten, so that the next call tries again.
 *
 * Every way into the wasm is guarded: after a trap, its memory can't be trusted, so all calls that
 * wait for that instance reject, and the next call gets a new one.
 */
export function runtime(glue, load) {
  let loading;
  let current;

  function start(wasm) {
    const instance = {
      active: new Set(),
      tables: [],
      /** The limits on a response: of a call, a job or a list, a relay, and a relay that hands a body on unread. */
      limits: [],
      /** Calls an export with its arguments, at most five; the time and a random number follow them. */
      enter(name, a, b, c, d, e) {
        if (current !== instance) throw stopped("an earlier call has trapped");
        try {
          return glue[name](a, b, c, d, e, now(), Math.random());
        } catch (trap) {
          abandon(instance, trap);
          throw stopped(trap);
        }
      },
      /** Calls an export that closes something, unless a trap has ended the instance. */
      leave(name, number) {
        if (current === instance) instance.enter(name, number);
      },
    };
    glue.start(wasm);
    glue.setUp(describeGlobals());
    for (let kind = 0; kind < 4; kind += 1) instance.limits.push(limitsOf(glue.limits(kind)));
    for (let number = 0; number <= CANCEL_MANY; number += 1) {
      instance.tables.push(tableOf(glue.optionsOf(number)));
    }
    current = instance;
  }

  function abandon(instance, trap) {
    if (current === instance) {
      current = undefined;
      loading = undefined;
    }
    // Ends their timers and requests.
    for (const call of instance.active) interrupt(call, stopped(trap));
  }

  /** Loads the wasm. Returns undefined if it is loaded, because a promise would delay each call. */
  function ready() {
    if (current) return undefined;
    const fail = (cause) => {
      loading = undefined;
      throw internalError("could not load its WebAssembly module", cause, false);
    };
    try {
      if (!globalThis.WebAssembly) throw new Error(LACKING);
      loading ??= load(glue);
      if (typeof loading.then !== "function") return start(loading);
      return loading.then((instance) => current ?? start(instance)).catch(fail);
    } catch (cause) {
      return fail(cause);
    }
  }

  return {
    /** The instance in use: its numbers are not valid in the next one. */
    get instance() {
      return current;
    },
    /** Loads the wasm at once, or returns a promise; undefined if it is loaded. */
    load: ready,
  };
}
