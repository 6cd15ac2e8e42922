// A rule that changes while its job runs: a stricter one stops the job, a looser one does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { restriction } from "../../www/worker/retention/rule.js";
import { longestRunMs } from "../../www/worker/retention/run.js";
import {
  endOf,
  fill,
  idsOf,
  lastEnded,
  newStorage,
  startFor,
  startPreviewed,
  startWorld,
  untilDeleted,
} from "./world.mjs";

const rule = { days: 14, by: "created", dry: false };
const deleting = { rule, dry: false };

for (const [name, job, now, reason] of [
  ["the same rule", deleting, rule],
  ["fewer days", deleting, { ...rule, days: 7 }],
  ["more days", deleting, { ...rule, days: 60 }, /deletes after 60 days now; it was 14/],
  ["another time", deleting, { ...rule, by: "ended" }, /counts from "ended" now; it was "created"/],
  ["only counts", deleting, { ...rule, dry: true }, /only counts now/],
  ["a count, and the rule only counts", { rule, dry: true }, { ...rule, dry: true }],
  [
    "by hand under a rule that only counts",
    { rule: { ...rule, dry: true }, dry: false },
    { ...rule, dry: true },
  ],
  ["off", deleting, undefined, /switched off/],
]) {
  test(`a rule beside its job: ${name}`, () => {
    const found = restriction(job, now);
    if (reason) assert.match(found, reason);
    else assert.equal(found, undefined);
  });
}

test("the alarm after a killed run comes later than the longest run ends", () => {
  for (const seconds of [1, 25, 600])
    assert.ok(longestRunMs({ seconds }, 20_000) > (seconds + 20) * 1_000);
  assert.ok(longestRunMs({}, 20_000) > 0);
});

for (const [name, vars, reason] of [
  ["more days", { RETENTION_DAYS: "60" }, /after 60 days now; it was 14/],
  ["only counts", { RETENTION_DRY_RUN: "true" }, /only counts now/],
  ["another time", { RETENTION_BY: "ended" }, /counts from "ended" now/],
  ["off", { RETENTION_DAYS: "off" }, /switched off/],
]) {
  test(`a stricter rule (${name}) is deployed in the middle: the job stops without a request`, async (t) => {
    const { world, deploy, id } = await startMiddle(t);
    const { deleted } = await world.stats();
    await world.clearRequests();
    const { call } = await deploy(vars);
    const ended = await endOf(call, id);
    assert.equal(ended.state, "stopped");
    assert.equal(ended.lastError.code, "rule_changed");
    assert.match(ended.lastError.message, reason);
    assert.equal(ended.listed, ended.deleted + ended.missing + ended.failed);
    const { requests } = await world.requests();
    assert.deepEqual(
      requests.filter(({ method }) => method === "DELETE"),
      [],
    );
    assert.equal((await world.stats()).deleted, deleted);
  });
}

test("a looser rule is deployed in the middle: the job ends, and the next takes the rest", async (t) => {
  const { world, deploy, id } = await startMiddle(t);
  const worker = await deploy({ RETENTION_DAYS: "7" });
  const ended = await endOf(worker.call, id);
  assert.deepEqual([ended.state, ended.deleted], ["done", 400]);
  await worker.runCron();
  const second = await lastEnded(worker.call);
  assert.deepEqual([second.state, second.deleted, second.rule.days], ["done", 10, 7]);
  assert.deepEqual(await idsOf(world), []);
});

/** A job in its middle whose Worker is gone; `deploy` starts the Worker with other variables. */
async function startMiddle(t) {
  const persist = await newStorage(t);
  const world = await startWorld(t);
  await fill(world, 400, 10);
  await world.settings({ requestsPerMinute: 3_000, burst: 10 });
  const first = await startFor(t, world, { persist });
  const { id } = await startPreviewed(first.call);
  await untilDeleted(world, 20);
  await first.stop();
  return { world, id, deploy: (vars) => startFor(t, world, { persist, vars }) };
}
