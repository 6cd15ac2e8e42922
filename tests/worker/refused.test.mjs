// A refused key and a wrong rule, as the job, a monitor and the webhook show them.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { until } from "../runtimes/until.mjs";
import { fill, lastEnded, startFor, startPreviewed, startWorld } from "./world.mjs";

// `next.test.mjs` has the rule for 402 and 403.
for (const status of process.env.NIGHTLY ? [401, 402, 403] : [401]) {
  test(`${status} in the middle: the job fails once, and the next cron run sends one request`, async (t) => {
    const world = await startWorld(t);
    await fill(world, 400, 10);
    // Each refusal comes late, so that the last successes come first: one in between begins the count again.
    const refusal = { times: null, status, json: errorOf("revoked"), delayMs: 1_000 };
    const match = { method: "DELETE" };
    await world.faults([
      { match, times: 50 },
      { match, ...refusal },
    ]);
    const alarms = await startAlarm(t);
    const worker = await startFor(t, world, { vars: { ALERT_URL: alarms.url } });
    await startPreviewed(worker.call);
    const job = await lastEnded(worker.call);
    assert.equal(job.state, "failed");
    assert.equal(job.lastError.status, status);
    assert.deepEqual([job.deleted, (await world.stats()).deleted], [50, 50]);
    await until(() => alarms.bodies.length > 0, "the webhook");
    assert.deepEqual(
      [alarms.bodies[0].event, alarms.bodies[0].job, alarms.bodies[0].error.status],
      ["retention.failed", job.id, status],
    );
    assert.ok(!JSON.stringify(alarms.bodies).includes("sk-ant"));
    const sick = await worker.call("GET", "/health");
    assert.deepEqual(
      [sick.status, sick.body.state, sick.body.workspaces[0].isSuspended],
      [503, "failing", true],
    );

    const { requests } = await world.requests();
    const refused = requests.filter((request) => request.status === status);
    // Twelve that failed alike, and the requests of the other five slots.
    assert.ok(refused.length <= 17, `${refused.length} requests after the key was refused`);

    await world.faults([refusal]);
    await world.clearRequests();
    for (let hour = 1; hour <= 3; hour += 1) {
      await worker.runCron();
      assert.equal((await world.requests()).requests.length, hour, "one request a run");
    }
    assert.equal((await worker.call("GET", "/retention/jobs")).body.length, 1);
    assert.equal(alarms.bodies.length, 1);
    // As soon as the key works again, the next cron run starts a job.
    await world.clearFaults();
    await worker.runCron();
    const second = await lastEnded(worker.call);
    assert.deepEqual([second.state, second.deleted + job.deleted], ["done", 400]);
    const well = await worker.call("GET", "/health");
    assert.deepEqual([well.status, well.body.ok], [200, true]);
  });
}

test("a wrong rule deletes nothing, and every view shows the problem", async (t) => {
  const world = await startWorld(t);
  await fill(world, 5);
  const alarms = await startAlarm(t);
  for (const [vars, problem] of [
    [{ RETENTION_DAYS: "14d" }, /^RETENTION_DAYS must be a whole number of days from 1 to 3650$/],
    [{ RETENTION_DAYS: true }, /^RETENTION_DAYS must be /],
    [{ RETENTION_DAYS: "" }, /^RETENTION_DAYS is not set: .* or to "off"$/],
    [{ RETENTION_DAYS: "0" }, /^RETENTION_DAYS must be .* from 1 to 3650$/],
    [{ SWEEP_LIMIT: "0" }, /^SWEEP_LIMIT no longer exists/],
  ]) {
    const worker = await startFor(t, world, { vars: { ...vars, ALERT_URL: alarms.url } });
    const shown = await worker.call("GET", "/retention");
    assert.match(shown.body.problems[0], problem);
    const health = await worker.call("GET", "/health");
    assert.deepEqual([health.status, health.body.problems.length], [503, 1]);
    assert.equal((await worker.call("GET", "/retention/preview")).status, 503);
    const wanted = { cutoff: 0, expected: 0 };
    assert.equal((await worker.call("POST", "/retention/jobs", wanted)).status, 503);
    const alarmed = alarms.bodies.length;
    await worker.runCron();
    assert.match(alarms.bodies[alarmed].problems[0], problem);
  }
  assert.deepEqual((await world.requests()).requests, []);
});

for (const [name, value] of [
  ["RETENTION_DAYS", "sk-ant-pasted-into-days"],
  ["ANTHROPIC_BASE_URL", "sk-ant-pasted-into-url"],
  ["RUN_SECONDS", "operator-operator"],
]) {
  test(`a secret that was pasted into ${name} shows nowhere: page, relay, health, log, webhook`, async (t) => {
    const world = await startWorld(t);
    const alarms = await startAlarm(t);
    const lines = [];
    const handleRuntimeStdio = (...streams) => {
      for (const stream of streams) stream.on("data", (chunk) => lines.push(`${chunk}`));
    };
    const vars = { ALERT_URL: alarms.url, [name]: value };
    const worker = await startFor(t, world, { vars, runtime: { handleRuntimeStdio } });
    const shown = [];
    for (const path of [
      ...["/health", "/retention", "/retention/preview", "/retention/jobs"],
      "/api/v1/messages/batches",
    ]) {
      shown.push(JSON.stringify((await worker.call("GET", path)).body));
    }
    const anyone = await fetch(`${worker.origin}/api/v1/messages/batches`);
    shown.push(await anyone.text());
    await worker.runCron();
    await until(() => lines.join("").includes("configuration.problem"), "a line of the log");
    shown.push(JSON.stringify(alarms.bodies), lines.join(""));
    assert.ok(!shown.join("\n").includes(value), shown.join("\n"));
    assert.ok(shown[0].includes(name) && alarms.bodies[0].problems.join().includes(name));
    const { requests } = await world.requests();
    assert.ok(requests.every(({ method }) => method === "GET"));
  });
}

test("retention that is off deletes nothing, and is reported as off", async (t) => {
  const world = await startWorld(t);
  await fill(world, 5);
  const worker = await startFor(t, world, { vars: { RETENTION_DAYS: "off" } });
  await worker.runCron();
  const { body } = await worker.call("GET", "/retention");
  assert.deepEqual([body.rule, body.problems, body.workspaces], [null, [], []]);
  const health = await worker.call("GET", "/health");
  const { problems, state } = health.body;
  assert.deepEqual([health.status, problems, state], [503, [], "off"]);
  assert.equal((await worker.call("GET", "/retention/preview")).status, 503);
  assert.deepEqual((await world.requests()).requests, []);
});

test("a missing key is also a problem, for the relay and for retention", async (t) => {
  const world = await startWorld(t);
  const worker = await startFor(t, world, { vars: { ANTHROPIC_API_KEY: "" } });
  const { body } = await worker.call("GET", "/health");
  assert.match(body.problems[0], /^ANTHROPIC_API_KEY is not set/);
  const list = await worker.call("GET", "/api/v1/messages/batches");
  assert.deepEqual([list.status, list.body.error.type], [503, "api_error"]);
});

test("live progress: server-sent events from the ledger, until the job has ended", async (t) => {
  const world = await startWorld(t);
  await fill(world, 600, 0);
  await world.settings({ requestsPerMinute: 6_000, burst: 10 });
  const { call, origin } = await startFor(t, world);
  const job = await startPreviewed(call);
  const watch = async () => {
    const headers = { authorization: "Bearer operator-operator", accept: "text/event-stream" };
    const response = await fetch(`${origin}/retention/jobs/${job.id}`, { headers });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const events = (await response.text()).split("\n\n").filter(Boolean);
    return events.map((event) => JSON.parse(event.slice("data: ".length)));
  };
  const seen = await Promise.all([watch(), watch()]);
  for (const jobs of seen) {
    assert.ok(jobs.length >= 5, `${jobs.length} events`);
    assert.equal(jobs.at(-1).state, "done");
    assert.equal(jobs.at(-1).deleted, 600);
    assert.ok(jobs.every(({ deleted }, i) => i === 0 || deleted >= jobs[i - 1].deleted));
    assert.ok(jobs.every(({ inner }) => inner === undefined));
  }
  // One that comes later gets the end at once.
  assert.equal((await watch()).length, 1);
});

const errorOf = (message) => ({ type: "error", error: { type: "authentication_error", message } });

/** A webhook: `{ url, bodies }`. */
async function startAlarm(t) {
  const bodies = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    bodies.push(JSON.parse(text));
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}/`, bodies };
}
