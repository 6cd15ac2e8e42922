// Hourly cron for a month, with a clock that the test moves: arrivals below and above capacity. DAYS=2 runs two days.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOCKED, startFor, startWorld } from "./world.mjs";

const HOUR = 3_600_000;
const DAYS = Number(process.env.DAYS ?? 30);
/** Batches older than that are deleted. */
const RETENTION_DAYS = 1;
/** The capacity of an hour: runs between two cron triggers, and the requests of each. */
const RUNS = 2;
const REQUESTS = 10;

/** The Worker at an hour of its own, and `run` for a run of a job. */
async function start(t, world, vars) {
  const worker = await startFor(t, world, {
    main: CLOCKED,
    vars: { RETENTION_DAYS: `${RETENTION_DAYS}`, ...vars },
  });
  const get = async (path) => {
    const response = await fetch(`${worker.origin}${path}`);
    assert.equal(response.status, 200, await response.text());
  };
  return { ...worker, setClock: (ms) => get(`/_clock?offset=${ms}`), run: () => get("/_run") };
}

async function countOld(world, now) {
  const { batches } = await world.batches();
  const cutoff = now - RETENTION_DAYS * 24 * HOUR;
  return batches.filter(({ created_at }) => Date.parse(created_at) < cutoff).length;
}

for (const { name, arrivals, isBehind } of [
  { name: "below", arrivals: 3, isBehind: false },
  // After its limit, a run still ends the deletions in its slots.
  { name: "above", arrivals: 60, isBehind: true },
]) {
  test(`${DAYS} days with arrivals ${name} capacity`, async (t) => {
    const world = await startWorld(t);
    const worker = await start(t, world, { RUN_REQUESTS: `${REQUESTS}` });
    // The day before: each batch grows old in one of the hours to come.
    const before = RETENTION_DAYS * 24;
    for (let hour = 1; hour <= before; hour += 1) {
      await world.create({ count: arrivals, ageSeconds: (hour * HOUR) / 1_000 });
    }
    for (let hour = 1; hour <= DAYS * 24; hour += 1) {
      await world.advance(HOUR);
      await worker.setClock(hour * HOUR);
      // The emulator's own date is this machine's.
      const date = new Date(Date.now() + hour * HOUR).toUTCString();
      await world.clearFaults();
      await world.faults([{ match: { method: "GET" }, times: null, headers: { date } }]);
      await world.create({ count: arrivals });
      await worker.runCron();
      for (let run = 0; run < RUNS; run += 1) await worker.run();
      if (hour % 24 !== 0) continue;
      const now = Date.now() + hour * HOUR;
      const old = await countOld(world, now);
      const { body } = await worker.call("GET", "/retention");
      const job = body.job ?? body.last;
      // The backlog of the ledger is that of the job's cutoff, so at most the emulator's of now.
      const backlog = job.expected - job.deleted;
      if (isBehind) {
        assert.ok(body.job, "the job continues, and later triggers join it");
        assert.ok(backlog > 0 && backlog <= old, `${backlog} reported, ${old} old`);
      } else {
        assert.ok(old <= arrivals, `${old} old after a run that has ended`);
        assert.equal(job.state, "done");
      }
    }
    const { requests } = await world.requests();
    const own404 = requests.filter(({ status }) => status === 404);
    assert.deepEqual(own404, [], "no 404 of our own making");
    const deletes = requests.filter(({ method }) => method === "DELETE").length;
    assert.equal(deletes, (await world.stats()).deleted, "each DELETE deleted one");
  });
}
