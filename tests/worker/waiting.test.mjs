// Jobs that wait: for a server that is down, for the API's limit, for requests that hang. A run ends when
// its time is over, whatever it waits for.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  endOf,
  fill,
  idsOf,
  startFor,
  startPreviewed,
  startWorld,
  untilWaiting,
} from "./world.mjs";

const DELETE = { method: "DELETE" };
/** The time of a run, after which no attempt begins. */
const vars = { RUN_SECONDS: "1" };

// Each has a Worker and a server of its own, and waits most of its time.
suite("a job that waits", { concurrency: 3 }, () => {
  test("a server that is down: the run ends, the job waits, and resumes when the server is back", async (t) => {
    const world = await startWorld(t);
    const { young } = await fill(world, 20);
    // All attempts fail at once, so the limiter pauses the rest, for longer each time.
    const headers = { "retry-after-ms": "1" };
    await world.faults([{ match: DELETE, times: null, status: 503, json: {}, headers }]);
    const { call } = await startFor(t, world, { vars });
    const { id, startedAt } = await startPreviewed(call);
    const job = await untilWaiting(call, id);
    assert.deepEqual([job.state, job.deleted], ["waiting", 0]);
    assert.equal(job.lastError.code, "server");
    assert.ok(job.nextRunAt >= startedAt + 2_000);
    // The run lasts 1 s. With the limiter's pauses, until the library gives up, it would last 35.
    assert.ok(job.nextRunAt < startedAt + 30_000);
    await world.clearFaults();
    const ended = await endOf(call, id);
    const { state, listed, deleted, failed } = ended;
    assert.deepEqual([state, listed, deleted, failed], ["done", 20, 20, 0]);
    assert.deepEqual(await idsOf(world), young);
  });

  test("a list that can't be read, in the middle of a job's first run", async (t) => {
    const world = await startWorld(t);
    const { young } = await fill(world, 20);
    const { call } = await startFor(t, world, { vars });
    // The preview reads the list twice, and the count before the job starts does.
    const match = { method: "GET" };
    await world.faults([
      { match, times: 4 },
      { match, times: 3, status: 503, json: {}, headers: { "retry-after-ms": "1" } },
    ]);
    const { id } = await startPreviewed(call);
    const job = await untilWaiting(call, id);
    assert.deepEqual([job.state, job.listed, job.lastError.status], ["waiting", 0, 503]);
    const { state, deleted } = await endOf(call, id);
    assert.deepEqual([state, deleted], ["done", 20]);
    assert.deepEqual(await idsOf(world), young);
  });

  test("a 429 that asks for longer than a run: the run ends, and the next one waits for that time", async (t) => {
    const world = await startWorld(t);
    await fill(world, 20, 0);
    const seconds = 19;
    const headers = { "retry-after": `${seconds}` };
    await world.faults([{ match: DELETE, times: null, status: 429, json: {}, headers }]);
    const { call } = await startFor(t, world, { vars });
    const { id, startedAt } = await startPreviewed(call);
    const job = await untilWaiting(call, id);
    assert.deepEqual([job.state, job.lastError.status], ["waiting", 429]);
    assert.ok(job.nextRunAt >= startedAt + seconds * 1_000);
    // The run ended instead of waiting: no id was sent twice.
    const { requests } = await world.requests();
    const sent = requests.filter(({ method }) => method === "DELETE").map(({ target }) => target);
    assert.equal(new Set(sent).size, sent.length);
    // Nothing is lost: the ids in hand still exist, and are not counted.
    await call("POST", `/retention/jobs/${id}/stop`);
    const ended = await endOf(call, id);
    const { state, listed, deleted, failed } = ended;
    assert.deepEqual([state, listed, deleted, failed], ["stopped", 0, 0, 0]);
  });

  for (const [name, effect] of [
    ["is deleted", true],
    ["is still there", false],
  ]) {
    test(`a request that hangs ends its run after its timeout; its batch ${name}, and counts once`, async (t) => {
      const world = await startWorld(t);
      const { young } = await fill(world, 30);
      // It runs into its timeout after the time of the run, so no retry follows in this run.
      await world.faults([{ match: DELETE, hang: true, effect }]);
      const { call } = await startFor(t, world, { vars });
      const { id } = await startPreviewed(call);
      const job = await untilWaiting(call, id);
      assert.deepEqual([job.state, job.deleted, job.lastError.code], ["waiting", 0, "timeout"]);
      const ended = await endOf(call, id);
      const { state, listed, deleted, missing, failed } = ended;
      assert.deepEqual([state, listed, deleted, missing, failed], ["done", 30, 30, 0, 0]);
      assert.deepEqual(await idsOf(world), young);
    });
  }
});
