// The journal of --resume as a file: the command accepts, repairs or refuses its content.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  COMMAND,
  environment,
  idsOf,
  jsonLines,
  KEY,
  setUp,
  start,
  withoutRequestId,
} from "./command.mjs";

const START = '{"journal":"delete-message-batch","version":2,';
const line = (outcome) => `${JSON.stringify(outcome)}\n`;
const deleted = (id, index) => line({ id, index, status: "deleted" });

async function setUpJournal(t, count, content) {
  const setting = await setUp(t);
  const ids = idsOf(await setting.world.create({ count }));
  const path = join(setting.folder, "journal");
  // The first line of a journal of this world.
  const args = ["delete", "-", "--resume", path];
  assert.equal((await start(args, { world: setting.world }).ended).code, 0);
  const header = await readFile(path, "utf8");
  await rm(path);
  if (content !== undefined) await writeFile(path, content(ids, header));
  const run = (...args) => setting.run("delete", "--json", "--resume", path, ...args);
  const sent = async () =>
    (await setting.world.requests()).requests.map(({ target }) => target.split("/").at(-1)).sort();
  return { ...setting, ids, path, header, run, sent };
}

test("a new journal has a header, and a line for each outcome", async (t) => {
  const { world, ids, path, run } = await setUpJournal(t, 2);
  const { stdout } = await run(...ids, "a b");
  const lines = stdout.trim().split("\n").slice(0, -1);
  const [header, ...kept] = (await readFile(path, "utf8")).split("\n");
  assert.deepEqual(kept, [...lines, ""]);
  const { server, salt, credential, ...rest } = JSON.parse(header);
  assert.deepEqual(rest, { journal: "delete-message-batch", version: 2 });
  assert.equal(server, new URL(world.url).origin);
  assert.match(salt, /^[0-9a-f]{32}$/);
  assert.match(credential, /^[0-9a-f]{32}$/);
  assert.ok(!header.includes(KEY));
});

test("failed ids are sent again, deleted ones are not; each index is the list's", async (t) => {
  const failed = (id, index) => line({ id, index, status: "failed", error: { code: "server" } });
  const { ids, path, run, sent } = await setUpJournal(
    t,
    6,
    (ids, header) =>
      header + deleted(ids[0], 0) + failed(ids[1], 1) + deleted(ids[3], 3) + deleted(ids[1], 1),
  );
  await writeFile(path, failed(ids[1], 1), { flag: "a" });
  // Two repetitions: the third id, and an id of the journal.
  const { code, stdout } = await run(...ids, ids[2], ids[3]);
  assert.equal(code, 0);
  assert.deepEqual(await sent(), [ids[1], ids[2], ids[4], ids[5]].sort());
  const { outcomes, report } = jsonLines(stdout);
  for (const { id, index } of outcomes) assert.equal(ids[index], id);
  assert.deepEqual(report, {
    ...{ deleted: 4, missing: 0, unsent: 0, total: 4, skipped: 2, failed: [] },
  });
});

for (const [title, torn] of [
  ["a line that is cut off", (text) => text.slice(0, -20)],
  ["a line without its end", (text) => text.slice(0, -1)],
  ["zeros, as after a power failure", (text) => `${text}\0\0\0\0`],
  ["half a character", (text) => Buffer.concat([Buffer.from(text), Buffer.of(0xe2, 0x82)])],
]) {
  test(`the end of a journal: ${title}`, async (t) => {
    const { ids, path, run, sent } = await setUpJournal(t, 3, (ids, header) =>
      torn(header + deleted(ids[0], 0) + deleted(ids[1], 1)),
    );
    const { code } = await run(...ids);
    assert.equal(code, 0);
    const isSecondLost = title.startsWith("a line");
    assert.deepEqual(await sent(), (isSecondLost ? [ids[1], ids[2]] : [ids[2]]).sort());
    const lines = (await readFile(path, "utf8")).trim().split("\n").map(JSON.parse);
    assert.deepEqual(
      lines
        .map(({ id }) => id)
        .slice(1)
        .sort(),
      ids.toSorted(),
    );
    assert.equal((await run(...ids)).code, 0);
  });
}

for (const length of [0, 1, 20, START.length, START.length + 9, -1]) {
  test(`a journal that ends after ${length} bytes of its first line begins anew`, async (t) => {
    const { ids, path, run } = await setUpJournal(t, 1, (_, header) => header.slice(0, length));
    assert.equal((await run(...ids)).code, 0);
    const [header, ...lines] = (await readFile(path, "utf8")).split("\n");
    assert.ok(header.startsWith(START) && header.endsWith('"}'), header);
    assert.equal(lines.length, 2);
    assert.deepEqual(withoutRequestId(JSON.parse(lines[0])), JSON.parse(deleted(ids[0], 0)));
  });
}

test("a journal of 100 000 lines, whose characters lie across the borders of reading", async (t) => {
  const odd = (index) => `é€😀-${index}`;
  const { path, run, sent } = await setUpJournal(t, 1, (_, header) => {
    const lines = Array.from({ length: 100_000 }, (_, index) => deleted(odd(index), index));
    return header + lines.join("");
  });
  const { size } = await stat(path);
  const { code, stdout } = await run(odd(0), odd(50_000), odd(99_999), "b1");
  assert.equal(code, 0);
  assert.equal(jsonLines(stdout).report.skipped, 3);
  assert.deepEqual(await sent(), ["b1"]);
  assert.ok((await stat(path)).size > size);
});

for (const [title, content] of [
  ["a list of ids", () => "msgbatch_1\nmsgbatch_2\n"],
  ["a list of one id without an end", () => "msgbatch_1"],
  ["another version", (_, header) => header.replace(":2,", ":3,")],
  ["a version without a credential", () => '{"journal":"delete-message-batch","version":1}\n'],
  ["a first line without its salt", () => `${START}"server":"http://localhost"}\n`],
]) {
  test(`another file is refused, and left as it is: ${title}`, async (t) => {
    const { ids, path, run, sent } = await setUpJournal(t, 2, content);
    const before = await readFile(path, "utf8");
    const { code, stdout, stderr } = await run(...ids);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^error: --resume/);
    assert.equal(await readFile(path, "utf8"), before);
    assert.deepEqual(await sent(), []);
  });
}

test("the command refuses a journal that is not a regular file", async (t) => {
  const { run } = await setUp(t);
  const { code, stderr } = await run("delete", "b1", "--resume", "/dev/null");
  assert.equal(code, 2);
  assert.match(stderr, /--resume must be a file/);
});

test("a full disk ends the job with 3, and the next run continues the journal", async (t) => {
  const { world, folder } = await setUp(t);
  const ids = idsOf(await world.create({ count: 500 }));
  const file = join(folder, "ids");
  const journal = join(folder, "journal");
  await writeFile(file, ids.join("\n"));
  const args = ["delete", "--file", file, "--resume", journal];
  // No file may become larger than 8 blocks of 512 or 1024 bytes.
  const script = 'trap "" XFSZ; ulimit -f 8; exec "$@"';
  const child = spawn("sh", ["-c", script, "sh", process.execPath, COMMAND, ...args], {
    env: environment(world),
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^error: the journal can't be written: /m);
  const { deleted } = await world.batches();
  assert.ok(deleted.length > 20 && deleted.length < 400, `${deleted.length} are deleted`);
  const again = await start(args, { world }).ended;
  assert.equal(again.code, 0, again.stderr);
  assert.equal((await world.batches()).batches.length, 0);
});

for (const [title, damage] of [
  ["zeros", (line) => line.replace(/./g, "\0")],
  ["a line that is torn", (line) => line.slice(0, 12)],
  ["a line with zeros in it", (line) => line.replace("status", "st\0\0us")],
  ["a line that is not an outcome", () => "{}"],
  ["a number", () => "1"],
]) {
  test(`damage in the middle of a journal is left out and counted: ${title}`, async (t) => {
    const { ids, run, sent } = await setUpJournal(t, 3, (ids, header) => {
      const [first, second, third] = ids.map((id, index) => deleted(id, index).trim());
      return `${header}${first}\n${damage(second)}\n${third}\n`;
    });
    const { code, stdout, stderr } = await run(...ids);
    assert.equal(code, 0);
    assert.equal(stderr, "1 line of the journal can't be read: their ids are sent again.\n");
    assert.deepEqual(await sent(), [ids[1]]);
    assert.equal(jsonLines(stdout).report.skipped, 2);
  });
}

test("a journal refuses another credential, another server and another path, and says so", async (t) => {
  const { world, ids, path, sent } = await setUpJournal(t, 2);
  const args = ["delete", ...ids, "--resume", path];
  const other = { ANTHROPIC_API_KEY: "sk-test-OTHER" };
  assert.equal((await start(["delete", "b1", "--resume", path], { world }).ended).code, 0);
  const before = await readFile(path, "utf8");
  const elsewhere = world.url.replace("127.0.0.1", "localhost");
  for (const [env, message] of [
    [other, /belongs to another credential, or another path of http:/],
    [{ ANTHROPIC_API_KEY: undefined, ANTHROPIC_AUTH_TOKEN: KEY }, /another credential/],
    [{ ANTHROPIC_BASE_URL: `${world.url}/other` }, /another credential, or another path/],
    [{ ANTHROPIC_BASE_URL: elsewhere }, /belongs to the server http:.*, but this job's is http:/],
  ]) {
    const { code, stdout, stderr } = await start(args, { world, env }).ended;
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, message);
    assert.ok(!/sk-test/.test(stderr), stderr);
  }
  // A purge finds it out before its list.
  const purge = ["purge", "--all", "--yes", "--resume", path];
  assert.equal((await start(purge, { world, env: other }).ended).code, 2);
  assert.equal((await start([...args, "--workspace", "w1"], { world }).ended).code, 2);
  assert.equal(await readFile(path, "utf8"), before);
  assert.deepEqual(await sent(), ["b1"]);
  assert.equal((await start(args, { world }).ended).stdout, "2 deleted\n");
});

test("an id that was missing is sent again by a resume", async (t) => {
  const { world, ids, run } = await setUpJournal(t, 1);
  const first = await run("later", ...ids);
  assert.equal(jsonLines(first.stdout).report.missing, 1);
  await world.create({ id: "later" });
  const { report } = jsonLines((await run("later", ...ids)).stdout);
  assert.deepEqual([report.deleted, report.missing, report.skipped], [1, 0, 1]);
  assert.deepEqual((await world.batches()).batches, []);
});

test("a purge that resumes trusts the list that it has just read", async (t) => {
  const { world, folder } = await setUp(t);
  const [id] = idsOf(await world.create({ createdAt: "2026-01-01T00:00:00Z" }));
  const journal = join(folder, "journal");
  const args = ["purge", "--created-before", "30d", "--yes", "--resume", journal];
  assert.equal((await start(args, { world }).ended).stdout, "1 deleted\n");
  // The journal says that it is gone; the list says that it is there.
  await world.create({ id, createdAt: "2026-01-01T00:00:00Z" });
  const { code, stdout } = await start(args, { world }).ended;
  assert.deepEqual([code, stdout], [0, "1 deleted\n"]);
  assert.deepEqual((await world.batches()).batches, []);
});

test("a purge also keeps a journal", async (t) => {
  const { world, folder } = await setUp(t);
  const ids = idsOf(await world.create({ count: 3, createdAt: "2026-01-01T00:00:00Z" }));
  const journal = join(folder, "journal");
  await world.faults([{ match: { id: ids[1] }, status: 409 }]);
  const args = ["purge", "--created-before", "30d", "--yes", "--resume", journal];
  const options = { world };
  const first = await start([...args, "--max-retries", "0"], options).ended;
  assert.deepEqual([first.code, first.stdout], [1, "2 deleted, 1 failed\n"]);
  const second = await start(args, options).ended;
  assert.deepEqual([second.code, second.stdout], [0, "1 deleted\n"]);
  assert.equal((await readFile(journal, "utf8")).trim().split("\n").length, 5);
});
