// Half a million ids from a generator, with a fetch that responds at once: no server can. `npm run bench --
// memory` measures a million.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../../tools/shared/run.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";

const COUNT = 500_000;
/** The memory of ids, for repetitions, is full by then, and the code compiled. */
const WARM = 300_000;
const MIB = 1_048_576;
/** In MiB: one and a half bytes a deletion. */
const MOST_GROWTH = 0.3;

test("half a million ids: the heap stays flat, and the source is pulled no further than the slots", async (t) => {
  const main = fileURLToPath(new URL("memory-main.mjs", import.meta.url));
  const args = ["--expose-gc", main, `${COUNT}`];
  const reported = JSON.parse(await run(process.execPath, args, { env: plainEnvironment() }));
  assert.deepEqual(reported.report, {
    deleted: COUNT,
    missing: 0,
    failed: [],
    unsent: 0,
    total: COUNT,
  });
  assert.ok(reported.mostInFlight <= reported.concurrency, `${reported.mostInFlight} in flight`);
  assert.ok(reported.mostAhead <= reported.concurrency, `${reported.mostAhead} ahead`);
  const warm = reported.samples.filter(({ done }) => done >= WARM);
  assert.ok(warm.length >= 3);
  const growth = (name) => (warm.at(-1)[name] - warm[0][name]) / MIB;
  t.diagnostic(
    `from ${WARM} to ${COUNT} deletions: heap ${growth("heap").toFixed(2)} MiB, ` +
      `wasm and buffers ${growth("external").toFixed(2)} MiB; ${reported.seconds.toFixed(0)} s`,
  );
  assert.ok(growth("heap") < MOST_GROWTH, `the heap grew by ${growth("heap")} MiB`);
  assert.ok(
    growth("external") < MOST_GROWTH,
    `the wasm's memory grew by ${growth("external")} MiB`,
  );
});
