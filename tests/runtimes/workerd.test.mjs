// The specification in workerd, Cloudflare's runtime.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SMALL } from "../browsers/small.mjs";
import { wasmFile } from "../packaging/wasm-file.mjs";
import { startEmulator } from "./emulator.mjs";
import { report } from "./report.mjs";
import { startWorker } from "./workerd-start.mjs";

const [MAIN, CORE] = ["workerd-main.mjs", "workerd-core.mjs"].map(
  (file) => new URL(file, import.meta.url),
);

/** Requests to the worker at the same time. */
const VISITORS = 16;

test("workerd", (t) => spec(t, "workerd", MAIN));

// All cases of `./core` run in Node.
test("workerd, ./core, a few cases: the other wasm is not in the bundle", async (t) => {
  const [wasm] = await spec(t, "workerd, ./core", CORE, SMALL);
  assert.match(wasm, /core-/);
});

async function spec(t, runtime, main, wanted = "") {
  const { origin, call, wasm } = await start(t, main);
  const filter = process.env.SPEC_FILTER ?? wanted;
  // Each share is a request of its own, and all of them run in one isolate at the same time.
  const shares = await Promise.all(
    Array.from({ length: VISITORS }, (_, index) =>
      call({ path: "spec", origin, filter, concurrency: 2, share: { index, of: VISITORS } }),
    ),
  );
  await report(t, {
    runtime,
    results: shares.flatMap(({ results }) => results),
    notApplicable: shares.flatMap(({ notApplicable }) => notApplicable),
  });
  return wasm;
}

test("workerd: the first requests to an isolate, all at once, do not wait on one another", async (t) => {
  const { origin, call } = await start(t, MAIN);
  for (let round = 1; round <= 3; round++) {
    const responses = await Promise.all(
      Array.from({ length: 2 * VISITORS }, () => call({ path: "deletes", origin, count: 5 })),
    );
    for (const response of responses) assert.deepEqual(response, { deleted: 5, failures: [] });
  }
});

test("workerd: a wasm of another build is refused in words", async (t) => {
  const { origin, call } = await start(t, CORE, (modules) => {
    modules.at(-1).contents = readFileSync(wasmFile("full").path);
  });
  const { deleted, failures } = await call({ path: "deletes", origin, count: 2 });
  assert.deepEqual([deleted, failures.length], [0, 2]);
  for (const failure of failures) assert.match(failure, /belongs to another build/);
});

async function start(t, main, change = undefined) {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const worker = await startWorker(main, {}, undefined, change);
  t.after(worker.stop);
  assert.equal(worker.wasm.length, 1, "the worker's bundle imports the wasm as a module");
  return { origin: emulator.origin, call: worker.call, wasm: worker.wasm };
}
