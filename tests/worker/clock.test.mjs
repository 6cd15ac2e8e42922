// Ages count from the earlier of two clocks, the Worker's and the `date` of the list's response.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../runtimes/until.mjs";
import {
  CLOCKED,
  fill,
  idsOf,
  lastEnded,
  RETENTION_DAYS,
  startFor,
  startPreviewed,
  startWorld,
} from "./world.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

for (const [name, offset, logged] of [
  ["five hours ahead", 5 * HOUR, true],
  ["five hours behind", -5 * HOUR, true],
  ["right", 0, false],
]) {
  for (const by of ["created", "ended"]) {
    test(`a clock of the Worker that is ${name}, by "${by}": nothing young is deleted`, async (t) => {
      const { world, worker, lines } = await start(t, { RETENTION_BY: by }, offset);
      const { young } = await fill(world, 5);
      // Two hours before the rule selects it.
      const ageSeconds = (RETENTION_DAYS * DAY - 2 * HOUR) / 1_000;
      const [{ id }] = (await world.create({ ageSeconds })).batches;
      await worker.runCron();
      await worker.run();
      const job = await lastEnded(worker.call);
      assert.deepEqual([job.state, job.deleted], ["done", 5]);
      assert.ok(job.cutoff <= Date.now() - RETENTION_DAYS * DAY);
      assert.deepEqual(await idsOf(world), [...young, id].sort());
      const clock = () => lines().filter(({ event }) => event === "retention.clock");
      if (!logged) assert.deepEqual(clock(), []);
      else {
        await until(() => clock().length > 0, "a line of the log");
        assert.equal(clock().length, 1, "once a run");
        assert.ok(Math.abs(clock()[0].differenceMs - offset) < HOUR, JSON.stringify(clock()));
      }
    });
  }
}

test("a cutoff that only the Worker's wrong clock allows is refused; the preview's cutoff is not", async (t) => {
  const { world, worker } = await start(t, {}, 5 * HOUR);
  await fill(world, 5);
  const cutoff = Date.now() - RETENTION_DAYS * DAY + 2 * HOUR;
  const refused = await worker.call("POST", "/retention/jobs", { cutoff, expected: 5 });
  assert.equal(refused.status, 400);
  assert.match(refused.body.message, /^cutoff is younger than the rule allows/);
  await startPreviewed(worker.call);
  await worker.run();
  assert.equal((await lastEnded(worker.call)).deleted, 5);
});

test("a date that can't be read changes nothing", async (t) => {
  const { world, worker } = await start(t, {}, 0, "yesterday");
  await fill(world, 5);
  await startPreviewed(worker.call);
  await worker.run();
  assert.equal((await lastEnded(worker.call)).deleted, 5);
});

test("a clock that steps: the job's cutoff stands, and nothing younger is deleted", async (t) => {
  const { world, worker } = await start(t, { RETENTION_DAYS: "1", RUN_REQUESTS: "20" }, 0);
  const made = [];
  // The list is newest first.
  for (const hours of [21, 23.5, 24.5]) {
    const { batches } = await world.create({ count: 40, ageSeconds: hours * 3_600 });
    made.unshift(batches.map(({ id }) => id));
  }
  await worker.runCron();
  await worker.run();
  // An hour ahead in the middle, then an hour back: neither selects others, nor does it wait for an hour.
  for (const offset of [HOUR, -HOUR]) {
    await worker.setClock(offset);
    await worker.run();
  }
  for (let run = 0; run < 4; run += 1) await worker.run();
  const { body: jobs } = await worker.call("GET", "/retention/jobs");
  assert.deepEqual([jobs[0].state, jobs[0].deleted], ["done", 40]);
  const { deleted } = await world.batches();
  assert.deepEqual([...deleted].sort(), [...made[0]].sort());
});

/** The Worker with a clock of its own, and an API whose responses have a date. */
async function start(t, vars, offset, date = new Date().toUTCString()) {
  const world = await startWorld(t);
  await world.faults([{ match: { method: "GET" }, times: null, headers: { date } }]);
  const chunks = [];
  const handleRuntimeStdio = (...streams) => {
    for (const stream of streams) stream.on("data", (chunk) => chunks.push(`${chunk}`));
  };
  const more = { main: CLOCKED, vars, runtime: { handleRuntimeStdio } };
  const worker = await startFor(t, world, more);
  const get = async (path) => assert.equal((await fetch(worker.origin + path)).status, 200);
  const setClock = (ms) => get(`/_clock?offset=${ms}`);
  await setClock(offset);
  const lines = () =>
    chunks
      .join("")
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
  return { world, worker: { ...worker, setClock, run: () => get("/_run") }, lines };
}
