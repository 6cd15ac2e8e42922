// The end of a run before its job: an operator's stop, requests that hang, a killed run. Each batch that may be deleted
// has an outcome in the ledger.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { until } from "../runtimes/until.mjs";
import {
  CLOCKED,
  endOf,
  fill,
  newStorage,
  startFor,
  startKilled,
  startPreviewed,
  startWorld,
  untilDeleted,
} from "./world.mjs";

const match = { method: "DELETE" };
/** How many deletions precede each stop, and of how many batches. */
const [MOMENTS, COUNT] = process.env.NIGHTLY
  ? [[1, 2, 3, 5, 8, 13, 21, 40, 99, 130], 2_000]
  : [[1, 13, 99], 1_000];

/** The batches of a job whose requests hang. */
const HANGING = 400;

// Each has a Worker and a server of its own, and waits most of its time.
suite("the end of a run before its job", { concurrency: 4 }, () => {
  test("stopped at several moments, with faults: the ledger is true, and no GET follows", async (t) => {
    const world = await startWorld(t);
    await fill(world, COUNT, 0);
    await world.settings({ requestsPerMinute: 6_000, burst: 10 });
    await world.faults(
      [
        { match, times: null, rate: 0.05, reset: "after" },
        { match, times: null, rate: 0.05, status: 529 },
      ],
      7,
    );
    const { call } = await startFor(t, world);
    for (const moment of MOMENTS) {
      const before = (await world.stats()).deleted;
      const job = await startPreviewed(call);
      assert.equal(job.expected, COUNT - before);
      await untilDeleted(world, before + moment);
      await call("POST", `/retention/jobs/${job.id}/stop`);
      await world.clearRequests();
      const ended = await endOf(call, job.id);
      const { state, listed, deleted, missing, failed, failures } = ended;
      assert.equal(state, "stopped");
      assert.equal(listed, deleted + missing + failed);
      const inDoubt = failures.flatMap(({ batches }) => batches).filter((one) => one.maybeApplied);
      const gone = (await world.stats()).deleted - before;
      const most = deleted + inDoubt.length;
      assert.ok(deleted <= gone && gone <= most, `${deleted} of ${gone}, at most ${most}`);
      assert.equal(missing, 0);
      const { requests } = await world.requests();
      assert.ok(requests.every(({ method }) => method === "DELETE"));
      assert.ok(requests.length <= 6, `${requests.length} requests after the stop`);
    }
  });

  test("a stop without faults: no failure, and the next job takes the rest", async (t) => {
    const world = await startWorld(t);
    await fill(world, COUNT, 0);
    await world.settings({ requestsPerMinute: 6_000, burst: 10 });
    const { call } = await startFor(t, world);
    const job = await startPreviewed(call);
    await untilDeleted(world, 100);
    await call("POST", `/retention/jobs/${job.id}/stop`);
    await world.clearRequests();
    const ended = await endOf(call, job.id);
    assert.equal(ended.state, "stopped");
    const { requests } = await world.requests();
    assert.ok(requests.length <= 12, `${requests.length} requests after the stop`);
    const { deleted } = await world.stats();
    assert.equal(ended.deleted, deleted);
    assert.deepEqual([ended.listed, ended.failed], [deleted, 0]);
    // The next job takes the rest.
    const second = await startPreviewed(call);
    assert.equal(second.expected, COUNT - deleted);
    await call("POST", `/retention/jobs/${second.id}/stop`);
    await endOf(call, second.id);
  });

  test("a stop while requests hang: the job ends once they have timed out, and lists the batches in doubt", async (t) => {
    const { world, call, job, hanging } = await startHanging(t);
    await call("POST", `/retention/jobs/${job.id}/stop`);
    const ended = await endOf(call, job.id);
    // A request that was refused with 429 before the stop may be sent again; one that hangs may not.
    const sent = (await world.requests()).requests.filter(({ status }) => status !== 429);
    for (const id of hanging) {
      const of = sent.filter(({ target }) => target.endsWith(`/${id}`));
      assert.deepEqual(
        of.map(({ method, fault }) => [method, fault]),
        [["DELETE", "hang"]],
        id,
      );
    }
    const { deleted } = await world.stats();
    assert.deepEqual([ended.state, ended.deleted, ended.failed], ["stopped", deleted - 3, 6]);
    const [{ code, batches }] = ended.failures;
    assert.equal(code, "timeout");
    assert.deepEqual(new Set(batches.map(({ id }) => id)), new Set(hanging));
    for (const { message, maybeApplied } of batches) {
      assert.equal(maybeApplied, true);
      // The time that docs/worker.md promises.
      assert.match(message, /no whole response within timeout \(7000 ms\)$/);
    }
    // The list was read before the requests hang.
    const { requests } = await world.requests();
    const last = requests.findLastIndex(({ method }) => method === "GET");
    assert.ok(last < requests.findIndex(({ fault }) => fault === "hang"), "a GET after the stop");
    // The next job finds the three that are there.
    await world.clearFaults();
    const second = await endOf(call, (await startPreviewed(call)).id);
    assert.deepEqual([second.state, second.deleted], ["done", HANGING - deleted]);
  });

  test("a stop while the list hangs: the request is cut off, and the deletions count", async (t) => {
    const world = await startWorld(t);
    await fill(world, 1_500, 0);
    // The preview reads three pages, and so does the count before the job starts; the job's second page hangs.
    await world.faults([
      { match: { method: "GET" }, times: 7 },
      { match: { method: "GET" }, times: null, hang: true },
    ]);
    const { call } = await startFor(t, world, { vars: { RUN_REQUESTS: "5000" } });
    const job = await startPreviewed(call);
    const hangs = async () =>
      (await world.requests()).requests.some(({ fault }) => fault === "hang");
    await until(hangs, "a list that hangs");
    await call("POST", `/retention/jobs/${job.id}/stop`);
    const { state, deleted, failed, lastError } = await endOf(call, job.id);
    assert.deepEqual([state, failed, lastError], ["stopped", 0, null], "no attempt timed out");
    assert.equal(deleted, (await world.stats()).deleted);
  });

  test("the time of a run ends while requests hang: the next run tries their batches again", async (t) => {
    const { world, call, job, hanging } = await startHanging(t, { RUN_SECONDS: "5" });
    const { state, deleted, missing, failed } = await endOf(call, job.id);
    assert.deepEqual([state, deleted, missing, failed], ["done", HANGING, 0, 0]);
    const { requests } = await world.requests();
    for (const id of hanging) {
      const of = requests.filter(({ target }) => target.includes(id));
      assert.ok(
        of.length >= 2 && of.every(({ method }) => method === "DELETE"),
        `${of.length} of ${id}`,
      );
    }
  });

  test("a run is killed, and its job stopped before the next: the ids in hand are in doubt", async (t) => {
    const { world, old, id, persist } = await startKilled(t);
    const sent = (await world.requests()).requests.length;
    const second = await startFor(t, world, { main: CLOCKED, persist });
    await second.call("POST", `/retention/jobs/${id}/stop`);
    assert.equal((await fetch(`${second.origin}/_run`)).status, 200);
    const { state, listed, deleted, failed, failures } = await endOf(second.call, id);
    assert.deepEqual([state, listed, deleted, failed], ["stopped", 6, 0, 6]);
    const [{ code, batches }] = failures;
    assert.equal(code, "interrupted");
    assert.deepEqual(batches.map(({ id }) => id).sort(), old);
    assert.ok(batches.every(({ maybeApplied }) => maybeApplied));
    assert.equal((await world.requests()).requests.length, sent, "a request after the stop");
  });

  test("a refused key after a killed run: a batch that the first run may have deleted is in doubt", async (t) => {
    const persist = await newStorage(t);
    const world = await startWorld(t);
    await fill(world, 6, 0);
    await world.faults([{ match, times: null, hang: true, effect: false }]);
    const first = await startFor(t, world, { persist });
    const { id } = await startPreviewed(first.call);
    const sent = async () =>
      (await world.requests()).requests.some(({ fault }) => fault === "hang");
    await until(sent, "a request that hangs");
    await first.stop();
    await world.clearFaults();
    await world.faults([{ match, times: null, status: 403, json: {} }]);
    const { call } = await startFor(t, world, { persist });
    const { failed, failures } = await endOf(call, id);
    assert.equal(failed, 6);
    assert.ok(failures.flatMap(({ batches }) => batches).every(({ maybeApplied }) => maybeApplied));
  });
});

/** A job of which six requests have no response, and three of their batches are deleted. */
async function startHanging(t, vars) {
  const world = await startWorld(t);
  await fill(world, HANGING, 0);
  await world.settings({ requestsPerMinute: 3_000, burst: 10 });
  const { call } = await startFor(t, world, { vars });
  const job = await startPreviewed(call);
  await untilDeleted(world, 50);
  await world.faults([
    { match, times: 3, hang: true, effect: true },
    { match, times: 3, hang: true, effect: false },
  ]);
  const hanging = await until(async () => {
    const { requests } = await world.requests();
    const hang = requests.filter(({ fault }) => fault === "hang");
    return hang.length === 6 && hang.map(({ target }) => target.split("/").at(-1));
  }, "six requests that hang");
  return { world, call, job, hanging };
}
