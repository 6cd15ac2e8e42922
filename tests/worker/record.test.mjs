// The record: an entry for each deletion, start, stop, change of the rule, sign-in; chained, exported, refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { csvOf } from "../../www/worker/record/csv.js";
import { until } from "../runtimes/until.mjs";
import {
  endOf,
  entriesOf,
  fill,
  newStorage,
  SECRET,
  startFor,
  startPreviewed,
  startWorld,
  untilDeleted,
} from "./world.mjs";

const MAIN = fileURLToPath(new URL("storage-main.mjs", import.meta.url));
const BEARER = { authorization: `Bearer ${SECRET}` };
const RULE = { days: 14, by: "created", dry: false };

test("a job leaves its start, an entry for each id, its end; the head is in the log and the alert", async (t) => {
  const world = await startWorld(t);
  const vars = { ALERT_URL: `${world.url}/alert` };
  const { call, entries, get, logged } = await start(t, { world, vars });
  const { old } = await fill(world, 30, 5);
  await world.faults([
    { match: { method: "DELETE", id: old[3] }, times: null, status: 403, json: {} },
    { match: { method: "DELETE" }, times: null, rate: 0.1, status: 529 },
  ]);
  const job = await startPreviewed(call);
  await endOf(call, job.id);
  const all = await entries();
  const [rule, begin, ...rest] = all;
  const end = rest.pop();
  assert.deepEqual([rule.event, rule.rule, rule.detail], ["rule", RULE, { before: null }]);
  const { event, actor, job: number, rule: atStart, detail } = begin;
  assert.deepEqual([event, actor, number, atStart], ["start", "operator", job.id, RULE]);
  assert.equal(detail.cutoff, new Date(job.cutoff).toISOString());
  assert.deepEqual([end.event, end.outcome, end.detail.deleted], ["end", "done", 29]);
  const gone = rest.filter(({ outcome }) => outcome === "deleted");
  assert.deepEqual(gone.map(({ id }) => id).sort(), old.toSpliced(3, 1));
  for (const entry of gone) {
    assert.match(entry.requestId, /^req_/);
    assert.deepEqual([entry.actor, entry.job, entry.rule], ["operator", job.id, RULE]);
    assert.ok(Date.parse(entry.time) >= job.startedAt);
  }
  const failed = rest.filter(({ id }) => id === old[3]);
  assert.deepEqual([...new Set(failed.map(({ outcome }) => outcome))], ["failed"]);
  assert.equal(failed[0].code, "permission");
  assert.deepEqual(
    all.map(({ seq }) => seq),
    all.map((_, index) => index + 1),
  );
  const { status, body } = await get("/ledger/verify");
  assert.deepEqual([status, body.holds, body.entries], [200, true, all.length]);
  assert.equal(body.head, `${all.length}.${end.hash}`);
  const run = await until(() => logged("retention.run"), "a line of the log");
  assert.equal(run.head, body.head);
  const isAlert = ({ path }) => path.endsWith("/alert");
  const alerted = await until(
    async () => (await world.requests()).requests.find(isAlert),
    "an alert",
  );
  assert.equal(JSON.parse(alerted.body).head, body.head);
  assert.match(logged("retention.start").head, /^2\.[0-9a-f]{64}$/);
});

test("cron, a stop, and a change of the rule are entries with their actor", async (t) => {
  const persist = await newStorage(t);
  const world = await startWorld(t);
  await fill(world, 200, 0);
  await world.settings({ requestsPerMinute: 3_000, burst: 10 });
  const first = await start(t, { world, persist });
  await first.runCron();
  await untilDeleted(world, 20);
  const { job } = (await first.call("GET", "/retention")).body;
  await first.call("POST", `/retention/jobs/${job.id}/stop`);
  await endOf(first.call, job.id);
  const before = await first.entries();
  const count = before.filter(({ outcome }) => outcome === "deleted").length;
  assert.equal(count, (await world.stats()).deleted);
  const named = before.filter(({ event }) => event !== "delete");
  assert.deepEqual(
    named.map(({ event, actor, outcome }) => [event, actor, outcome]),
    [
      ["rule", "configuration", undefined],
      ["start", "cron", undefined],
      ["stop", "operator", undefined],
      ["end", "cron", "stopped"],
    ],
  );
  const { head } = (await first.get("/ledger/verify")).body;
  await first.stop();
  const second = await start(t, { world, persist, vars: { RETENTION_DAYS: "off" } });
  // The rule is off, and yet the hour notes it.
  await second.runCron();
  const changed = (await second.entries()).at(-1);
  assert.deepEqual([changed.event, changed.rule, changed.detail], ["rule", null, { before: RULE }]);
  assert.equal((await second.get(`/ledger/verify?head=${head}`)).body.comparedHead, true);
});

test("through the relay, a deletion and a cancelation leave the attempt and the outcome", async (t) => {
  const { world, send, entries, control } = await start(t);
  const { batches } = await world.create({ count: 2 });
  const [{ id }, { id: lost }] = batches;
  const running = (await world.create({ status: "in_progress" })).batches[0].id;
  // It is still being canceled when it is to be deleted, however late that is.
  await world.settings({ cancelingMs: 3_600_000 });
  await world.faults([{ match: { method: "DELETE", id: lost }, times: 1, status: 503, json: {} }]);
  const path = (one) => `/api/v1/messages/batches/${one}`;
  const sent = await send(path(id), { method: "DELETE" });
  assert.deepEqual(await sent.json(), { id, type: "message_batch_deleted" });
  assert.equal((await send(path(id), { method: "DELETE" })).status, 404);
  assert.equal((await send(path(lost), { method: "DELETE" })).status, 503);
  assert.equal((await send(`${path(running)}/cancel`, { method: "POST" })).status, 200);
  assert.equal((await send(path(running), { method: "DELETE" })).status, 400);
  // Reads, and requests that are not let in, leave nothing.
  await send("/api/v1/messages/batches");
  const refused = await send(path(lost), { method: "DELETE", headers: { authorization: "" } });
  assert.equal(refused.status, 403);
  const all = await entries();
  assert.deepEqual(
    all.map(({ event, actor, id: one, outcome, code }) => [event, actor, one, outcome, code]),
    [
      ["delete", "operator", id, "attempted", undefined],
      ["delete", "operator", id, "deleted", undefined],
      ["delete", "operator", id, "attempted", undefined],
      ["delete", "operator", id, "missing", "not_found_error"],
      ["delete", "operator", lost, "attempted", undefined],
      ["delete", "operator", lost, "unknown", "503"],
      ["cancel", "operator", running, "attempted", undefined],
      ["cancel", "operator", running, "canceling", undefined],
      ["delete", "operator", running, "attempted", undefined],
      ["delete", "operator", running, "failed", "invalid_request_error"],
    ],
  );
  assert.equal(all[1].requestId, sent.headers.get("request-id"));

  await world.clearFaults();
  await world.clearRequests();
  await control("/_break", "true");
  const closed = await send(path(lost), { method: "DELETE" });
  assert.equal(closed.status, 503);
  assert.match((await closed.json()).error.message, /^the record can't be written/);
  assert.deepEqual((await world.requests()).requests, []);
  await control("/_break", "false");
  assert.equal((await send(path(lost), { method: "DELETE" })).status, 200);
  assert.equal((await entries()).at(-1).outcome, "deleted");
});

test("if a page leaves during a deletion, the record still gets its outcome", async (t) => {
  const { world, send, entries } = await start(t);
  const [{ id }] = (await world.create()).batches;
  await world.faults([{ match: { method: "DELETE" }, times: 1, delayMs: 5_000 }]);
  const leaving = new AbortController();
  const { signal } = leaving;
  const sent = send(`/api/v1/messages/batches/${id}`, {
    method: "DELETE",
    headers: BEARER,
    signal,
  });
  const isSent = async () =>
    (await world.requests()).requests.some((one) => one.method === "DELETE");
  await until(isSent, "the deletion at the emulator");
  leaving.abort();
  await assert.rejects(sent, { name: "AbortError" });
  const isOver = async () => (await entries()).length === 2;
  await until(isOver, "an outcome");
  const [attempt, { outcome }] = await entries();
  assert.equal(attempt.outcome, "attempted");
  // If the runtime tells the Worker that the page left, the request is cut off.
  const { deleted } = await world.stats();
  assert.ok(outcome === "unknown" || (outcome === "deleted" && deleted === 1), outcome);
});

test("LEDGER_DAYS is checked as the other variables are", async (t) => {
  const { call } = await start(t, { vars: { LEDGER_DAYS: "400d" } });
  assert.deepEqual((await call("GET", "/retention")).body.problems, [
    "LEDGER_DAYS must be a whole number of days from 1 to 3650",
  ]);
});

test("a record that can't be written starts no job", async (t) => {
  const { world, call, control } = await start(t);
  const { old } = await fill(world, 3, 0);
  const { body: preview } = await call("GET", "/retention/preview");
  await control("/_break", "true");
  const wanted = { cutoff: preview.cutoff, expected: preview.count };
  const { status } = await call("POST", "/retention/jobs", wanted);
  assert.equal(status, 502);
  assert.equal((await world.batches()).batches.length, old.length);
  await control("/_break", "false");
  await endOf(call, (await startPreviewed(call)).id);
  assert.equal((await world.stats()).deleted, old.length);
});

test("signing in and out are entries", async (t) => {
  const { send, entries, origin } = await start(t);
  const headers = { authorization: "" };
  const body = (secret) => new URLSearchParams({ secret });
  await send("/sign-in", { method: "POST", headers, body: body("wrong") });
  const { headers: got } = await send("/sign-in", { method: "POST", headers, body: body(SECRET) });
  const cookie = got.get("set-cookie").split(";")[0];
  await send("/sign-out", { method: "POST", headers: { ...headers, cookie, origin } });
  await send("/sign-out", { method: "POST", headers: { ...headers, origin } });
  const all = await entries();
  assert.deepEqual(
    all.map(({ event, actor }) => [event, actor]),
    [
      ["sign_in", "operator"],
      ["sign_out", "operator"],
    ],
  );
});

test("the chain names the entry that was changed, removed or cut off", async (t) => {
  const { control, get } = await start(t);
  const sql = (query) => control("/_sql", query);
  const verdict = async (head) => {
    const { status, body } = await get(`/ledger/verify${head ? `?head=${head}` : ""}`);
    assert.equal(status, body.holds ? 200 : 409);
    return body;
  };
  const head = await control("/_fill", "1000");
  assert.match(head, /^1000\./);
  assert.deepEqual(await verdict(head), {
    ...{ holds: true, entries: 1_000, first: 1, pruned: 0, head, comparedHead: true },
    ledgerDays: 400,
  });
  assert.equal((await verdict()).comparedHead, false, "there is none to compare");
  assert.equal((await verdict(`0.${"1".repeat(64)}`)).at, 0, "before the first entry");
  const kept = await sql("SELECT * FROM chain");
  assert.deepEqual(kept.length, 5);
  const restore = async () => {
    await sql("DELETE FROM chain");
    for (const row of kept) {
      const values = Object.values(row).map((value) => (value === null ? "NULL" : `'${value}'`));
      await sql(`INSERT INTO chain VALUES (${values})`);
    }
    assert.equal((await verdict()).holds, true);
  };
  const line = kept[2].lines.split("\n")[49];
  const { seq, id } = JSON.parse(line);
  assert.equal(seq, 450);
  for (const [query, at] of [
    [`UPDATE chain SET lines = replace(lines, '${id}', 'msgbatch_other') WHERE first = 401`, 450],
    [`UPDATE chain SET lines = replace(lines, '${line}\n', '') WHERE first = 401`, 450],
    [`UPDATE chain SET lines = replace(lines, '${line}', '{}') WHERE first = 401`, 450],
    ["DELETE FROM chain WHERE first = 401", 401],
    ["UPDATE chain SET newest = 0 WHERE first = 601", 601],
    ["UPDATE chain SET least_job = 7 WHERE first = 601", 601],
    ["DELETE FROM chain WHERE first = 1", 1],
    ["DELETE FROM chain WHERE first = 801", 801],
    ["DELETE FROM chain", 1],
  ]) {
    await sql(query);
    const { holds, at: found } = await verdict();
    assert.deepEqual([holds, found], [false, at], query);
    await restore();
  }
  // A program that can write to the storage can also change the head and the number of pruned entries in it.
  const cut = { seq: 800, hash: kept[3].lines.slice(-67, -3) };
  await sql("DELETE FROM chain WHERE first = 801");
  await sql(`UPDATE chain_state SET value = '${JSON.stringify(cut)}' WHERE name = 'head'`);
  assert.equal((await verdict()).holds, true, "nothing inside says so");
  const shorter = await verdict(head);
  assert.deepEqual([shorter.at, shorter.reason], [801, "the chain is shorter than that head"]);
  const other = await verdict(`800.${"0".repeat(64)}`);
  assert.deepEqual([other.at, other.reason], [800, "the entry of that head is another"]);
  const front = { seq: 200, hash: kept[0].lines.slice(-67, -3) };
  await sql("DELETE FROM chain WHERE first = 1");
  await sql(`INSERT INTO chain_state VALUES ('pruned', '${JSON.stringify(front)}')`);
  const cutOff = await verdict();
  assert.deepEqual([cutOff.at, cutOff.reason], [201, "entries before it were removed"]);
  for (const bad of ["head=1", "head=1.abc", "head=x", "head=", "hed=1", `head=${head}&head=x`]) {
    assert.equal((await get(`/ledger/verify?${bad}`)).status, 400, bad);
  }
});

test("entries that are too old are removed and counted, and the chain is intact", async (t) => {
  const { control, entries, get } = await start(t);
  const head = await control("/_fill", "600");
  await control("/_prune", "400");
  assert.equal((await entries()).length, 601, "the rule, and nothing is gone");
  // A negative age: all that there is is older.
  await control("/_prune", "-1");
  const [pruned, ...others] = await entries();
  assert.deepEqual(others, []);
  assert.deepEqual([pruned.seq, pruned.event], [602, "prune"]);
  const { count, through } = pruned.detail;
  assert.deepEqual([count, through], [601, 601]);
  const { body } = await get(`/ledger/verify?head=${pruned.detail.head}`);
  const { holds, entries: left, first, comparedHead } = body;
  assert.deepEqual([holds, left, first, comparedHead], [true, 1, 602, true]);
  const older = (await get(`/ledger/verify?head=${head}`)).body;
  assert.deepEqual(
    [older.holds, older.comparedHead],
    [true, false],
    "it went, so it can't be compared",
  );
});

test("the export selects by time, job, number; as lines of JSON and as CSV", async (t) => {
  const { control, entries, send } = await start(t);
  await control("/_fill", "30200");
  const all = await entries();
  assert.equal(all.length, 30_200);
  assert.deepEqual(
    all.map(({ seq }) => seq),
    all.map((_, index) => index + 1),
  );
  const lengthOf = async (query) => (await entries(query)).length;
  assert.equal(await lengthOf("?job=2"), 10_000);
  assert.equal(await lengthOf("?job=4"), 200);
  assert.equal(await lengthOf("?job=99"), 0);
  assert.equal(await lengthOf("?from=2020-01-01&to=2020-01-02"), 0);
  assert.equal(await lengthOf(`?from=${all[0].time}&to=2999-01-01`), 30_200);
  const page = await entries("?after=5170&limit=40");
  assert.deepEqual([page[0].seq, page.at(-1).seq, page.length], [5_171, 5_210, 40]);
  const response = await send("/ledger?limit=2", { headers: { ...BEARER, accept: "text/csv" } });
  assert.match(response.headers.get("content-type"), /^text\/csv/);
  assert.match(response.headers.get("content-disposition"), /record-default\.csv/);
  assert.equal(response.headers.get("ledger-head"), `30200.${all.at(-1).hash}`);
  const [header, row, ...more] = (await response.text()).split("\r\n");
  assert.match(header, /^seq,time,event,actor,id,outcome,requestId/);
  assert.equal(row.split(",")[4], all[0].id);
  assert.equal(more.length, 2);
  for (const query of [
    "?from=1e9",
    "?from=soon",
    "?from=2026-02-30",
    "?to=2026-11-31T00:00:00Z",
    "?job=1&job=2",
    "?job=0",
    "?job=x",
    "?limit=0",
    "?format=xml",
    "?f=1",
  ]) {
    const { status } = await send(`/ledger${query}`);
    assert.equal(status, 400, query);
  }
  assert.equal((await send("/ledger?workspace=other")).status, 404);
  assert.equal((await send("/ledger", { method: "DELETE" })).status, 405);
  assert.equal((await send("/ledger", { headers: { authorization: "" } })).status, 401);
});

for (const actor of ["=1+1", "+1", "-1", "@SUM(A1)", 'a "b", c']) {
  test(`a cell of the CSV with ${actor} is harmless`, () => {
    const row = csvOf({ seq: 1, time: "t", event: "stop", actor });
    const cell = /^1,t,stop,(.*?),{13}\r\n$/.exec(row)[1];
    assert.equal(cell, actor.startsWith("a") ? '"a ""b"", c"' : `'${actor}`);
  });
}

/** The Worker, its record, and `control` for its storage. */
async function start(t, { world, ...more } = {}) {
  const own = world ?? (await startWorld(t));
  const chunks = [];
  const handleRuntimeStdio = (...streams) => {
    for (const stream of streams) stream.on("data", (chunk) => chunks.push(`${chunk}`));
  };
  const worker = await startFor(t, own, { main: MAIN, runtime: { handleRuntimeStdio }, ...more });
  const send = (path, init) =>
    fetch(`${worker.origin}${path}`, { redirect: "manual", headers: BEARER, ...init });
  const control = async (path, body) => {
    const response = await send(path, { method: "POST", body });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  };
  const entries = (query) => entriesOf(worker.origin, query);
  const logged = (event) => {
    const lines = chunks.join("").split("\n");
    const line = lines.find((one) => one.includes(`{"event":"${event}"`) && one.endsWith("}"));
    return line && JSON.parse(line.slice(line.indexOf("{")));
  };
  return {
    ...worker,
    world: own,
    send,
    control,
    entries,
    logged,
    get: (path) => worker.call("GET", path),
  };
}
