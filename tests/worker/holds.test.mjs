// Holds that an operator places: neither retention nor the relay deletes their batches until they are released.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../runtimes/until.mjs";
import {
  endOf,
  entriesOf,
  fill,
  idsOf,
  lastEnded,
  newStorage,
  startFor,
  startPreviewed,
  startWorld,
} from "./world.mjs";

const LIST = "/api/v1/messages/batches";

test("a hold is placed with a reason, binds the relay and retention, and is released", async (t) => {
  const world = await startWorld(t);
  const { old, young } = await fill(world, 20, 2);
  const persist = await newStorage(t);
  const first = await startFor(t, world, { persist });
  const [held] = old;
  const placed = await first.call("POST", "/holds", { pattern: held, reason: "case 17" });
  assert.equal(placed.status, 201);
  assert.deepEqual((await first.call("DELETE", `${LIST}/${held}`)).body.error, {
    type: "permission_error",
    message: `${held} is on hold: it must not be deleted.`,
  });
  // It outlives the runtime.
  await first.stop();
  const { call, runCron, origin } = await startFor(t, world, { persist });
  const { body } = await call("GET", "/holds");
  const [{ at, ...hold }] = body.holds;
  assert.deepEqual(hold, { pattern: held, reason: "case 17", actor: "operator" });
  assert.ok(Math.abs(at - Date.now()) < 3_600_000);
  await runCron();
  const job = await lastEnded(call);
  assert.deepEqual([job.state, job.deleted, job.held], ["done", 19, 1]);
  assert.deepEqual(await idsOf(world), [held, ...young].sort());

  const release = { pattern: held, reason: "case 17 is closed" };
  assert.equal((await call("POST", "/holds/release", release)).status, 200);
  assert.deepEqual((await call("GET", "/holds")).body.holds, []);
  assert.equal((await call("DELETE", `${LIST}/${held}`)).status, 200);
  const entries = (await entriesOf(origin)).filter(({ event }) => /hold|release/.test(event));
  assert.deepEqual(
    entries.map(({ event, actor, id, detail }) => [event, actor, id, detail.reason]),
    [
      ["hold", "operator", held, "case 17"],
      ["release", "operator", held, "case 17 is closed"],
    ],
  );
});

test("a hold on the beginning of ids; one of HOLD is listed, and can't be released", async (t) => {
  const world = await startWorld(t);
  const { batches } = await world.create({ count: 2 });
  const [one, other] = batches.map(({ id }) => id);
  const { call } = await startFor(t, world, { vars: { HOLD: other } });
  const pattern = `${one.slice(0, -1)}*`;
  assert.equal((await call("POST", "/holds", { pattern, reason: "a case" })).status, 201);
  assert.equal((await call("DELETE", `${LIST}/${one}`)).status, 423);
  const { body } = await call("GET", "/holds");
  assert.deepEqual(body.variable, [other]);
  const release = { pattern: other, reason: "none" };
  assert.equal((await call("POST", "/holds/release", release)).status, 404);
  assert.equal((await call("DELETE", `${LIST}/${other}`)).status, 423);
});

test("a hold that is not valid is refused, in words, and changes nothing", async (t) => {
  const world = await startWorld(t);
  const { call } = await startFor(t, world);
  for (const [body, words] of [
    [{}, /^The body must be JSON: \{ pattern, reason \}/],
    [{ pattern: "a/b", reason: "x" }, /^The body must be JSON/],
    [{ pattern: "*", reason: "x" }, /^The body must be JSON/],
    [{ pattern: "a", reason: "x", more: 1 }, /^The body must be JSON/],
    [{ pattern: "a" }, /^reason must be a string of 1 to 500 characters/],
    [{ pattern: "a", reason: " " }, /^reason must be/],
    [{ pattern: "a", reason: "x".repeat(501) }, /^reason must be/],
  ]) {
    const { status, body: refused } = await call("POST", "/holds", body);
    assert.equal(status, 400);
    assert.match(refused.message, words);
  }
  assert.equal((await call("POST", "/holds?workspace=none", {})).status, 404);
  const hold = { pattern: "msgbatch_1", reason: "once" };
  assert.equal((await call("POST", "/holds", hold)).status, 201);
  const again = await call("POST", "/holds", { ...hold, reason: "twice" });
  assert.equal(again.status, 409);
  assert.equal(again.body.message, "There is such a hold already.");
  const [{ reason }] = (await call("GET", "/holds")).body.holds;
  assert.equal(reason, "once");
});

test("a hold that is placed in the middle of a job binds the batches that wait for their turn", async (t) => {
  const world = await startWorld(t);
  await fill(world, 60, 0);
  const order = (await world.batches()).batches.map(({ id }) => id);
  // At most six requests hang, and the others wait for them.
  await world.faults([{ match: { method: "DELETE" }, times: null, hang: true, effect: false }]);
  const { call } = await startFor(t, world);
  const { id } = await startPreviewed(call);
  const sent = async () =>
    (await world.requests()).requests.filter(({ method }) => method === "DELETE");
  await until(async () => (await sent()).length > 0, "a request that hangs");
  const pattern = order.at(-1);
  assert.equal((await call("POST", "/holds", { pattern, reason: "a case" })).status, 201);
  await world.clearFaults();
  const { state, listed, deleted } = await endOf(call, id);
  assert.deepEqual([state, listed, deleted], ["done", 59, 59]);
  assert.deepEqual(await idsOf(world), [pattern]);
  assert.ok((await sent()).every(({ batchId }) => batchId !== pattern));
});

test("a record that can't be written places and releases no hold", async (t) => {
  const main = fileURLToPath(new URL("storage-main.mjs", import.meta.url));
  const { call, origin } = await startFor(t, await startWorld(t), { main });
  const change = (path, pattern) => call("POST", path, { pattern, reason: "a case" });
  assert.equal((await change("/holds", "msgbatch_1")).status, 201);
  await fetch(`${origin}/_break`, { method: "POST", body: "true" });
  for (const [path, pattern] of [
    ["/holds", "msgbatch_2"],
    ["/holds/release", "msgbatch_1"],
  ]) {
    const { status, body } = await change(path, pattern);
    assert.equal(status, 503);
    assert.match(body.message, /^The record can't be written/);
  }
  const { holds } = (await call("GET", "/holds")).body;
  assert.deepEqual(
    holds.map(({ pattern }) => pattern),
    ["msgbatch_1"],
  );
});

test("a thousand holds are the most", async (t) => {
  const { call } = await startFor(t, await startWorld(t));
  const place = (number) =>
    call("POST", "/holds", { pattern: `msgbatch_${number}`, reason: "a case" });
  const placed = await Promise.all(Array.from({ length: 1_000 }, (_, number) => place(number)));
  assert.ok(placed.every(({ status }) => status === 201));
  const { status, body } = await place(1_000);
  assert.equal(status, 409);
  assert.match(body.message, /^There are 1000 holds/);
});

test("a hold of one workspace binds no other", async (t) => {
  const world = await startWorld(t);
  const { batches } = await world.create({ count: 1 });
  const [{ id }] = batches;
  const vars = {
    ...{ RETENTION_DAYS: "off", KEY_A: "sk-a-secret-key", KEY_B: "sk-b-secret-key" },
    WORKSPACES: [
      { name: "a", key: "KEY_A", days: 14 },
      { name: "b", key: "KEY_B", days: 14 },
    ],
  };
  const { call } = await startFor(t, world, { vars });
  const hold = { pattern: id, reason: "a case" };
  assert.equal((await call("POST", "/holds?workspace=a", hold)).status, 201);
  assert.deepEqual((await call("GET", "/holds?workspace=b")).body.holds, []);
  const path = `v1/messages/batches/${id}`;
  assert.equal((await call("DELETE", `/api/workspaces/a/${path}`)).status, 423);
  assert.equal((await call("DELETE", `/api/workspaces/b/${path}`)).status, 200);
});
