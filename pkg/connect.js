// From an entry's way of loading the wasm to the functions that users call.

import { BatchError, internalError, toThrown } from "./errors.js";
import init, * as glue from "./wasm/delete_message_batch.js";

/**
 * Loads the wasm at the first call, once. `load` yields what WebAssembly.instantiate takes, or a
 * Response. A failed load is forgotten, so that the next call tries again.
 */
export function loadOnce(load) {
  let loading;
  let loaded = false;
  return () => {
    if (loaded) return undefined;
    loading ??= instantiate(load).then(
      () => {
        loaded = true;
      },
      (cause) => {
        loading = undefined;
        throw cause;
      },
    );
    return loading;
  };
}

async function instantiate(load) {
  await init({ module_or_path: await load() });
  glue.setErrorBuilder((failure) => new BatchError(failure));
}

/**
 * The same for a runtime that has compiled the module already: at once, without a promise. In
 * workerd, a promise that belongs to one request must not be awaited by another.
 */
export function instantiateOnce(module) {
  let loaded = false;
  return () => {
    if (loaded) return;
    glue.initSync({ module });
    glue.setErrorBuilder((failure) => new BatchError(failure));
    loaded = true;
  };
}

/** The exported function of that name, which readies the wasm and makes errors of failures. */
export function connect(ready, name) {
  return {
    // Async, and with its own `await`: so the stack of an error names the caller's line.
    async [name](id, options) {
      try {
        const loading = ready();
        if (loading) await loading;
      } catch (cause) {
        throw internalError("could not load its WebAssembly module", cause);
      }
      try {
        return await glue[name](id, options);
      } catch (rejection) {
        throw toThrown(rejection);
      }
    },
  }[name];
}

/**
 * `createRelay`. It hands out its function at once, though the wasm is loaded, and the options are
 * checked, at the first request: none of the package's functions throws at the call.
 */
export function connectRelay(ready) {
  return function createRelay(options) {
    let handle;
    const tell = async (rejection) => {
      try {
        await (options?.onError ?? console.error)(toThrown(rejection));
      } catch {
        // What the hook throws, now or later, changes nothing.
      }
    };
    return async (request) => {
      try {
        const loading = ready();
        if (loading) await loading;
        handle ??= glue.createRelay(options, tell);
        return await handle(request);
      } catch (thrown) {
        tell(thrown);
        const error = { type: "api_error", message: "relay: it is not set up" };
        const headers = { "x-should-retry": "false" };
        return Response.json({ type: "error", error }, { status: 500, headers });
      }
    };
  };
}
