// /health and /metrics: the states, the token of a monitor, and the paths that the token may not read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stateOf, worstOf } from "../../www/worker/retention/vitals.js";
import { endOf, fill, lastEnded, startFor, startPreviewed, startWorld } from "./world.mjs";

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const TOKEN = "token-of-a-monitor";
const well = {
  rule: { dry: false },
  suspended: null,
  failedAt: null,
  firstCronAt: NOW - 50 * HOUR,
  aliveAt: NOW - HOUR,
};

for (const [name, more, state] of [
  ["a job ended an hour ago", {}, "on"],
  ["no rule", { rule: null }, "off"],
  ["no rule, and a job that failed", { rule: null, failedAt: NOW }, "off"],
  ["a rule that counts", { rule: { dry: true } }, "dry"],
  ["a refused key", { suspended: {} }, "failing"],
  ["a job that failed", { failedAt: NOW - HOUR }, "failing"],
  ["progress since a job failed", { failedAt: NOW - 2 * HOUR }, "on"],
  ["no job yet, and no cron", { firstCronAt: null, aliveAt: null }, "on"],
  ["no job yet, first cron two hours ago", { firstCronAt: NOW - 2 * HOUR, aliveAt: null }, "on"],
  [
    "no job yet, first cron three hours ago",
    { firstCronAt: NOW - 3 * HOUR, aliveAt: null },
    "stuck",
  ],
  ["no sign of life for three hours", { aliveAt: NOW - 3 * HOUR }, "stuck"],
  ["a count that is late", { rule: { dry: true }, aliveAt: NOW - 3 * HOUR }, "stuck"],
]) {
  test(`the state: ${name}`, () => assert.equal(stateOf({ ...well, ...more }, NOW), state));
}

test("the worst state is the Worker's", () => {
  assert.equal(worstOf([]), "off");
  assert.equal(worstOf(["on", "dry"]), "dry");
  assert.equal(worstOf(["on", "stuck", "failing"]), "failing");
});

test("without a token: ok, and nothing else; with HEALTH_TOKEN all, and no right to anything", async (t) => {
  const { origin, send } = await start(t, { HEALTH_TOKEN: TOKEN });
  // The workspace is not read: the response is kept for all clients.
  const anyone = await send("/health?workspace=other");
  assert.equal(anyone.status, 200);
  assert.deepEqual(await anyone.json(), { ok: true });
  assert.equal((await send("/metrics")).status, 401);
  const monitor = await send("/health", TOKEN);
  const { ok, state, problems, workspaces } = await monitor.json();
  assert.deepEqual([monitor.status, ok, state, problems], [200, true, "on", []]);
  assert.equal(workspaces[0].workspace, "default");
  assert.equal((await send("/metrics", TOKEN)).status, 200);
  for (const path of ["/", "/retention", "/config", "/api/v1/messages/batches"]) {
    assert.equal((await send(path, TOKEN)).status, 401, path);
  }
  assert.equal((await send("/health", "not-the-token-at-all")).status, 401);
  assert.equal((await send("/health?workspace=other", TOKEN)).status, 503);
  assert.equal((await fetch(`${origin}/health`, { method: "POST" })).status, 405);
});

test("a wrong configuration: 503 for all, and the problem for the monitor", async (t) => {
  const { send } = await start(t, { HEALTH_TOKEN: TOKEN, OPERATOR_SECRET: "short" });
  const anyone = await send("/health");
  assert.deepEqual([anyone.status, await anyone.json()], [503, { ok: false }]);
  const { state, problems } = await (await send("/health", TOKEN)).json();
  assert.equal(state, "failing");
  assert.match(problems[0], /^OPERATOR_SECRET must have at least 16/);
});

for (const [state, vars] of [
  ["off", { RETENTION_DAYS: "off" }],
  ["dry", { RETENTION_DRY_RUN: "true" }],
]) {
  test(`${state} is not green`, async (t) => {
    const { send, worker } = await start(t, { HEALTH_TOKEN: TOKEN, ...vars });
    await worker.runCron();
    if (state === "dry") await lastEnded(worker.call);
    const response = await send("/health", TOKEN);
    assert.deepEqual([response.status, (await response.json()).state], [503, state]);
  });
}

test("an operator's count is neither a success nor a sign of life", async (t) => {
  const { worker, world } = await start(t, {});
  await fill(world, 3);
  const counted = await startPreviewed(worker.call, { dry: true });
  assert.equal((await endOf(worker.call, counted.id)).state, "done");
  const health = async () => (await worker.call("GET", "/health")).body.workspaces[0];
  assert.deepEqual([(await health()).lastSuccessAt, (await health()).aliveAt], [null, null]);
  assert.equal((await endOf(worker.call, (await startPreviewed(worker.call)).id)).deleted, 3);
  const { lastSuccessAt, aliveAt } = await health();
  assert.ok(lastSuccessAt !== null && aliveAt !== null);
});

test("one batch that always gets 403 raises no alarm; the metrics have it, and its age", async (t) => {
  const { worker, world, send } = await start(t, { HEALTH_TOKEN: TOKEN });
  const { batches } = await world.create({ ageSeconds: 20 * 86_400 });
  await fill(world, 30, 0);
  const match = { method: "DELETE", id: batches[0].id };
  const json = { type: "error", error: { type: "permission_error", message: "no" } };
  await world.faults([{ match, times: null, status: 403, json }]);
  await worker.runCron();
  const job = await lastEnded(worker.call);
  assert.deepEqual([job.state, job.deleted, job.failed], ["done", 30, 1]);
  const first = await (await send("/health", TOKEN)).json();
  const [{ aliveAt, failed, lastSuccessAt, oldestOverdueSeconds }] = first.workspaces;
  assert.deepEqual([first.state, failed, lastSuccessAt], ["on", 1, null]);
  assert.ok(aliveAt !== null);
  assert.ok(Math.abs(oldestOverdueSeconds - 20 * 86_400) < 600, `${oldestOverdueSeconds}`);
  await worker.runCron();
  await lastEnded(worker.call);
  const text = await (await send("/metrics", TOKEN)).text();
  const sample = (name) => {
    const line = text.split("\n").find((one) => one.startsWith(`message_batches_${name} `));
    assert.ok(line, `no ${name} in\n${text}`);
    return Number(line.split(" ").at(-1));
  };
  assert.equal(sample('deleted_total{workspace="default"}'), 30);
  assert.equal(sample('failures_total{workspace="default",code="permission"}'), 2);
  assert.ok(sample('oldest_overdue_age_seconds{workspace="default"}') > 19 * 86_400);
  assert.ok(sample('job_seconds{workspace="default"}') > 0);
  assert.equal(sample('state{workspace="default",state="on"}'), 1);
  assert.equal(sample("configuration_problems"), 0);
  for (const line of text.trim().split("\n")) {
    assert.match(
      line,
      /^(# (HELP|TYPE) message_batches_\w+ .+|message_batches_\w+(\{[^{}]+\})? [\d.]+)$/,
    );
  }
  // Once it goes, nothing is overdue.
  await world.clearFaults();
  await worker.runCron();
  await lastEnded(worker.call);
  const last = await (await send("/health", TOKEN)).json();
  assert.equal(last.workspaces[0].oldestOverdueSeconds, 0);
  assert.ok(last.workspaces[0].lastSuccessAt !== null);
});

async function start(t, vars) {
  const world = await startWorld(t);
  const worker = await startFor(t, world, { vars });
  const send = (path, token) =>
    fetch(worker.origin + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  return { world, worker, send, origin: worker.origin };
}
