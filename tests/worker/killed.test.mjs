// A Worker that is killed in the middle of a job continues from its ledger. `npm run test:nightly` kills it 20 times,
// at random moments.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  caller,
  endOf,
  entriesOf,
  fill,
  idsOf,
  newStorage,
  startPreviewed,
  startWorld,
  untilDeleted,
  varsFor,
} from "./world.mjs";

const [KILLS, OLD] = process.env.NIGHTLY ? [20, 3_000] : [1, 200];
/** So slow that the first kill is in the middle, on a busy machine also. */
const SLOW = { requestsPerMinute: 600, burst: 20 };
const FAST = { requestsPerMinute: 9_000, burst: 20 };
const DELETED_BEFORE = 30;
/** Long enough for a resumed run to settle its ids in hand before the next kill. */
const LONGEST_LIFE_MS = 900;

test(`killed ${KILLS} times: nothing lost, doubled or young gone, and the record is the emulator’s`, async (t) => {
  const world = await startWorld(t);
  const { young } = await fill(world, OLD, 500);
  await world.settings(SLOW);
  await world.faults([
    { match: { method: "DELETE" }, times: null, rate: 0.05, reset: "after" },
    { match: { method: "DELETE" }, times: null, rate: 0.05, status: 529 },
  ]);
  const persist = await newStorage(t);
  let worker = await start(t, world, persist);
  const job = await startPreviewed(worker.call);
  let seen = { deleted: 0 };
  let kills = 0;
  let head;
  while (kills < KILLS) {
    if (kills === 0) await untilDeleted(world, DELETED_BEFORE);
    else await sleep(Math.random() * LONGEST_LIFE_MS);
    kill(worker.child);
    await world.settings(FAST);
    kills += 1;
    worker = await start(t, world, persist);
    const { body } = await worker.call("GET", `/retention/jobs/${job.id}`);
    assert.ok(body.deleted >= seen.deleted, "the ledger never goes back");
    const verified = await worker.call("GET", `/ledger/verify${head ? `?head=${head}` : ""}`);
    assert.equal(verified.body.holds, true, JSON.stringify(verified.body));
    if (head) assert.equal(verified.body.comparedHead, true);
    head = verified.body.head;
    const { deleted } = await world.stats();
    assert.ok(body.deleted <= deleted, `${body.deleted} in the ledger, ${deleted} at the server`);
    seen = body;
    if (body.finishedAt !== null) break;
  }
  assert.ok(kills >= KILLS / 2, `it had ended after ${kills} kills`);
  const ended = await endOf(worker.call, job.id);
  const { state, listed, deleted, missing, failed } = ended;
  const expected = { state: "done", listed: OLD, deleted: OLD, missing: 0, failed: 0 };
  assert.deepEqual({ state, listed, deleted, missing, failed }, expected);
  assert.deepEqual(await idsOf(world), young);
  assert.equal((await world.stats()).deleted, OLD);
  assert.equal((await worker.call("GET", "/retention/jobs")).body.length, 1);
  const verified = await worker.call("GET", `/ledger/verify?head=${head}`);
  assert.deepEqual([verified.body.holds, verified.body.comparedHead], [true, true]);
  const entries = await worker.entries();
  assert.equal(verified.body.entries, entries.length);
  const recorded = entries.filter(({ outcome }) => outcome === "deleted").map(({ id }) => id);
  assert.deepEqual(recorded.sort(), [...(await world.batches()).deleted].sort());
  const inferred = entries.filter(({ code }) => code === "response_lost").length;
  t.diagnostic(`${entries.length} entries, ${recorded.length} deleted, ${inferred} by inference`);
});

async function start(t, world, persist) {
  const main = fileURLToPath(new URL("killed.mjs", import.meta.url));
  const options = JSON.stringify({ vars: varsFor(world), persist });
  const child = spawn(process.execPath, [main, options], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  t.after(() => kill(child));
  const [line] = await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(([code]) => [`the Worker did not start: ${code}`]),
  ]);
  // Read on, or the child can't print any more.
  child.stdout.resume();
  const origin = /http:\/\/\S+/.exec(line)?.[0];
  assert.ok(origin, `${line}`);
  return { child, call: caller(origin), entries: () => entriesOf(origin) };
}

/** The process and its workerd, at once. */
function kill(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
