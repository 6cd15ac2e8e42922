// A relay keeps nothing of the requests that it has served, and nothing is kept of one that is dropped.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../../tools/shared/run.mjs";

const MAIN = fileURLToPath(new URL("memory-main.mjs", import.meta.url));
/** The limit of one round's growth: 100 bytes a request. */
const MAX_GROWTH = 200_000;

for (const [name, ...args] of [
  ["12 000 requests leave the heap as it was"],
  ["12 000 relays, one for each request, leave the heap as it was", "each"],
]) {
  test(name, async () => {
    const heaps = JSON.parse(await run(process.execPath, ["--expose-gc", MAIN, ...args]));
    // The first round warms up.
    const [, second, ...others] = heaps;
    assert.ok(Math.min(...others) - second < MAX_GROWTH, heaps.join(", "));
  });
}
