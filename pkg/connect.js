// From an entry's way of loading the wasm to the functions that users call.

import { BatchError, internalError, toThrown } from "./errors.js";
import { encode, tableOf } from "./run/values.js";
import { interrupt } from "./run/within.js";

/** The paths in the global object whose values say where this runs, in the order of src/environment.rs. */
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

function describeGlobals() {
  let text = "";
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

/** Milliseconds of a clock that never goes back, if there is one. */
const now = () => (typeof performance === "object" ? performance.now() : Date.now());

/**
 * The calls into one wasm module. `load` yields a compiled module's instance at once, or a promise
 * of one: `load.js` makes both. A failed load is forgotten, so that the next call tries
 * again.
 *
 * Every way into the wasm is guarded: after a trap, its memory can't be trusted, so all calls that
 * wait for that instance reject, and the next call gets a new one.
 */
export function runtime(glue, load) {
  let loading;
  let current;

  function start(wasm) {
    const handle = (task, channel, turn, kind, value) => {
      // Of an instance that has trapped, promises may still settle.
      if (current !== instance) return;
      try {
        glue.dispatch(task, channel, turn, kind, value);
      } catch (trap) {
        abandon(instance, trap);
      }
    };
    handle.mask = (...given) => {
      try {
        if (current === instance) return glue.mask(...given);
      } catch (trap) {
        abandon(instance, trap);
      }
      throw internalError("has stopped", "the body is lost");
    };
    const instance = {
      pending: new Set(),
      handle,
      active: new Set(),
      tables: [],
      limits: undefined,
      /** Calls an export, with the time and a random number behind its arguments. */
      enter(name, ...given) {
        if (current !== instance) throw internalError("has stopped", "an earlier call has trapped");
        try {
          return glue[name](...given, now(), Math.random());
        } catch (trap) {
          abandon(instance, trap);
          throw internalError("has stopped", trap);
        }
      },
      /** Calls an export that forgets something. A trap has forgotten it already. */
      leave(name, number) {
        if (current === instance) instance.enter(name, number);
      },
    };
    glue.start(wasm);
    glue.setUp(describeGlobals());
    glue.setUpDriver?.(handle, (failure) => new BatchError(failure));
    instance.limits = glue.limits(false);
    instance.jobLimits = glue.limits(true);
    for (let number = 0; number < 7; number += 1) {
      instance.tables.push(tableOf(glue.optionsOf(number)));
    }
    current = instance;
  }

  function abandon(instance, trap) {
    if (current === instance) {
      current = undefined;
      loading = undefined;
    }
    // Ends its timers and requests.
    instance.handle.abandon?.();
    for (const call of instance.active) interrupt(call, internalError("has stopped", trap));
    for (const reject of instance.pending) reject(internalError("has stopped", trap));
    instance.pending.clear();
  }

  /** Undefined once the wasm is there: a promise would keep each call waiting for nothing. */
  function ready() {
    if (current) return undefined;
    const fail = (cause) => {
      loading = undefined;
      throw internalError("could not load its WebAssembly module", cause);
    };
    try {
      loading ??= load(glue);
      if (typeof loading.then !== "function") return start(loading);
      return loading.then((instance) => current ?? start(instance)).catch(fail);
    } catch (cause) {
      return fail(cause);
    }
  }

  // Async, and with its own `await`: so the stack of an error names the caller's line.
  async function call(name, first, second) {
    // More than once, if another call traps while this one waits.
    for (let loading = ready(); loading; loading = ready()) await loading;
    const instance = current;
    let rejecter;
    try {
      return await new Promise((resolve, reject) => {
        rejecter = reject;
        instance.pending.add(reject);
        try {
          glue[name](resolve, reject, first, second);
        } catch (trap) {
          abandon(instance, trap);
        }
      });
    } catch (rejection) {
      throw toThrown(rejection);
    } finally {
      instance.pending.delete(rejecter);
    }
  }

  /** The instance that is in use: a number that it gave out means nothing to the next one. */
  call.glue = glue;
  call.load = ready;
  Object.defineProperty(call, "instance", { get: () => current });
  return call;
}

/**
 * `createRelay`. It hands out its function at once, and checks the options as soon as the wasm is
 * loaded: none of the package's functions throws at the call. The options are those of the call: a
 * later change does not count.
 */
export function connectRelay(call) {
  // Whoever makes a relay for each request drops it again. An older runtime keeps them all.
  const dropped =
    typeof FinalizationRegistry === "function" && new FinalizationRegistry((close) => close());
  return function createRelay(options) {
    const given = snapshot(options);
    let instance;
    let opened;
    let isDropped = false;
    const report = async (rejection) => {
      try {
        const { onError } = given ?? {};
        await (typeof onError === "function" ? onError : console.error)(toThrown(rejection));
      } catch {
        // An error of the hook, now or later, changes nothing.
      }
    };
    const close = () => {
      if (opened !== undefined && call.instance === instance) call.glue.closeRelay(opened);
      opened = undefined;
      isDropped = true;
    };
    const open = async () => {
      const number = await call("openRelay", given, report);
      // The first request may come while the relay is being opened, and open it again.
      if (isDropped || (opened !== undefined && call.instance === instance)) {
        call.glue.closeRelay(number);
        return;
      }
      opened = number;
      instance = call.instance;
    };
    open().catch(report);
    const relay = async (request) => {
      try {
        // Opened by this request itself: in workerd, no request may await the promise of another.
        if (opened === undefined || call.instance !== instance) await open();
        return await call("relay", opened, request);
      } catch (thrown) {
        report(thrown);
        const error = { type: "api_error", message: "relay: it is not set up" };
        const headers = { "x-should-retry": "false" };
        return Response.json({ type: "error", error }, { status: 500, headers });
      }
    };
    // `close` refers to the options and to the number, not to the relay.
    if (dropped) dropped.register(relay, close);
    return relay;
  };
}

/** A copy of the options, and of the arrays and plain objects in them. */
function snapshot(options) {
  try {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(options)), options);
    for (const [name, value] of Object.entries(copy)) {
      if (Array.isArray(value)) copy[name] = [...value];
      else if (name === "headers" && Object.getPrototypeOf(value) === Object.prototype) {
        copy[name] = { ...value };
      }
    }
    return copy;
  } catch {
    // The check describes the problem.
    return options;
  }
}
