// Runs several copies of the package in one realm, in Node or in a page. It imports nothing.

const NEVER = () => new Promise(() => {});
const BUILT_IN = [
  globalThis,
  ...[Object, Function, Array, Error, Promise, Symbol, Response, Headers, AbortSignal],
  ...[Object, Function, Array, Error, Promise, Response, Headers].map(({ prototype }) => prototype),
];
const keys = () => BUILT_IN.map((value) => Reflect.ownKeys(value));

/**
 * Loads the copies, and resolves with their results. `load` yields them by name; `ids` has an existing batch for each
 * deletion.
 */
export async function sideBySide(load, { ids, options }) {
  // Node makes some of its globals at the first request.
  await fetch(options.baseURL);
  const before = keys();
  const fingerprints = watchWasm();
  const copies = Object.values(await load());
  const left = [...ids];
  const remove = (copy, more) => copy.deleteBatch(left.pop(), { ...options, ...more });

  const deleted = await Promise.all(copies.map((copy) => remove(copy)));
  const errors = await Promise.all(copies.map((copy) => errorOf(copy, copies, options)));
  const [traps, aborts] = [[], []];
  for (const copy of copies) {
    const others = copies.filter((other) => other !== copy);
    traps.push(await trapIn(copy, others, remove));
    aborts.push(await abortIn(copy, others, remove));
  }
  return {
    types: deleted.map(({ type }) => type),
    ...{ errors, traps, aborts, left },
    fingerprints: [...fingerprints].sort(),
    added: keys().flatMap((now, index) => now.filter((key) => !before[index].includes(key))),
  };
}

/** The fingerprints of all wasm that is compared with its script from now on. */
function watchWasm() {
  const fingerprints = new Set();
  const { customSections } = WebAssembly.Module;
  WebAssembly.Module.customSections = (module, name) => {
    const found = customSections(module, name);
    if (found.length > 0) fingerprints.add(name);
    return found;
  };
  return fingerprints;
}

/** An error of one copy, as all of them see it. */
async function errorOf(copy, copies, options) {
  const error = await copy.deleteBatch("msgbatch_that_is_gone", options).catch((error) => error);
  return {
    code: error.code,
    recognizedBy: copies.filter(({ isBatchError }) => isBatchError(error)).length,
    instanceOf: copies.filter(({ BatchError }) => error instanceof BatchError).length,
  };
}

/** Traps the wasm of one copy, by an import that throws, while all have calls that wait. */
async function trapIn(copy, others, remove) {
  const gate = closedGate();
  const waiting = others.map((other) => remove(other, { fetch: gate.fetch }));
  const bystander = codeOf(
    copy.deleteBatch("msgbatch_bystander", { apiKey: "k", fetch: NEVER, ...PAGE }),
  );
  const trapped = codeOf(
    copy.deleteBatch("msgbatch_trapped", {
      ...{ apiKey: "k", ...PAGE },
      fetch: async () => {
        const { random } = Math;
        Math.random = () => {
          Math.random = random;
          throw new Error("a trap for this test");
        };
        return Response.json({});
      },
    }),
  );
  const own = await Promise.all([trapped, bystander]);
  gate.open();
  return { own, others: await outcomes(waiting), next: await outcomes([remove(copy)]) };
}

/** Aborts the call of one copy, while the others' wait. */
async function abortIn(copy, others, remove) {
  const gate = closedGate();
  const waiting = others.map((other) => remove(other, { fetch: gate.fetch }));
  const [reason, controller] = [new Error("enough"), new AbortController()];
  const { signal } = controller;
  const aborted = copy
    .deleteBatch("msgbatch_aborted", { apiKey: "k", fetch: NEVER, signal, ...PAGE })
    .catch((error) => error === reason);
  controller.abort(reason);
  const isReason = await aborted;
  gate.open();
  return { isReason, others: await outcomes(waiting), next: await outcomes([remove(copy)]) };
}

/** For the calls whose `fetch` sends nothing. */
const PAGE = { baseURL: "https://api.example", dangerouslyAllowBrowser: true };

const codeOf = (promise) =>
  promise.then(
    () => "none",
    ({ code }) => code,
  );

const outcomes = (promises) =>
  Promise.all(
    promises.map((promise) =>
      promise.then(
        ({ type }) => type,
        ({ code }) => code,
      ),
    ),
  );

/** A `fetch` that sends when it is opened. */
function closedGate() {
  let open;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return {
    open,
    fetch: async (...request) => {
      await opened;
      return await fetch(...request);
    },
  };
}
