// Runs each command, and compares its requests and its output.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { idsOf, jsonLines, KEY, setUp, start, withoutRequestId } from "./command.mjs";

const there = async (world) => idsOf(await world.batches());

test("delete: ids as arguments", async (t) => {
  const { world, run } = await setUp(t);
  const [first, second, kept] = idsOf(await world.create({ count: 3 }));
  const { code, stdout, stderr } = await run("delete", first, second, first, "msgbatch_gone");
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "2 deleted, 1 missing\n");
  assert.equal(stderr, "");
  assert.deepEqual(await there(world), [kept]);
  assert.equal((await world.stats()).unmatched, 0);
});

test("delete -: ids on stdin, with blank lines, comments, CRLF, a byte order mark, no last end", async (t) => {
  const { world } = await setUp(t);
  const [first, second, third] = idsOf(await world.create({ count: 3 }));
  const input = `\ufeff# old ones\r\n${first}\r\n\n  ${second}\t\n   # more\n\n${third}`;
  const { code, stdout } = await start(["delete", "-", "--json"], { world, input }).ended;
  assert.equal(code, 0);
  const { outcomes, report } = jsonLines(stdout);
  assert.deepEqual(
    outcomes.map(withoutRequestId).toSorted((a, b) => a.index - b.index),
    [first, second, third].map((id, index) => ({ id, index, status: "deleted" })),
  );
  assert.deepEqual(report, { deleted: 3, missing: 0, unsent: 0, total: 3, failed: [] });
  assert.deepEqual(await there(world), []);
});

test("delete --file, and --file -", async (t) => {
  const { world, folder, run } = await setUp(t);
  const [first, second, third] = idsOf(await world.create({ count: 3 }));
  const file = join(folder, "ids.txt");
  await writeFile(file, `${first}\n${second}\n`);
  assert.equal((await run("delete", "--file", file)).stdout, "2 deleted\n");
  const piped = await start(["delete", `--file=-`], { world, input: third }).ended;
  assert.equal(piped.stdout, "1 deleted\n");
  assert.deepEqual(await there(world), []);
});

test("delete --json: a line for each outcome, and the report as the last line", async (t) => {
  const { world, run } = await setUp(t);
  const [ended] = idsOf(await world.create());
  const [running] = idsOf(await world.create({ status: "in_progress" }));
  const { code, stdout, stderr } = await run("delete", "--json", ended, running, "none", "a/b");
  assert.equal(code, 1);
  assert.equal(stderr, "");
  const { outcomes, report } = jsonLines(stdout);
  const byIndex = outcomes.toSorted((a, b) => a.index - b.index);
  assert.deepEqual(withoutRequestId(byIndex[0]), { id: ended, index: 0, status: "deleted" });
  assert.deepEqual(withoutRequestId(byIndex[2]), { id: "none", index: 2, status: "missing" });
  const { error, ...refused } = byIndex[1];
  assert.deepEqual(refused, { id: running, index: 1, status: "failed" });
  assert.equal(error.code, "still_processing");
  assert.equal(error.status, 400);
  assert.match(error.requestId, /^req_/);
  assert.equal(byIndex[3].error.code, "invalid_option");
  // A program need not read the words.
  const facts = ({ error: { option, retryable, maybeApplied } }) => [
    option,
    retryable,
    maybeApplied,
  ];
  assert.deepEqual(facts(byIndex[1]), [undefined, true, false]);
  assert.deepEqual(facts(byIndex[3]), ["id", false, false]);
  const { failed, ...counts } = report;
  assert.deepEqual(counts, { deleted: 1, missing: 1, unsent: 0, total: 4 });
  assert.deepEqual(
    failed.toSorted((a, b) => a.index - b.index),
    [byIndex[1], byIndex[3]].map(({ id, index, error }) => ({ id, index, error })),
  );
});

test("delete --if-processing cancel", async (t) => {
  const { world, run } = await setUp(t);
  await world.settings({ cancelingMs: 50 });
  const [running] = idsOf(await world.create({ status: "in_progress" }));
  const refused = await run("delete", running);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^failed DELETE .*: --if-processing wait or cancel deletes it/);
  assert.equal(refused.stderr.trim().split("\n").length, 1);
  const { code, stdout } = await run("delete", "--if-processing", "cancel", running);
  assert.deepEqual([code, stdout], [0, "1 deleted\n"]);
  assert.deepEqual(await there(world), []);
});

test("the options of a request reach the wire", async (t) => {
  const { world, folder } = await setUp(t);
  const keyFile = join(folder, "key");
  await writeFile(keyFile, "sk-of-the-file\n");
  const options = ["--beta", "one", "--beta=two", "--key-file", keyFile, "--base-url", world.url];
  const env = { ANTHROPIC_BASE_URL: "http://127.0.0.1:9", ANTHROPIC_AUTH_TOKEN: "unused" };
  assert.equal((await start(["delete", "b1", ...options], { env }).ended).code, 0);
  const [{ target, headers }] = (await world.requests()).requests;
  const sent = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  assert.equal(sent["x-api-key"], "sk-of-the-file");
  assert.equal(sent.authorization, undefined);
  assert.equal(sent["anthropic-beta"], "one,two");
  assert.match(target, /\?beta=true$/);

  await world.clearRequests();
  const token = { ANTHROPIC_API_KEY: undefined, ANTHROPIC_AUTH_TOKEN: "of-the-environment" };
  assert.equal((await start(["delete", "b1"], { world, env: token }).ended).code, 0);
  const [request] = (await world.requests()).requests;
  const found = request.headers.find(([name]) => name.toLowerCase() === "authorization");
  assert.equal(found[1], "Bearer of-the-environment");
});

test("--max-retries and --concurrency", async (t) => {
  const { world, run } = await setUp(t);
  await world.faults([{ times: null, status: 500, headers: { "retry-after-ms": "1" } }]);
  assert.equal((await run("delete", "--max-retries", "0", "b1")).code, 3);
  assert.equal((await world.requests()).requests.length, 1);
  await world.reset();
  await world.faults([{ times: null, delayMs: 30 }]);
  const ids = Array.from({ length: 30 }, (_, index) => `b${index}`);
  assert.equal((await run("delete", "--concurrency", "3", ...ids)).code, 0);
  assert.equal((await world.stats()).maxConcurrent, 3);
});

test("list: a line for each batch, only ids, JSON", async (t) => {
  const { world, run } = await setUp(t);
  await world.create({ count: 3, createdAt: "2026-01-01T00:00:00Z" });
  await world.create({ status: "in_progress" });
  const { batches } = await world.batches();
  const plain = await run("list");
  assert.equal(plain.code, 0);
  assert.deepEqual(
    plain.stdout.trim().split("\n"),
    batches.map(({ id, processing_status, created_at, ended_at }) =>
      [id, processing_status, created_at, ended_at ?? "-"].join("\t"),
    ),
  );
  const old = await run("list", "--ids", "--created-before", "30d", "--status", "ended");
  assert.equal(
    old.stdout,
    batches
      .slice(1)
      .map(({ id }) => `${id}\n`)
      .join(""),
  );
  const json = await run("list", "--json", "--limit", "2");
  assert.deepEqual(json.stdout.trim().split("\n").map(JSON.parse), batches.slice(0, 2));
  const piped = await start(["delete", "-"], { world, input: old.stdout }).ended;
  assert.equal(piped.stdout, "3 deleted\n");
});

test("cancel: each end has its count, and an id that is not valid fails", async (t) => {
  const { world, run } = await setUp(t);
  await world.settings({ cancelingMs: 60_000 });
  const ids = idsOf(await world.create({ count: 12, status: "in_progress" }));
  const { code, stdout } = await run("cancel", "--json", ...ids);
  assert.equal(code, 0);
  const { outcomes, report } = jsonLines(stdout);
  assert.deepEqual(
    outcomes.map(withoutRequestId).toSorted((a, b) => a.index - b.index),
    ids.map((id, index) => ({ id, index, status: "canceled" })),
  );
  const counts = { canceled: 12, ended: 0, missing: 0, unsent: 0, total: 12, failed: [] };
  assert.deepEqual(report, counts);
  const [over] = idsOf(await world.create());
  const input = `none\n${ids[0]}\na b\n${over}\n`;
  const others = await start(["cancel", "-"], { world, input }).ended;
  assert.equal(others.code, 1);
  assert.equal(others.stdout, "1 canceled, 1 had ended, 1 missing, 1 failed\n");
  assert.match(others.stderr, /^failed "a b": id must be/);
});

test("cancel: 300 keep to 3 000 a minute", async (t) => {
  const { world } = await setUp(t);
  await world.settings({ requestsPerMinute: 3_000, burst: 10 });
  const ids = idsOf(await world.create({ count: 300, status: "in_progress" }));
  const input = ids.join("\n");
  const { code, stdout } = await start(["cancel", "-", "--concurrency", "32"], { world, input })
    .ended;
  assert.deepEqual([code, stdout], [0, "300 canceled\n"]);
  // Without a limiter, 223 of 511 were refused. A late timer may cost a few.
  const { requests } = await world.stats();
  assert.ok(requests <= 315, `${requests} requests`);
});

test("--workspace is sent, --timeout bounds an attempt, a date is its beginning", async (t) => {
  const { world, run } = await setUp(t);
  await world.create({ id: "before", createdAt: "2026-01-31T23:59:59Z" });
  await world.create({ id: "after", createdAt: "2026-02-01T00:00:00Z" });
  const listed = await run("list", "--ids", "--created-before", "2026-02-01", "--workspace", "w1");
  assert.equal(listed.stdout, "before\n");
  const { requests } = await world.requests();
  assert.deepEqual(
    requests.map(({ headers }) => new Headers(headers).get("anthropic-workspace-id")),
    ["w1"],
  );
  await world.faults([{ times: null, hang: true }]);
  const hung = await run("delete", "before", "--timeout", "1", "--max-retries", "0");
  assert.equal(hung.code, 3);
  assert.match(hung.stderr, /no whole response within --timeout \(1000 ms\)/);
});

test("no output has the key", async (t) => {
  const { world, run } = await setUp(t);
  const error = { type: "authentication_error", message: `the key ${KEY} is not valid` };
  await world.faults([{ times: null, status: 401, json: { type: "error", error } }]);
  for (const args of [["delete", "b1"], ["delete", "b1", "--json"], ["list"], ["cancel", "b1"]]) {
    const { stdout, stderr } = await run(...args);
    assert.match(stdout + stderr, /the key \[redacted\] is not valid/);
    assert.ok(!(stdout + stderr).includes("SECRET"), args);
  }
});

test("--verbose writes each attempt, with the delay before the next", async (t) => {
  const { world, run } = await setUp(t);
  const [id] = idsOf(await world.create());
  await world.faults([{ status: 500, headers: { "retry-after-ms": "1" } }]);
  const { code, stdout, stderr } = await run("delete", "-v", id);
  assert.deepEqual([code, stdout], [0, "1 deleted\n"]);
  const [first, second, ...rest] = stderr.trim().split("\n");
  assert.match(
    first,
    new RegExp(`^DELETE /v1/messages/batches/${id}: 500.*; attempt 1, the next in 0.0 s$`),
  );
  assert.match(second, new RegExp(`^DELETE ${id}: 200 \\(request id: req_\\w+\\)$`));
  assert.deepEqual(rest, []);
  const list = await run("list", "--verbose");
  assert.match(list.stderr, /^GET the list: 200 \(request id: req_\w+\)\n$/);
  const purge = await run("purge", "--all", "--dry-run", "-v");
  assert.ok(!purge.stderr.includes("probe"), purge.stderr);
});

test("--quiet writes only results and errors", async (t) => {
  const { world, run } = await setUp(t);
  const [first, second, running] = [
    ...idsOf(await world.create({ count: 2 })),
    ...idsOf(await world.create({ status: "in_progress" })),
  ];
  const silent = { code: 0, signal: null, stdout: "", stderr: "" };
  assert.deepEqual(await run("delete", "--quiet", first, "missing"), silent);
  const dry = await run("purge", "--status", "ended", "-qn");
  assert.deepEqual(dry, { ...silent, stdout: `${second}\n` });
  assert.deepEqual(await run("purge", "--status", "ended", "--quiet", "--yes"), silent);
  const failed = await run("delete", "--quiet", running);
  assert.deepEqual([failed.code, failed.stdout], [1, ""]);
  assert.match(failed.stderr, /^failed .*\n$/);
  const json = await run("delete", "-q", "--json", first);
  assert.equal(jsonLines(json.stdout).report.missing, 1);
});

test("failures with the same words share one line", async (t) => {
  const { world, run } = await setUp(t);
  const refusal = (words) => {
    const error = { type: "permission_error", message: words };
    return { times: null, status: 403, json: { type: "error", error } };
  };
  const ids = Array.from({ length: 9 }, (_, index) => `batch${index}`);
  await world.faults([refusal("not yours")]);
  const all = await run("delete", ...ids);
  assert.match(all.stderr, /^9 failed: 403 permission_error: not yours \(request id: \w+\)\n$/);
  await world.clearFaults();
  await world.faults([
    ...["batch1", "batch2", "batch3", "batch4"].map((id) => ({
      ...refusal(`${id} is locked`),
      match: { id },
    })),
    { ...refusal("not yours"), match: { id: "batch7" } },
  ]);
  const { code, stdout, stderr } = await run("delete", ...ids);
  assert.deepEqual([code, stdout], [1, "0 deleted, 4 missing, 5 failed\n"]);
  const [four, one, ...rest] = stderr.trim().split("\n").toSorted();
  assert.match(
    four,
    /^4 failed \(batch\d, batch\d, batch\d, …\): 403 permission_error: batch\d is locked/,
  );
  assert.match(
    one,
    /^failed DELETE \/v1\/messages\/batches\/batch7: 403 permission_error: not yours/,
  );
  assert.deepEqual(rest, []);
});
