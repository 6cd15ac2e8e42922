// purge: which batches it deletes, and its output.

import assert from "node:assert/strict";
import { test } from "node:test";
import { idsOf, jsonLines, setUp, withoutRequestId } from "./command.mjs";

const there = async (world) => idsOf(await world.batches());

test("purge: old batches are deleted, the others stay", async (t) => {
  const { world, run } = await setUp(t);
  const old = [
    ...idsOf(await world.create({ count: 3, createdAt: "2026-01-01T00:00:00Z" })),
    ...idsOf(await world.create({ count: 2, createdAt: "2026-02-01T00:00:00Z" })),
  ];
  const young = idsOf(await world.create({ count: 2 }));
  const dry = await run("purge", "--created-before", "30d", "--dry-run");
  assert.equal(dry.code, 0);
  const shown =
    `5 batches on ${new URL(world.url).origin}, in the credential's own workspace: ` +
    "the oldest was created 2026-01-01T00:00:00Z, the newest 2026-02-01T00:00:00Z.\n";
  assert.deepEqual(dry.stdout.trim().split("\n").toSorted(), old.toSorted());
  assert.equal(dry.stderr.replaceAll(".000Z", "Z"), `${shown}5 would be deleted\n`);
  assert.equal((await there(world)).length, 7);

  const limited = await run("purge", "--ended-before", "30d", "--limit", "1", "--yes", "--json");
  assert.equal(limited.code, 0);
  assert.equal(jsonLines(limited.stdout).report.deleted, 1);
  const { code, stdout, stderr } = await run("purge", "--created-before", "30d", "--yes");
  assert.deepEqual([code, stdout], [0, "4 deleted\n"]);
  assert.match(stderr, /^4 batches on http.*: the oldest was created 2026-01-01T00:00:00/);
  assert.deepEqual((await there(world)).toSorted(), young.toSorted());
  const nothing = await run("purge", "--created-before", "30d", "--yes");
  assert.deepEqual([nothing.code, nothing.stdout], [0, "0 deleted\n"]);
});

test("purge --all, with batches that have not ended", async (t) => {
  const { world, run } = await setUp(t);
  await world.create({ count: 2 });
  const running = idsOf(await world.create({ status: "in_progress" }));
  const dry = await run("purge", "--all", "--dry-run", "--json");
  assert.equal(dry.code, 1);
  const { outcomes, report } = jsonLines(dry.stdout);
  assert.equal(outcomes.length, 3);
  assert.ok(outcomes.every(({ dryRun }) => dryRun));
  assert.equal(report.dryRun, true);
  assert.equal(report.failed[0].error.code, "still_processing");
  assert.match(report.failed[0].error.message, /: --if-processing wait or cancel would delete it$/);
  const { code, stdout, stderr } = await run("purge", "--all", "--yes");
  assert.equal(code, 1);
  assert.equal(stdout, "2 deleted, 1 failed\n");
  assert.match(stderr, /^failed "msgbatch_\w+": the batch has not ended: --if-processing wait or/m);
  assert.deepEqual(await there(world), running);
  const { requests } = await world.requests();
  assert.ok(
    requests.every(({ target }) => !target.includes(running[0])),
    "a batch that has not ended costs no request",
  );
});

test("purge --json: the index of an outcome is that of the list, and the report has the batches that stay", async (t) => {
  const { world, run } = await setUp(t);
  const statuses = ["ended", "in_progress", "ended", "in_progress"];
  for (const status of statuses) await world.create({ status });
  const listed = idsOf(await world.batches());
  const { code, stdout } = await run("purge", "--all", "--yes", "--json");
  assert.equal(code, 1);
  const { outcomes, report } = jsonLines(stdout);
  assert.deepEqual(
    outcomes.map(({ id }) => id).toSorted(),
    listed.toSorted(),
    "each has one outcome",
  );
  for (const { id, index } of outcomes) assert.equal(listed[index], id);
  const { failed, ...counts } = report;
  assert.deepEqual(counts, { deleted: 2, missing: 0, unsent: 0, total: 4 });
  assert.deepEqual(failed.map(({ id }) => id).toSorted(), (await there(world)).toSorted());
});

test("purge: a batch whose time can't be read is kept, and reported", async (t) => {
  const { world, run } = await setUp(t);
  const good = { id: "good", created_at: "2026-01-01T00:00:00Z", ended_at: "2026-01-01T01:00:00Z" };
  const bad = { ...good, id: "bad", created_at: "yesterday" };
  const data = [good, bad].map((batch) => ({
    ...{ type: "message_batch", processing_status: "ended" },
    ...batch,
  }));
  const page = { data, has_more: false, first_id: "good", last_id: "bad" };
  const list = { match: { method: "GET" }, times: null, status: 200, json: page };
  await world.faults([list]);
  const { code, stdout } = await run("purge", "--created-before", "30d", "--yes", "--json");
  assert.equal(code, 1);
  const { outcomes, report } = jsonLines(stdout);
  assert.deepEqual(outcomes.map(withoutRequestId), [{ id: "good", index: 0, status: "missing" }]);
  assert.deepEqual(report.unjudged, [{ index: 1, id: "bad", field: "created_at" }]);
  assert.equal(report.unjudgedTotal, 1);
  const plain = await run("purge", "--created-before", "30d", "--yes");
  assert.equal(plain.stdout, "0 deleted, 1 missing, 1 kept, because a time can't be read\n");
});

test("purge: a clock that differs from the API's is told, and no younger batch is deleted", async (t) => {
  const { world, run } = await setUp(t);
  const hour = 3_600_000;
  const at = (hours) => new Date(Date.now() - hours * hour);
  const data = [27, 31].map((age) => ({
    ...{ type: "message_batch", processing_status: "ended", id: `b${age}` },
    ...{ created_at: at(age).toISOString(), ended_at: at(age).toISOString() },
  }));
  const page = { data, has_more: false, first_id: "b27", last_id: "b31" };
  const list = { match: { method: "GET" }, status: 200, json: page };
  const purge = ["purge", "--created-before", "1d", "--dry-run"];
  const told = async (date) => {
    await world.faults([{ ...list, headers: { date: date.toUTCString() } }]);
    return run(...purge);
  };
  const ahead = await told(at(5));
  assert.equal(ahead.stdout, "b31\n");
  const line = /^The clock of this machine is (\d+) min (.*)\n/;
  const [, minutes, rest] = line.exec(ahead.stderr);
  assert.ok(minutes >= 300 && minutes < 310, ahead.stderr);
  assert.equal(rest, "ahead of the API's. Ages count from the API's.");
  const behind = await told(at(-5));
  assert.equal(behind.stdout, "b27\nb31\n");
  assert.match(behind.stderr, /behind the API's\. Ages count from this one\.\n/);
  assert.ok(!(await told(new Date())).stderr.includes("clock"));
});
