// Events that occur twice, late, or after their call has ended, in Node.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deleteBatch, deleteBatches } from "delete-message-batch";
import { busy, deleted, ID, idOf, options, pending, REASON, turn, works } from "./caller.mjs";

test("a job whose timers fire twice: one retry, each outcome once", async () => {
  const busyAt = new Set(["msgbatch_1", "msgbatch_3"]);
  const { given } = options((url) => (busyAt.delete(idOf(url)) ? busy() : deleted(url)));
  given.maxRetryDelay = 60_000;
  const outcomes = [];
  given.onProgress = ({ outcome }) => outcomes.push(outcome.id);
  const ids = ["msgbatch_1", "msgbatch_2", "msgbatch_3", "msgbatch_4"];
  const report = await withRepeatingTimers(() => deleteBatches(ids, given));
  assert.deepEqual([report.deleted, outcomes.sort(), given.sent], [4, ids, 6]);
  await works();
});

/** Runs with timers that fire twice and that ignore clearTimeout, every delay cut to 1 ms. */
async function withRepeatingTimers(run) {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  globalThis.setTimeout = (handler, _ms, ...args) => {
    set(handler, 1, ...args);
    return set(handler, 2, ...args);
  };
  globalThis.clearTimeout = () => {};
  try {
    return await run(set);
  } finally {
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }
}

test("a timer that fires twice: one retry, one outcome", async () => {
  const { given } = options((url) => (given.sent === 1 ? busy() : deleted(url)));
  const result = await withRepeatingTimers(() => deleteBatch(ID, given));
  assert.equal(result.id, ID);
  assert.equal(given.sent, 2);
  await works();
});

test("timers that fire after the end, when other calls use the same slots", async () => {
  await withRepeatingTimers(async (set) => {
    for (let round = 0; round < 50; round += 1) {
      const slow = options((url) => new Promise((resolve) => set(() => resolve(deleted(url)), 0)));
      const quick = options((url) => deleted(url));
      const results = await Promise.allSettled([
        deleteBatch("msgbatch_a", slow.given),
        deleteBatch("msgbatch_b", quick.given),
      ]);
      for (const [index, { status, value, reason }] of results.entries()) {
        if (status === "fulfilled") assert.equal(value.id, `msgbatch_${"ab"[index]}`);
        else assert.equal(reason.code, "timeout");
      }
    }
  });
  await works();
});

test("a signal that reports twice, late, and after its listener was removed", async () => {
  const listeners = [];
  const signal = {
    aborted: false,
    reason: REASON,
    addEventListener: (_, listener) => listeners.push(listener),
    removeEventListener: () => {},
  };
  const { given } = options((url) => deleted(url));
  assert.equal((await deleteBatch(ID, { ...given, signal })).id, ID);
  signal.aborted = true;
  for (const listener of listeners) listener();
  // The slot of the first call is that of the second: a late report of the first one's listener
  // concerns it only if its own signal is aborted.
  const other = options(pending, { timeout: 100, maxRetries: 0 });
  const call = deleteBatch(ID, other.given);
  await turn();
  for (const listener of [...listeners, ...listeners]) listener();
  await assert.rejects(call, { code: "timeout" });
  await works();
});

test("a fetch whose promise settles twice, and a thenable that calls back at once", async () => {
  const { given } = options((url) => ({
    // biome-ignore lint/suspicious/noThenProperty: the case is a thenable
    then(resolve, reject) {
      resolve(deleted(url));
      resolve(deleted("http://h/v1/messages/batches/other"));
      reject(new Error("late"));
    },
  }));
  assert.equal((await deleteBatch(ID, given)).id, ID);
  await works();
});
