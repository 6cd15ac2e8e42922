// A real server with random faults: it has deleted exactly the batches that the calls report as deleted.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deleteBatch, deleteBatches, isBatchError } from "delete-message-batch";
import fc from "fast-check";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { assertNoKey } from "./invariants.mjs";
import { KEY } from "./responses.mjs";

const CASES = 200;
const TOGETHER = 20;

const headers = fc.constantFrom(
  { "retry-after-ms": "1" },
  { "retry-after": "0" },
  { "retry-after": "99999999999" },
  { "x-should-retry": "false" },
  { "x-echo": KEY },
);
const status = fc.constantFrom(200, 204, 302, 400, 401, 403, 409, 418, 429, 500, 502, 529);
const body = fc.constantFrom("", "{}", "[]", `<p>${KEY}</p>`, '{"type":"error"}', '{"id":"x"');
const fault = fc.oneof(
  fc.record({ status }),
  fc.record({ status, headers }),
  fc.record({ status, body, headers, contentType: fc.constant("text/html") }),
  // With the API's own body, it would be true that there is no such batch.
  fc.record({ status: fc.constant(404), body }),
  fc.record({ reset: fc.constantFrom("before", "during", "after") }),
  fc.record({ truncate: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ delayMs: fc.integer({ min: 1, max: 120 }) }),
  fc.constant({ stall: true }),
);
const oneCase = fc.record({
  faults: fc.array(fault, { minLength: 1, maxLength: 5 }),
  count: fc.constantFrom(1, 1, 8),
  ifProcessing: fc.constantFrom("reject", "cancel"),
  ifMissing: fc.constantFrom("reject", "ignore"),
  maxRetries: fc.integer({ min: 0, max: 4 }),
});

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator?.stop());

test("every batch that is reported as deleted is gone, with any faults", async (t) => {
  const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 30));
  t.diagnostic(`seed ${seed}`);
  const cases = fc.sample(oneCase, { seed, numRuns: CASES });
  for (let index = 0; index < cases.length; index += TOGETHER) {
    await Promise.all(cases.slice(index, index + TOGETHER).map(perform));
  }
});

async function perform(description) {
  const { faults, count, ...given } = description;
  const world = newWorld(emulator.origin);
  const { batches } = await world.create({ count });
  const ids = batches.map(({ id }) => id);
  await world.faults(faults);
  const options = {
    ...{ baseURL: world.url, apiKey: KEY, maxRetryDelay: 5, pollInterval: 5, timeout: 80 },
    ...given,
    totalTimeout: 2_000,
  };
  const gone = await (count === 1 ? one(ids[0], options) : many(ids, options)).catch((error) => {
    throw new Error(`in ${JSON.stringify(description)}: ${error.stack}`);
  });
  const { deleted } = await world.batches();
  for (const id of gone) assert.ok(deleted.includes(id), `${id}: ${JSON.stringify(description)}`);
}

/** The ids that are reported as deleted. */
async function one(id, options) {
  try {
    const result = await deleteBatch(id, options);
    assert.equal(result.id, id);
    return [id];
  } catch (error) {
    judge(error);
    return [];
  }
}

async function many(ids, options) {
  const gone = new Set(ids);
  try {
    const { failed, unsent, total } = await deleteBatches(ids, options);
    assert.equal(total, ids.length);
    for (const { id, error } of failed) {
      judge(error);
      gone.delete(id);
    }
    // Which ones were not sent, the report does not say.
    return unsent > 0 ? [] : gone;
  } catch (error) {
    judge(error);
    return [];
  }
}

function judge(error) {
  assert.ok(isBatchError(error), `a BatchError, not ${error}`);
  assert.notEqual(error.code, "internal", error.message);
  assertNoKey(error);
}
