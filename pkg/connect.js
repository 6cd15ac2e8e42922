// From an entry's way of loading the wasm to the functions that users call.

import { BatchError, internalError, toThrown } from "./errors.js";
import * as glue from "./wasm/delete_message_batch.js";

/**
 * Loads the wasm at the first call, once. `load` yields the bytes of the wasm, or a
 * Response with them. A failed load is forgotten, so that the next call tries again.
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
  const { instance } = await instanceOf(await load());
  start(instance);
}

async function instanceOf(source) {
  if (source instanceof Response) {
    if (!source.ok) throw new Error(`${source.status} for ${source.url}`);
    // Compiled while it arrives, where the server names the type that browsers ask for.
    if (source.headers.get("content-type")?.startsWith("application/wasm")) {
      return WebAssembly.instantiateStreaming(source, glue.imports());
    }
    source = await source.arrayBuffer();
  }
  return WebAssembly.instantiate(source, glue.imports());
}

function start(instance) {
  glue.start(instance);
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
    start(new WebAssembly.Instance(module, glue.imports()));
    loaded = true;
  };
}

/** The exported function of that name, which readies the wasm and makes errors of failures. */
export function connect(ready, name) {
  return {
    // Async, and with its own `await`: so the stack of an error names the caller's line.
    async [name](...given) {
      const loading = load(ready);
      if (loading) await loading;
      try {
        // biome-ignore lint/performance/noDynamicNamespaceImportAccess: each is used by some entry
        return await glue[name](...given);
      } catch (rejection) {
        throw toThrown(rejection);
      }
    },
  }[name];
}

/** `listBatches`: the wasm yields a page's worth of batches at a time, this one by one. */
export function connectList(ready) {
  return async function* listBatches(options) {
    const loading = load(ready);
    if (loading) await loading;
    const pages = new glue.BatchPages(options);
    try {
      for (let batches = await pages.more(); batches; batches = await pages.more()) yield* batches;
    } catch (rejection) {
      throw toThrown(rejection);
    } finally {
      pages.free();
    }
  };
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
        const loading = load(ready);
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

/** Undefined once the wasm is there: a promise would keep each call waiting for nothing. */
function load(ready) {
  const fail = (cause) => {
    throw internalError("could not load its WebAssembly module", cause);
  };
  try {
    return ready()?.catch(fail);
  } catch (cause) {
    return fail(cause);
  }
}
