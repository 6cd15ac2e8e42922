// Retention in workerd, cron and queue included: what is too old goes, and nothing else ever does.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fill, leftOf, startFor, startWorld, varsFor } from "./world.mjs";

test("5 000 old batches go, 5 000 young ones stay", async (t) => {
  const world = await startWorld(t);
  const { young } = await fill(world, 5_000);
  const worker = await startFor(t, world);
  await worker.runCron();
  assert.deepEqual(await leftOf(world, 5_000, { withinMs: 60_000 }), young);
  const { unmatched, deleted } = await world.stats();
  assert.deepEqual([unmatched, deleted], [0, 5_000]);
  // Another run finds nothing to do.
  await world.clearRequests();
  await worker.runCron();
  await sleep(500);
  const { requests } = await world.requests();
  assert.ok(requests.length > 0 && requests.every(({ method }) => method === "GET"));
  assert.deepEqual(await worker.deadLetters(), []);
});

// 1 500 of each, and a burst of 100: at 3 000 a minute that takes half a minute; 5 000 would take
// more than one and a half.
test("with 3 000 requests a minute and 10 % faults the same, only later", async (t) => {
  const world = await startWorld(t);
  const { young } = await fill(world, 1_500);
  await world.settings({ requestsPerMinute: 3_000, burst: 100 });
  await world.faults([
    { match: { method: "DELETE" }, times: null, rate: 0.05, status: 529 },
    { match: { method: "DELETE" }, times: null, rate: 0.03, reset: "after" },
    { match: { method: "DELETE" }, times: null, rate: 0.02, reset: "before" },
  ]);
  const worker = await startFor(t, world);
  await worker.runCron();
  assert.deepEqual(await leftOf(world, 1_500, { withinMs: 120_000 }), young);
  assert.equal((await world.stats()).deleted, 1_500);
  assert.deepEqual(await worker.deadLetters(), []);
});

test("a message that comes twice does no harm, together or later", async (t) => {
  const world = await startWorld(t);
  const { old, young } = await fill(world, 10);
  const worker = await startFor(t, world);
  const bodies = old.map((id) => ({ id }));
  await worker.send(...bodies, ...bodies);
  assert.deepEqual(await leftOf(world, 10, { withinMs: 10_000 }), young);
  await worker.send(...bodies);
  await sleep(1_000);
  assert.deepEqual(await leftOf(world, 10, { withinMs: 0 }), young);
  assert.deepEqual(await worker.deadLetters(), []);
});

test("a poison message ends with the dead letters, and stops no other", async (t) => {
  const world = await startWorld(t);
  const { old, young } = await fill(world, 10);
  const [refused, ...others] = old;
  await world.faults([{ match: { id: refused }, times: null, status: 400, json: {} }]);
  const worker = await startFor(t, world, { consumer: { maxRetries: 1 } });
  const poison = [{ id: "../models" }, { id: 5 }, "text", null, {}];
  await worker.send(...poison, ...old.map((id) => ({ id })));
  assert.deepEqual(await leftOf(world, 11, { withinMs: 10_000 }), [...young, refused].sort());
  const expected = [...poison, { id: refused }].map((body) => JSON.stringify(body)).sort();
  for (let wait = 0; (await worker.deadLetters()).length < expected.length && wait < 60; wait++) {
    await sleep(200);
  }
  const dead = (await worker.deadLetters()).map((body) => JSON.stringify(body)).sort();
  assert.deepEqual(dead, expected);
  assert.equal(others.length, 9);
  const { requests } = await world.requests();
  assert.ok(requests.every(({ path }) => path.includes("/v1/messages/batches")));
});

test("the queue waits as long as the API asks, and no attempt is made before", async (t) => {
  const world = await startWorld(t);
  const { old } = await fill(world, 1);
  const [id] = old;
  const busy = { status: 429, json: {}, headers: { "retry-after": "21" } };
  await world.faults([{ match: { id }, ...busy }]);
  const worker = await startFor(t, world);
  await worker.send({ id });
  await sleep(3_000);
  const { requests } = await world.requests();
  assert.equal(requests.length, 1, "longer than a call waits: it is the queue that does");
});

test("what a stopped job has not sent is tried again, not taken for done", async (t) => {
  const world = await startWorld(t);
  const { old, young } = await fill(world, 30);
  // Enough for every slot of one invocation, whose job stops then.
  await world.faults([{ match: { method: "DELETE" }, times: 6, status: 401, json: {} }]);
  const worker = await startFor(t, world);
  await worker.send(...old.map((id) => ({ id })));
  assert.deepEqual(await leftOf(world, 30, { withinMs: 20_000 }), young);
});

test("a Worker that is killed in the middle finishes when it is there again", async (t) => {
  const world = await startWorld(t);
  const { young } = await fill(world, 1_000);
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("killed.mjs", import.meta.url)), JSON.stringify(varsFor(world))],
    { stdio: ["ignore", "pipe", "inherit"], detached: true },
  );
  t.after(() => killAll(child));
  while ((await world.stats()).deleted < 200) await sleep(20);
  killAll(child);
  await sleep(300);
  const { deleted } = await world.stats();
  assert.ok(deleted >= 200 && deleted < 1_000, `killed after ${deleted} of 1000`);

  const worker = await startFor(t, world);
  await worker.runCron();
  assert.deepEqual(await leftOf(world, 1_000, { withinMs: 30_000 }), young);
});

test("without RETENTION_DAYS, and with what is no number of days, nothing is ever deleted", async (t) => {
  const world = await startWorld(t);
  await fill(world, 5);
  const days = ["", "0", "-1", "0.5", "x", "NaN"];
  for (const RETENTION_DAYS of days) {
    const worker = await startFor(t, world, { vars: { RETENTION_DAYS } });
    await worker.runCron();
  }
  assert.deepEqual((await world.requests()).requests, []);
});

/** The process and its workerd, at once. */
function killAll(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
