// Thousands of batches on a server that fails every fifth request in one way or another: every batch is
// gone at the end, each outcome is reported once, and none better than it is. With one seed and 4 000
// batches; with three seeds and 10 000 by `npm run test:nightly`, with 20 by `npm run test:nightly -- bulk --seeds 20`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deleteBatches } from "delete-message-batch";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";

const [FEWEST_SEEDS, COUNT] = process.env.NIGHTLY ? [3, 10_000] : [1, 4_000];
const SEEDS = Number(process.env.SEEDS ?? FEWEST_SEEDS);
/** The most runs. Each starts with the ids that the last one left, as a user would do it. */
const ROUNDS = 10;

const soon = { "retry-after-ms": "2" };
/** Each strikes with that probability: together, a fifth of all requests. */
const FAULTS = [
  [0.02, { status: 500, headers: soon }],
  [0.02, { status: 503 }],
  [0.02, { status: 529, headers: soon }],
  [0.02, { status: 429, headers: soon }],
  [0.01, { status: 408, headers: soon }],
  [0.01, { status: 409, headers: soon }],
  [0.01, { status: 502, body: "<html>bad gateway</html>", contentType: "text/html" }],
  [0.02, { reset: "before" }],
  [0.01, { reset: "during" }],
  [0.02, { reset: "after" }],
  [0.01, { truncate: 20 }],
  [0.01, { delayMs: 30 }],
  [0.005, { status: 403 }],
  [0.005, { status: 200, body: "{}" }],
  [0.005, { status: 200, body: "<html>sign in</html>", contentType: "text/html" }],
  [0.004, { status: 307, headers: { location: "/elsewhere" } }],
  [0.001, { stall: true }],
];

test("the faults add up to a fifth", () => {
  const sum = FAULTS.reduce((all, [rate]) => all + rate, 0);
  assert.equal(sum.toFixed(3), "0.200");
});

test("every batch is gone, whatever the seed", { concurrency: 4 }, async (t) => {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
  const one = (seed) => t.test(`seed ${seed}`, () => deleteAll(emulator, seed));
  await Promise.all(seeds.map(one));
});

async function deleteAll(emulator, seed) {
  const world = newWorld(emulator.origin);
  // A rate limit that the job does not reach.
  const many = 6_000_000;
  await world.settings({ recording: false, requestsPerMinute: many, burst: many });
  const { batches } = await world.create({ count: COUNT });
  const all = batches.map(({ id }) => id);
  await world.faults(strikes(), seed);

  let left = all;
  const gone = new Set();
  for (let round = 1; left.length > 0; round += 1) {
    assert.ok(round <= ROUNDS, `${left.length} are left after ${ROUNDS} rounds`);
    left = await run(world, left, gone);
  }
  const { deleted, batches: there } = await world.batches();
  assert.equal(there.length, 0, "every one is gone");
  assert.deepEqual(new Set(deleted), new Set(all));
  assert.equal(deleted.length, COUNT);
}

/** The emulator tries the faults in order: each rate applies to the requests that earlier faults let pass. */
function strikes() {
  let passed = 1;
  return FAULTS.map(([rate, fault]) => {
    const strike = { times: null, rate: rate / passed, ...fault };
    passed -= rate;
    return strike;
  });
}

/** One run; returns the ids that failed. */
async function run(world, ids, gone) {
  const reported = new Map();
  const report = await deleteBatches(ids, {
    baseURL: world.url,
    apiKey: "sk-test-SECRET",
    concurrency: 32,
    maxRetries: 6,
    maxRetryDelay: 10,
    timeout: 6_000,
    onProgress: ({ outcome }) => {
      assert.ok(!reported.has(outcome.id), `${outcome.id} is reported twice`);
      reported.set(outcome.id, outcome.status);
    },
  });
  assert.equal(reported.size, ids.length, "each has an outcome");
  assert.equal(report.total, ids.length);
  const count = (status) => [...reported.values()].filter((it) => it === status).length;
  assert.equal(count("deleted"), report.deleted);
  assert.equal(count("missing"), report.missing);
  assert.equal(count("failed"), report.failed.length);
  const deletedAtServer = new Set((await world.batches()).deleted);
  for (const [id, status] of reported) {
    if (status === "failed") continue;
    assert.ok(deletedAtServer.has(id), `${id} is reported as ${status}, and is still there`);
    gone.add(id);
  }
  return report.failed.map(({ id }) => id);
}
