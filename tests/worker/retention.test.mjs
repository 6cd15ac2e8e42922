// Retention in workerd: old and confirmed batches are deleted, and no others ever.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { measure } from "./measure.mjs";
import {
  endOf,
  fill,
  idsOf,
  lastEnded,
  startFor,
  startPreviewed,
  startWorld,
  untilDeleted,
} from "./world.mjs";

// Each has a Worker and a server of its own, and waits most of its time.
suite("retention", { concurrency: 3 }, () => {
  test("a job under a limit and 10 % faults, with ten watchers: the old ones go, and the ledger is true", async (t) => {
    const measured = await measure(t, {
      ...{
        old: 1_000,
        young: 700,
        requestsPerMinute: 3_000,
        burst: 100,
        faults: 0.1,
        watchers: 10,
      },
      // Runs end by their number of requests, so that their number does not depend on the machine's speed.
      vars: { RUN_SECONDS: "600" },
    });
    const { job, requests, gets, refused } = measured;
    assert.deepEqual(measured.left, measured.young);
    assert.equal(job.state, "done");
    const { listed, deleted, missing, failed } = job;
    const expected = { listed: 1_000, deleted: 1_000, missing: 0, failed: 0 };
    assert.deepEqual({ listed, deleted, missing, failed }, expected);
    assert.equal(measured.deletedByServer, 1_000);
    assert.equal(measured.unmatched, 0);
    assert.ok(gets <= requests / 100, `${gets} GETs of ${requests} requests`);
    assert.ok(refused <= requests / 100, `${refused} refused of ${requests}`);
    assert.ok(measured.looks >= 100, `${measured.looks} looks`);
  });

  test("cron starts each run; the second run of the rule has no batches to delete", async (t) => {
    const world = await startWorld(t);
    const { young } = await fill(world, 1_200);
    const worker = await startFor(t, world);
    await worker.runCron();
    const job = await lastEnded(worker.call);
    assert.deepEqual([job.state, job.startedBy, job.deleted], ["done", "cron", 1_200]);
    assert.deepEqual(await idsOf(world), young);
    await world.clearRequests();
    await worker.runCron();
    const second = await lastEnded(worker.call);
    assert.deepEqual([second.state, second.listed, second.expected], ["done", 0, 0]);
    const { requests } = await world.requests();
    assert.ok(requests.length > 0 && requests.length <= 4, `${requests.length} requests`);
    assert.ok(requests.every(({ method }) => method === "GET"));
  });

  test("a list page that fails in the middle ends nothing: the job waits, and resumes", async (t) => {
    const world = await startWorld(t);
    const { young } = await fill(world, 1_500);
    // The second page of a thousand is read five seconds after the first.
    await world.settings({ requestsPerMinute: 12_000, burst: 10 });
    const { call } = await startFor(t, world);
    const job = await startPreviewed(call);
    await untilDeleted(world, 1);
    await world.clearRequests();
    await world.faults([{ match: { method: "GET" }, times: 5, status: 500, json: {} }]);
    const ended = await endOf(call, job.id);
    assert.deepEqual([ended.state, ended.deleted], ["done", 1_500]);
    const { requests } = await world.requests();
    assert.equal(requests.filter(({ status }) => status === 500).length, 5);
    assert.deepEqual(await idsOf(world), young);
  });

  test("many short runs have the same result as one long one", async (t) => {
    const world = await startWorld(t);
    const { young } = await fill(world, 1_000);
    const { call } = await startFor(t, world, { vars: { RUN_REQUESTS: "100" } });
    const job = await startPreviewed(call);
    const { state, listed, deleted } = await endOf(call, job.id);
    assert.deepEqual([state, listed, deleted], ["done", 1_000, 1_000]);
    assert.deepEqual(await idsOf(world), young);
    assert.equal((await world.stats()).deleted, 1_000);
  });

  test("a batch that grows old after the preview stays; a job that would delete more is a 409", async (t) => {
    const world = await startWorld(t);
    const { young } = await fill(world, 5);
    const { call } = await startFor(t, world);
    const { body: preview } = await call("GET", "/retention/preview");
    assert.deepEqual([preview.count, preview.isCapped, preview.sample.length], [5, false, 5]);
    // Fifty more that are older than the preview's cutoff, as after a restored backup or with an odd clock.
    const { batches } = await world.create({ count: 50, ageSeconds: 20 * 86_400 });
    const wanted = { cutoff: preview.cutoff, expected: preview.count };
    const grown = await call("POST", "/retention/jobs", wanted);
    assert.deepEqual([grown.status, grown.body.count], [409, 55]);
    assert.match(grown.body.message, /^55 batches would be deleted now, not 5\.$/);
    assert.deepEqual((await call("GET", "/retention/jobs")).body, []);
    // Confirmed again, it is those 55.
    const confirmed = await call("POST", "/retention/jobs", { ...wanted, expected: 55 });
    assert.equal(confirmed.status, 201);
    // Fifty that are added while it runs do not count among them.
    const ended = await endOf(call, confirmed.body.job.id);
    assert.deepEqual([ended.deleted, batches.length], [55, 50]);
    assert.deepEqual(await idsOf(world), young);
  });

  test("a job deletes at most the confirmed number, even if more batches grow old", async (t) => {
    const world = await startWorld(t);
    await fill(world, 300, 10);
    await world.settings({ requestsPerMinute: 6_000, burst: 10 });
    const { call } = await startFor(t, world);
    const job = await startPreviewed(call);
    const more = await world.create({ count: 200, ageSeconds: 30 * 86_400 });
    assert.equal(more.batches.length, 200);
    const ended = await endOf(call, job.id);
    assert.deepEqual([ended.state, ended.deleted], ["done", 300]);
    assert.equal((await world.stats()).deleted, 300);
  });

  test("the body of a start is checked, and a cutoff younger than the rule is refused", async (t) => {
    const world = await startWorld(t);
    await fill(world, 3);
    const { call, origin } = await startFor(t, world);
    const cutoff = Date.now() - 20 * 86_400_000;
    for (const body of [
      {},
      { cutoff },
      { expected: 5 },
      { cutoff, expected: -1 },
      { cutoff, expected: 1.5 },
      { cutoff, expected: "5" },
      { cutoff: "yesterday", expected: 5 },
      { cutoff: "1", expected: 5 },
      { cutoff: "2026", expected: 5 },
      { cutoff: -1e300, expected: 5 },
      { cutoff: -1, expected: 5 },
      { cutoff: 1.5, expected: 5 },
      { cutoff: 1e300, expected: 5 },
      { cutoff: null, expected: 5 },
      { cutoff: Date.now() - 13 * 86_400_000, expected: 5 },
      { cutoff, expected: 5, dry: "no" },
      { cutoff, expected: 5, force: true },
      [],
    ]) {
      const { status, body: refused } = await call("POST", "/retention/jobs", body);
      assert.equal(status, 400, JSON.stringify(body));
      assert.ok(refused.message, JSON.stringify(body));
    }
    const large = await call("POST", "/retention/jobs", { cutoff, pad: "x".repeat(5_000) });
    assert.equal(large.status, 413);
    const authorization = "Bearer operator-operator";
    const text = await fetch(`${origin}/retention/jobs`, {
      method: "POST",
      headers: { authorization },
      body: "{",
    });
    assert.equal(text.status, 400);
    for (const [method, path, status] of [
      ["DELETE", "/retention", 405],
      ["POST", "/retention/preview", 405],
      ["GET", "/retention/jobs/5", 404],
      ["POST", "/retention/jobs/5/stop", 404],
      ["GET", "/retention?workspace=other", 404],
    ]) {
      assert.equal((await call(method, path)).status, status, path);
    }
    assert.equal((await world.stats()).deleted, 0);
  });

  test("a second start joins the first", async (t) => {
    const world = await startWorld(t);
    await fill(world, 20);
    // Until all have started it, the job can't end.
    const match = { method: "DELETE" };
    await world.faults([{ match, times: null, hang: true, effect: false }]);
    const worker = await startFor(t, world);
    const { body: preview } = await worker.call("GET", "/retention/preview");
    const wanted = { cutoff: preview.cutoff, expected: preview.count };
    const starts = await Promise.all(
      [1, 2, 3].map(() => worker.call("POST", "/retention/jobs", wanted)),
    );
    assert.deepEqual(starts.map(({ status }) => status).sort(), [200, 200, 201]);
    assert.equal(new Set(starts.map(({ body }) => body.job.id)).size, 1);
    await worker.runCron();
    assert.equal((await worker.call("GET", "/retention/jobs")).body.length, 1, "cron also joins");
    await world.clearFaults();
    const ended = await endOf(worker.call, starts[0].body.job.id);
    assert.equal(ended.deleted, 20);
  });

  test("failures are kept by code, with request ids; another round retries the ones that may pass", async (t) => {
    const world = await startWorld(t);
    const { old } = await fill(world, 20, 0);
    const [refused, late] = old;
    await world.faults([
      { match: { id: refused }, times: null, status: 400, json: { error: { message: "no" } } },
      // Three attempts of the first round, and one of the second.
      { match: { id: late }, times: 4, status: 500, json: {}, headers: { "retry-after-ms": "1" } },
    ]);
    const { call } = await startFor(t, world);
    const job = await startPreviewed(call);
    const ended = await endOf(call, job.id);
    assert.deepEqual([ended.state, ended.deleted, ended.failed], ["done", 19, 1]);
    const [group] = ended.failures;
    assert.deepEqual([group.code, group.count, group.batches[0].id], ["bad_request", 1, refused]);
    assert.ok(group.batches[0].requestId, "the id to report to the provider");
    assert.ok(!JSON.stringify(ended).includes("sk-ant"), "no key");
  });

  test("a cutoff may be an RFC 3339 string", async (t) => {
    const world = await startWorld(t);
    await fill(world, 3);
    const { call } = await startFor(t, world);
    const { body: preview } = await call("GET", "/retention/preview");
    // A minute before that of the rule: otherwise a later estimate of the API's clock may make it earlier.
    const time = preview.cutoff - 60_000;
    const cutoff = new Date(time).toISOString();
    const { status, body } = await call("POST", "/retention/jobs", { cutoff, expected: 3 });
    assert.deepEqual([status, body.job.cutoff], [201, time]);
    assert.equal((await endOf(call, body.job.id)).deleted, 3);
  });

  test("no cache keeps the responses of the interface and of monitors", async (t) => {
    const world = await startWorld(t);
    const { origin } = await startFor(t, world);
    for (const [path, expected] of [
      ["/retention", "no-store"],
      ["/retention/jobs", "no-store"],
      ["/health", "no-store"],
      ["/metrics", "no-store"],
      ["/main.js", "no-cache"],
    ]) {
      const headers = { authorization: "Bearer operator-operator" };
      const response = await fetch(origin + path, { headers });
      await response.arrayBuffer();
      assert.equal(response.headers.get("cache-control"), expected, path);
    }
  });

  test("two workspaces: each has its key, its rule and its object", async (t) => {
    const world = await startWorld(t);
    const { young } = await fill(world, 30);
    const workspaces = [
      { name: "eu", key: "KEY_EU", days: 14, by: "created" },
      { name: "us", key: "KEY_US", days: 3_650, by: "ended" },
    ];
    const worker = await startFor(t, world, {
      vars: {
        ...{ RETENTION_DAYS: "off", WORKSPACES: JSON.stringify(workspaces) },
        ...{ KEY_EU: "sk-ant-eu", KEY_US: "sk-ant-us" },
      },
    });
    const { body } = await worker.call("GET", "/retention?workspace=us");
    assert.deepEqual([body.workspaces, body.rule.by], [["eu", "us"], "ended"]);
    await worker.runCron();
    for (const name of ["eu", "us"]) {
      const { body: jobs } = await worker.call("GET", `/retention/jobs?workspace=${name}`);
      const path = `${jobs[0].id}?workspace=${name}`;
      const job = await endOf(worker.call, path);
      assert.deepEqual([job.state, job.deleted], ["done", name === "eu" ? 30 : 0]);
    }
    assert.deepEqual(await idsOf(world), young);
    const { requests } = await world.requests();
    const keys = new Set(
      requests.map(({ headers }) => JSON.stringify(headers).match(/sk-ant-\w+/)[0]),
    );
    assert.deepEqual([...keys].sort(), ["sk-ant-eu", "sk-ant-us"]);
  });
});
