// A ledger that stays true: writes that throw, alarms that are lost, a key that changes under a job.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../runtimes/until.mjs";
import {
  endOf,
  fill,
  idsOf,
  newStorage,
  startFor,
  startPreviewed,
  startWorld,
  untilDeleted,
  untilWaiting,
} from "./world.mjs";

const FAULTY = fileURLToPath(new URL("faulty-main.mjs", import.meta.url));
const DELETE = { method: "DELETE" };
const down = {
  match: DELETE,
  times: null,
  status: 503,
  json: {},
  headers: { "retry-after-ms": "1" },
};

/** The runtime retries an alarm after some seconds, and doubles the wait each time. */
const FAILING = [
  { after: 6, times: 1 },
  { after: 0, times: 1 },
  { after: 1, times: 1 },
  { after: 9, times: 4 },
];

// Each has a Worker and a server of its own, and waits most of its time.
suite("a ledger that stays true", { concurrency: 4 }, () => {
  for (const { after, times } of process.env.NIGHTLY ? FAILING : FAILING.slice(0, 1)) {
    test(`writes of SQLite throw, ${times} after ${after}: the ledger counts each deletion once`, async (t) => {
      const world = await startWorld(t);
      const { young } = await fill(world, 250);
      await world.settings({ requestsPerMinute: 3_000, burst: 10 });
      const { call, control } = await start(t, world);
      const job = await startPreviewed(call);
      await untilDeleted(world, 20);
      await control(`/_break?after=${after}&times=${times}`);
      const ended = await endOf(call, job.id);
      assert.equal(await control("/_break"), times, "no write was made to fail");
      const { state, listed, deleted, missing, failed } = ended;
      assert.deepEqual([state, listed, deleted, missing, failed], ["done", 250, 250, 0, 0]);
      assert.equal((await world.stats()).deleted, 250);
      assert.deepEqual(await idsOf(world), young);
    });
  }

  for (const isLost of process.env.NIGHTLY ? [false, true] : [true]) {
    const rouse = isLost ? "is lost: the next cron run sets it" : "starts the next";
    test(`the end of a run can't be written, and the alarm that was set before it ${rouse}`, async (t) => {
      const world = await startWorld(t);
      const { young } = await fill(world, 250);
      await world.settings({ requestsPerMinute: 3_000, burst: 10 });
      const chunks = [];
      const handleRuntimeStdio = (...streams) => {
        for (const stream of streams) stream.on("data", (chunk) => chunks.push(`${chunk}`));
      };
      const { call, control, runCron } = await start(t, world, { runtime: { handleRuntimeStdio } });
      const job = await startPreviewed(call);
      await untilDeleted(world, 20);
      await control("/_break?after=6&times=1000000");
      await until(() => chunks.join("").includes("retention.ledger_failed"), "a line of the log");
      await control("/_break");
      if (isLost) {
        await control("/_lose-alarm");
        const { body } = await call("GET", `/retention/jobs/${job.id}`);
        assert.equal(body.state, "running");
        await runCron();
      }
      const { state, listed, deleted, missing, failed } = await endOf(call, job.id);
      assert.deepEqual([state, listed, deleted, missing, failed], ["done", 250, 250, 0, 0]);
      assert.equal((await world.stats()).deleted, 250);
      assert.deepEqual(await idsOf(world), young);
    });
  }

  test("if every write fails, nothing is deleted; the job continues when writes succeed", async (t) => {
    const world = await startWorld(t);
    await fill(world, 30, 0);
    await world.faults([down]);
    const { call, control } = await start(t, world, { vars: { RUN_SECONDS: "1" } });
    const { id } = await startPreviewed(call);
    await untilWaiting(call, id);
    const thrown = () => control("/_break?times=1000000");
    await until(async () => (await thrown()) > 0, "a run that writes");
    // Only the end of a run that could not write sets an alarm so late.
    const isOver = async () => (await control("/_alarm")) > Date.now() + 5_000;
    await until(isOver, "the end of that run");
    await world.clearFaults();
    await world.clearRequests();
    const before = await thrown();
    const rouse = async () => {
      await control("/_lose-alarm");
      await call("POST", "/retention/jobs", { cutoff: 0, expected: 0 });
    };
    await rouse();
    await until(async () => (await thrown()) > before, "another run that writes");
    assert.deepEqual((await world.requests()).requests, []);
    await until(isOver, "the end of that run, too");
    await control("/_break");
    await rouse();
    const { state, listed, deleted } = await endOf(call, id);
    assert.deepEqual([state, listed, deleted], ["done", 30, 30]);
  });

  const rousers = [
    ["the next cron run", ({ runCron }) => runCron()],
    [
      "a start by an operator",
      ({ call }) => call("POST", "/retention/jobs", { cutoff: 0, expected: 0 }),
    ],
  ];
  for (const [name, rouse] of rousers.slice(0, process.env.NIGHTLY ? 2 : 1)) {
    test(`a job in "waiting" whose alarm is lost: ${name} sets it again`, async (t) => {
      const world = await startWorld(t);
      const { young } = await fill(world, 20);
      await world.faults([down]);
      const worker = await start(t, world, { vars: { RUN_SECONDS: "1" } });
      const { id } = await startPreviewed(worker.call);
      await loseAlarm(worker, id);
      await world.clearFaults();
      await rouse(worker);
      const { state, deleted } = await endOf(worker.call, id);
      assert.deepEqual([state, deleted], ["done", 20]);
      assert.deepEqual(await idsOf(world), young);
    });
  }

  test('a job in "waiting" whose alarm is lost: a new start of the Worker sets it again', async (t) => {
    const world = await startWorld(t);
    await fill(world, 20);
    await world.faults([down]);
    const persist = await newStorage(t);
    const vars = { RUN_SECONDS: "1" };
    const first = await start(t, world, { vars, persist });
    const { id } = await startPreviewed(first.call);
    await loseAlarm(first, id);
    await first.stop();
    await world.clearFaults();
    const second = await start(t, world, { vars, persist });
    const { state, deleted } = await endOf(second.call, id);
    assert.deepEqual([state, deleted], ["done", 20]);
  });

  for (const [name, changed] of [
    ["the key", { ANTHROPIC_API_KEY: "sk-ant-of-another-workspace" }],
    ["the base URL", {}],
  ]) {
    test(`${name} changes to another workspace's under a job: it ends as failed, in words`, async (t) => {
      const [world, other] = await Promise.all([startWorld(t), startWorld(t)]);
      await fill(world, 300, 0);
      await other.create({ count: 50, ageSeconds: 40 * 86_400 });
      await world.settings({ requestsPerMinute: 3_000, burst: 10 });
      const persist = await newStorage(t);
      const first = await start(t, world, { persist });
      const { id } = await startPreviewed(first.call);
      await untilDeleted(world, 20);
      // At once, as a deployment does: ids are in hand.
      await first.stop();
      const gone = (await world.stats()).deleted;
      const vars = { ANTHROPIC_BASE_URL: other.url, ...changed };
      const second = await start(t, world, { persist, vars });
      const ended = await endOf(second.call, id);
      assert.deepEqual([ended.state, ended.lastError.code], ["failed", "credential_changed"]);
      assert.match(
        ended.lastError.message,
        /^the key or ANTHROPIC_BASE_URL changed while the job ran/,
      );
      assert.ok(ended.deleted <= gone, `${ended.deleted} in the ledger, ${gone} at the server`);
      assert.equal(ended.listed, ended.deleted + ended.missing + ended.failed);
      assert.ok(ended.failed > 0, "those in hand");
      assert.match(ended.failures[0].batches[0].message, /^whether it was deleted is unknown/);
      const { requests } = await other.requests();
      assert.deepEqual(requests, []);
      assert.ok(!JSON.stringify(ended).includes("sk-ant"), "no key");
      // The next job is the other workspace's.
      const { deleted } = await endOf(second.call, (await startPreviewed(second.call)).id);
      assert.deepEqual([deleted, (await other.stats()).deleted], [50, 50]);
    });
  }

  test("the same key after a new start: the job continues", async (t) => {
    const world = await startWorld(t);
    await fill(world, 100, 0);
    await world.settings({ requestsPerMinute: 6_000, burst: 10 });
    const persist = await newStorage(t);
    const first = await start(t, world, { persist });
    const { id } = await startPreviewed(first.call);
    await untilDeleted(world, 20);
    await first.stop();
    const second = await start(t, world, { persist });
    const { state, deleted } = await endOf(second.call, id);
    assert.deepEqual([state, deleted], ["done", 100]);
  });
});

/** The Worker, and `control` for its storage. */
async function start(t, world, more) {
  const worker = await startFor(t, world, { main: FAULTY, ...more });
  const control = async (path) => {
    const response = await fetch(`${worker.origin}${path}`);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text && JSON.parse(text);
  };
  return { ...worker, control };
}

/** Loses the alarm of a job that waits. A run that begins meanwhile sets another, which is lost as well. */
async function loseAlarm({ call, control }, id) {
  await until(async () => {
    await untilWaiting(call, id);
    await control("/_lose-alarm");
    const { body } = await call("GET", `/retention/jobs/${id}`);
    return body.state === "waiting" && (await control("/_alarm")) === null;
  }, "a job that waits and has no alarm");
}
