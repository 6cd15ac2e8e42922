// Ctrl-C and crashes in the middle of a job, and the same command afterwards.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../runtimes/until.mjs";
import { idsOf, jsonLines, setUp, start } from "./command.mjs";

/** `npm run test:nightly` interrupts more often, and more. The code that ends a job is the same at each moment. */
const [COUNT, MOMENTS, KILLS] = process.env.NIGHTLY ? [2_000, 10, 3] : [1_000, 4, 1];
/** A request without a response, and a wait for the rate limit, last for longer. */
const AT_ONCE_MS = 30_000;
const soon = { "retry-after-ms": "2" };
/** Together a tenth of all requests. Some take effect, and their response is lost. */
const FAULTS = [
  [0.04, { status: 500, headers: soon }],
  [0.01, { status: 429, headers: soon }],
  [0.02, { status: 529, headers: soon }],
  [0.01, { reset: "before" }],
  [0.005, { reset: "during" }],
  [0.005, { reset: "after" }],
  [0.01, { delayMs: 40 }],
].map(([rate, fault]) => ({ times: null, rate, match: { method: "DELETE" }, ...fault }));

/** A world with many batches, their ids in a file, and the command that deletes them. */
async function setUpMany(t, seed) {
  const { world, folder } = await setUp(t);
  // So slow that a signal comes in the middle.
  await world.settings({ requestsPerMinute: 9_000, burst: 50 });
  const ids = idsOf(await world.create({ count: COUNT }));
  await world.faults(FAULTS, seed);
  const [file, journal] = [join(folder, "ids"), join(folder, "journal")];
  await writeFile(file, `${ids.join("\n")}\n`);
  const args = ["delete", "--file", file, "--resume", journal, "--json", "--concurrency", "32"];
  return { world, ids, journal, begin: () => start(args, { world, limitMs: 120_000 }) };
}

/**
 * Runs the command until nothing fails any more: faults may hit an id again and again. Each time it
 * skips the deleted ids, and adds to them. Returns the ids that the last run did not find.
 */
async function goOn(begin, gone) {
  for (let round = 1; round <= 10; round += 1) {
    const { code, stdout, stderr } = await begin().ended;
    const { outcomes, report } = jsonLines(stdout);
    assert.equal(report.skipped, gone.size, stderr);
    assert.equal(report.total, COUNT - gone.size);
    assert.equal(report.total, outcomes.length);
    assert.equal(code, report.failed.length > 0 ? 1 : 0, stderr);
    collect(outcomes, gone);
    if (code === 0) return outcomes.filter(isMissing).map(({ id }) => id);
  }
  assert.fail("some failed ten times");
}

const isMissing = ({ status }) => status === "missing";

function collect(outcomes, gone) {
  for (const { id, status } of outcomes) {
    assert.ok(!gone.has(id), `${id} has an outcome again`);
    if (status === "deleted") gone.add(id);
  }
}

const journalLines = async (path) => (await readFile(path, "utf8")).trim().split("\n").slice(1);

/**
 * Each id is deleted or missing in the journal, none is deleted twice, and the API deleted each once.
 * An id is missing if its request was on its way when the process ended.
 */
async function checkAll({ world, ids, journal }) {
  const outcomes = (await journalLines(journal)).map(JSON.parse);
  const deletions = outcomes.filter(({ status }) => status === "deleted").map(({ id }) => id);
  assert.equal(new Set(deletions).size, deletions.length, "none is deleted twice");
  const missing = outcomes.filter(isMissing).map(({ id }) => id);
  assert.deepEqual(new Set([...deletions, ...missing]), new Set(ids));
  for (const { id, index } of outcomes) assert.equal(ids[index], id, "the index in the file");
  const { batches, deleted } = await world.batches();
  assert.deepEqual(batches, []);
  assert.equal(deleted.length, COUNT, "the API deleted every batch");
  assert.equal(new Set(deleted).size, COUNT, "and none twice");
  assert.equal((await world.stats()).unmatched, 0);
}

/** How often the API received a DELETE of each id after which it was gone, and then another. */
async function sentAgain(world, gone) {
  const { requests } = await world.requests();
  const targets = requests.filter(({ method }) => method === "DELETE").map(({ target }) => target);
  return targets.filter((target) => gone.has(target.split("/").at(-1)));
}

test(`Ctrl-C at ${MOMENTS} moments of ${COUNT}, under faults: every id has one outcome, and no GET is sent`, async (t) => {
  const setting = await setUpMany(t, 7);
  const { world, begin } = setting;
  const gone = new Set();
  const everMissing = new Set();
  const everFailed = new Set();
  for (let round = 1; round <= MOMENTS; round += 1) {
    const job = begin();
    await until(() => job.found.stdout.split("\n").length > 60, "60 outcomes");
    job.child.kill("SIGINT");
    const { code, signal, stdout, stderr } = await job.ended;
    assert.deepEqual([code, signal], [130, null], stderr);
    assert.match(stderr, /^Interrupted: waiting for responses\. Ctrl-C again ends at once\.$/m);
    assert.match(stderr, /To resume, run the same command with the same --resume\.\n$/);
    const { outcomes, report } = jsonLines(stdout);
    assert.equal(report.interrupted, true);
    assert.equal(report.total - report.unsent, outcomes.length);
    assert.equal(report.skipped, gone.size);
    assert.ok(report.total + report.skipped < COUNT, "in the middle");
    assert.equal(new Set(outcomes.map(({ id }) => id)).size, outcomes.length, "one outcome each");
    collect(outcomes, gone);
    for (const { id } of outcomes.filter(isMissing)) everMissing.add(id);
    for (const { id, status } of outcomes) if (status === "failed") everFailed.add(id);
    const { deleted } = await world.batches();
    assert.ok([...gone].every((id) => deleted.includes(id)));
    // A fault took the response of the others: the next run finds them missing.
    const others = deleted.filter((id) => !gone.has(id) && !everMissing.has(id));
    assert.ok(
      others.every((id) => everFailed.has(id)),
      "none is gone without an outcome",
    );
    const { requests } = await world.requests();
    assert.ok(
      requests.every(({ method }) => method === "DELETE"),
      "nothing is looked at",
    );
    await world.clearRequests();
  }
  const before = new Set(gone);
  const missing = await goOn(begin, gone);
  assert.deepEqual(await sentAgain(world, before), [], "nothing that was gone was sent again");
  await checkAll(setting);

  // A fault would make a failure, or a deletion whose first response is lost, of a missing one.
  await world.clearFaults();
  const after = await begin().ended;
  assert.equal(after.code, 0);
  const { outcomes, report } = jsonLines(after.stdout);
  assert.equal(report.skipped, COUNT - missing.length);
  assert.deepEqual(
    outcomes.map(({ id, status }) => [id, status]).toSorted(),
    missing.map((id) => [id, "missing"]).toSorted(),
    "a job that is done sends only the missing ones again",
  );
});

test(`without faults, Ctrl-C at ${MOMENTS} moments of ${COUNT}: every id has one outcome, as the API has it`, async (t) => {
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const { world } = await setUp(t);
    const ids = idsOf(await world.create({ count: COUNT }));
    await world.faults([{ times: null, delayMs: 10 }]);
    const args = ["delete", "-", "--json", "--concurrency", "32"];
    const job = start(args, { world, input: ids.join("\n") });
    const least = 1 + Math.round((moment / MOMENTS) ** 2 * COUNT);
    await until(async () => (await world.stats()).deleted >= least, `${least} deletions`);
    job.child.kill("SIGINT");
    const { code, stdout } = await job.ended;
    assert.equal(code, 130);
    const { outcomes, report } = jsonLines(stdout);
    const { deleted, batches } = await world.batches();
    assert.deepEqual(outcomes.map(({ id }) => id).toSorted(), deleted.toSorted());
    assert.ok(outcomes.every(({ status }) => status === "deleted"));
    assert.equal(report.deleted, deleted.length);
    assert.equal(batches.length, COUNT - deleted.length);
    assert.ok(batches.length > 0, "in the middle");
    const { requests } = await world.requests();
    assert.equal(requests.length, deleted.length);
    assert.ok(requests.every(({ method }) => method === "DELETE"));
  }
});

test(`SIGKILL (${KILLS}) during ${COUNT} deletions with faults: each id has one outcome`, async (t) => {
  const setting = await setUpMany(t, 11);
  const { world, journal, begin } = setting;
  for (let round = 1; round <= KILLS; round += 1) {
    const job = begin();
    await until(() => job.found.stdout.split("\n").length > 300, "300 outcomes");
    job.child.kill("SIGKILL");
    const { stdout, signal } = await job.ended;
    assert.equal(signal, "SIGKILL");
    const kept = new Set((await journalLines(journal)).map((line) => JSON.parse(line).id));
    const shown = stdout.split("\n").slice(0, -1).map(JSON.parse);
    assert.ok(
      shown.every(({ id }) => kept.has(id)),
      "the journal has every outcome that was shown",
    );
    await world.clearRequests();
  }
  const gone = new Set(
    (await journalLines(journal))
      .map((line) => JSON.parse(line))
      .filter(({ status }) => status === "deleted")
      .map(({ id }) => id),
  );
  const before = new Set(gone);
  await goOn(begin, gone);
  assert.deepEqual(await sentAgain(world, before), []);
  await checkAll(setting);
});

test("after Ctrl-C no attempt begins, retries included", async (t) => {
  const { world } = await setUp(t);
  const delayMs = 400;
  await world.faults([
    { times: null, rate: 0.5, status: 500, headers: soon, delayMs },
    { times: null, delayMs },
  ]);
  const input = Array.from({ length: 5_000 }, (_, index) => `b${index}`).join("\n");
  const args = ["delete", "-", "--concurrency", "64", "--max-retries", "50"];
  const job = start(args, { world, input });
  await until(async () => (await world.stats()).active > 50, "requests");
  job.child.kill("SIGINT");
  await until(() => job.found.stderr.includes("Interrupted"), "the confirmation");
  const before = (await world.stats()).requests;
  assert.equal((await job.ended).code, 130);
  const later = (await world.stats()).requests - before;
  // Requests that were on their way at the Ctrl-C arrive later.
  assert.ok(later < 16, `${later} more, of 64`);
});

test("a second Ctrl-C ends at once", async (t) => {
  const { world } = await setUp(t);
  await world.faults([{ times: null, hang: true }]);
  const job = start(["delete", "b1"], { world });
  await until(async () => (await world.stats()).active === 1, "a request");
  job.child.kill("SIGINT");
  await until(() => job.found.stderr !== "", "the first one is confirmed");
  assert.match(job.found.stderr, /^Interrupted: waiting for responses\. Ctrl-C again ends at/);
  job.child.kill("SIGINT");
  const began = performance.now();
  assert.equal((await job.ended).code, 130);
  assert.ok(performance.now() - began < AT_ONCE_MS);
});

test("a second Ctrl-C hides no failure", async (t) => {
  const { world } = await setUp(t);
  await world.faults([
    { match: { id: "b1" }, status: 422 },
    { times: null, hang: true },
  ]);
  const job = start(["delete", "b1", "b2"], { world });
  await until(async () => (await world.stats()).active === 1, "a request without a response");
  job.child.kill("SIGINT");
  await until(() => job.found.stderr !== "", "the first one is confirmed");
  job.child.kill("SIGINT");
  const { code, stderr } = await job.ended;
  assert.equal(code, 130);
  assert.match(stderr, /\nfailed DELETE \/v1\/messages\/batches\/b1: 422.*\n$/);
});

test("Ctrl-C while nothing is on its way ends at once", async (t) => {
  const { world } = await setUp(t);
  await world.create({ id: "running", status: "in_progress" });
  // A list that never comes, a batch that never ends, a rate limit, a list of batches.
  const silent = start(["delete", "-"], { world, input: null });
  const cancel = start(["cancel", "-"], { world, input: null });
  silent.child.stdin.write("b2\n");
  cancel.child.stdin.write("b3\n");
  const waiting = start(["delete", "running", "--if-processing", "wait"], { world });
  const received = async (method, path) =>
    (await world.requests()).requests.filter(
      (request) => request.method === method && request.target.includes(path),
    ).length;
  const isReceived = (method, path) => until(() => received(method, path), `${method} of ${path}`);
  await isReceived("DELETE", "b2");
  await isReceived("POST", "b3");
  await isReceived("GET", "running");
  await world.faults([{ match: { id: "b1" }, status: 429, headers: { "retry-after": "50" } }]);
  const limited = start(["delete", "b1"], { world });
  await world.faults([{ match: { path: "limit=" }, hang: true }]);
  await isReceived("DELETE", "b1");
  const list = start(["list"], { world });
  await isReceived("GET", "limit=");
  await world.faults([{ match: { path: "limit=" }, hang: true }]);
  const purge = start(["purge", "--all", "--dry-run"], { world });
  await until(async () => (await received("GET", "limit=")) === 2, "GET of both lists");
  for (const job of [silent, cancel, waiting, limited, list, purge]) {
    job.child.kill("SIGINT");
    const began = performance.now();
    const { code, stderr } = await job.ended;
    assert.equal(code, 130, stderr);
    assert.ok(performance.now() - began < AT_ONCE_MS);
  }
});

test("SIGTERM and SIGHUP end a job in the same way, with their own exit codes", async (t) => {
  const { world } = await setUp(t);
  await world.faults([{ times: null, delayMs: 200 }]);
  for (const [signal, expected] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]) {
    await world.clearRequests();
    const input = Array.from({ length: 500 }, (_, index) => `b${index}`).join("\n");
    const job = start(["delete", "-", "--json"], { world, input });
    await until(async () => (await world.requests()).requests.length > 8, "requests");
    job.child.kill(signal);
    const { code, stdout } = await job.ended;
    assert.equal(code, expected);
    const { report } = jsonLines(stdout);
    assert.equal(report.interrupted, true);
    assert.equal(report.missing, (await world.requests()).requests.length, "none is cut off");
  }
});

test("SIGTERM ends delete --json whose reader does not read", async (t) => {
  const { world, folder } = await setUp(t);
  const file = join(folder, "ids");
  const ids = Array.from({ length: 5_000 }, (_, index) => `b${index}_`.padEnd(250, "x"));
  await writeFile(file, ids.join("\n"));
  const job = start(["delete", "--json", "--file", file], { world });
  job.child.stdout.pause();
  const exited = new Promise((resolve) => job.child.once("exit", (...args) => resolve(args)));
  // It sends nothing more once all buffers are full.
  const counts = [];
  await until(async () => {
    counts.push((await world.stats()).requests);
    return counts.at(-1) > 100 && counts.length > 20 && counts.at(-1) === counts.at(-20);
  }, "a command that waits for its reader");
  assert.ok(counts.at(-1) < ids.length, `${counts.at(-1)} requests`);
  job.child.kill("SIGTERM");
  assert.deepEqual(await exited, [143, null]);
  job.child.stdout.resume();
  const { stdout, stderr } = await job.ended;
  assert.match(stderr, /^Interrupted: /);
  assert.ok(stdout.startsWith('{"id":"b'));
});

test("a Ctrl-C during the last requests does not change a finished job", async (t) => {
  const { world } = await setUp(t);
  await world.faults([{ times: null, delayMs: 500 }]);
  const job = start(["delete", "b1", "b2"], { world });
  await until(async () => (await world.stats()).requests === 2, "two requests");
  job.child.kill("SIGINT");
  const { code, stdout } = await job.ended;
  assert.deepEqual([code, stdout], [0, "0 deleted, 2 missing\n"]);
});
