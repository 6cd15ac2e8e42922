// HOLD: batches that neither retention nor the relay deletes.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CLOCKED,
  endOf,
  fill,
  idsOf,
  lastEnded,
  newStorage,
  startFor,
  startKilled,
  startPreviewed,
  startWorld,
} from "./world.mjs";

const LIST = "/api/v1/messages/batches";

test("retention leaves out batches on hold, in each of many runs, and counts them once", async (t) => {
  const world = await startWorld(t);
  const { old, young } = await fill(world, 300, 10);
  // The job reaches the last holds after it deleted the confirmed number of batches.
  const order = (await world.batches()).batches
    .map(({ id }) => id)
    .filter((id) => old.includes(id));
  const held = [...order.slice(0, 3), ...order.slice(-4)];
  const HOLD = held.join(", ");
  const worker = await startFor(t, world, { vars: { HOLD, RUN_REQUESTS: "100" } });
  const { body: preview } = await worker.call("GET", "/retention/preview");
  assert.equal(preview.count, 293);
  assert.ok(preview.sample.every((id) => !held.includes(id)));
  const job = await endOf(worker.call, (await startPreviewed(worker.call)).id);
  const { state, listed, deleted, failed } = job;
  assert.deepEqual([state, listed, deleted, failed, job.held], ["done", 293, 293, 0, 7]);
  assert.deepEqual(await idsOf(world), [...held, ...young].sort());
  const { requests } = await world.requests();
  const sent = requests.filter(({ method }) => method === "DELETE").map(({ target }) => target);
  assert.ok(!sent.some((target) => held.some((id) => target.includes(id))));
  // It is not overdue.
  await worker.runCron();
  assert.equal((await lastEnded(worker.call)).held, 7);
  const { body } = await worker.call("GET", "/health");
  assert.deepEqual([body.workspaces[0].held, body.workspaces[0].oldestOverdueSeconds], [7, 0]);
});

test("a dry run counts batches on hold apart", async (t) => {
  const world = await startWorld(t);
  const { old } = await fill(world, 50, 5);
  const vars = { HOLD: old.slice(0, 3).join(" "), RETENTION_DRY_RUN: "true" };
  const worker = await startFor(t, world, { vars });
  await worker.runCron();
  const job = await lastEnded(worker.call);
  assert.deepEqual([job.state, job.listed, job.held], ["done", 47, 3]);
});

test("a hold on batches that a killed run had in hand: no request, and they are in doubt", async (t) => {
  const { world, old, id, persist } = await startKilled(t);
  await world.clearFaults();
  await world.clearRequests();
  const vars = { HOLD: old[0] };
  const second = await startFor(t, world, { main: CLOCKED, persist, vars });
  assert.equal((await fetch(`${second.origin}/_run`)).status, 200);
  const { state, deleted, failed, failures } = await endOf(second.call, id);
  assert.deepEqual([state, deleted, failed], ["done", 5, 1]);
  const [{ code, batches }] = failures;
  assert.deepEqual([code, batches.map((one) => one.id)], ["interrupted", [old[0]]]);
  const { requests } = await world.requests();
  assert.ok(requests.every(({ target }) => !target.includes(old[0])));
});

test("a hold on a batch that failed: no round tries it again", async (t) => {
  const persist = await newStorage(t);
  const world = await startWorld(t);
  const { old } = await fill(world, 6, 0);
  const headers = { "retry-after-ms": "1" };
  const of = { method: "DELETE", id: old[0] };
  await world.faults([{ match: of, times: null, status: 500, json: {}, headers }]);
  const first = await startFor(t, world, { main: CLOCKED, persist });
  const { id } = await startPreviewed(first.call);
  assert.equal((await fetch(`${first.origin}/_run`)).status, 200);
  assert.equal((await first.call("GET", `/retention/jobs/${id}`)).body.state, "waiting");
  await first.stop();
  await world.clearFaults();
  await world.clearRequests();
  const vars = { HOLD: old[0] };
  const second = await startFor(t, world, { main: CLOCKED, persist, vars });
  assert.equal((await fetch(`${second.origin}/_run`)).status, 200);
  const { state, deleted, failed } = await endOf(second.call, id);
  assert.deepEqual([state, deleted, failed], ["done", 5, 1]);
  const { requests } = await world.requests();
  assert.ok(requests.every(({ target }) => !target.includes(old[0])));
});

test("the relay refuses to delete a batch on hold, gives the reason, and sends nothing", async (t) => {
  const world = await startWorld(t);
  const { batches } = await world.create({ count: 3 });
  const [held, begun, free] = batches.map(({ id }) => id);
  const HOLD = `${held} ${begun.slice(0, -1)}*`;
  const isFree = !free.startsWith(begun.slice(0, -1));
  const { call } = await startFor(t, world, { vars: { HOLD } });
  for (const id of [held, begun]) {
    const { status, body } = await call("DELETE", `${LIST}/${id}`);
    assert.equal(status, 423);
    assert.equal(body.error.message, `${id} is on hold (HOLD): it must not be deleted.`);
    assert.notEqual((await call("DELETE", `${LIST}/${id}?beta=true`)).status, 200);
    assert.notEqual((await call("DELETE", `${LIST}/${id.replace("_", "%5F")}`)).status, 200);
    assert.notEqual((await call("DELETE", `${LIST}/${id}/`)).status, 200);
  }
  const { requests } = await world.requests();
  assert.deepEqual(
    requests.filter(({ method }) => method === "DELETE"),
    [],
  );
  assert.equal((await call("GET", `${LIST}/${held}`)).status, 200);
  if (isFree) assert.equal((await call("DELETE", `${LIST}/${free}`)).status, 200);
});

test("a HOLD that can't be read closes the relay and retention", async (t) => {
  const world = await startWorld(t);
  await fill(world, 3);
  const worker = await startFor(t, world, { vars: { HOLD: "a/b" } });
  const { status, body } = await worker.call("GET", LIST);
  assert.equal(status, 503);
  assert.match(body.error.message, /^HOLD must be a list of ids/);
  await worker.runCron();
  assert.deepEqual((await world.requests()).requests, []);
});
