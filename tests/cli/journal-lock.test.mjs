// The journal of --resume as a file that a command has for itself, and that reaches the disk.

import assert from "node:assert/strict";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../runtimes/until.mjs";
import { idsOf, jsonLines, setUp, start } from "./command.mjs";

/** Waits until the journal has an outcome of the id. */
const isDone = (journal, id) =>
  until(async () => {
    const content = await readFile(journal, "utf8").catch(() => "");
    return content.includes(`"id":"${id}"`);
  }, `an outcome of ${id}`);

test("two commands on one journal: the second is refused at once, by any name of the file", async (t) => {
  const { world, folder, run } = await setUp(t);
  const [id] = idsOf(await world.create());
  const journal = join(folder, "journal");
  const link = join(folder, "link");
  await symlink(journal, link);
  const first = start(["delete", "-", "--resume", journal], { world, input: null });
  first.child.stdin.write("b1\n");
  await isDone(journal, "b1");
  for (const path of [journal, link]) {
    const { code, stdout, stderr } = await run("delete", id, "--resume", path);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(stderr, `error: --resume: another command is using the journal ${path}\n`);
  }
  const elsewhere = await run("delete", "b2", "--resume", join(folder, "another"));
  assert.equal(elsewhere.code, 0, elsewhere.stderr);
  assert.deepEqual(idsOf(await world.batches()), [id]);
  first.child.stdin.end();
  assert.equal((await first.ended).code, 0);
  assert.equal((await run("delete", id, "--resume", journal)).stdout, "1 deleted\n");
});

test("a command that is killed leaves no lock behind", async (t) => {
  const { world, folder, run } = await setUp(t);
  const journal = join(folder, "journal");
  const first = start(["delete", "-", "--resume", journal], { world, input: null });
  first.child.stdin.write("b1\n");
  await isDone(journal, "b1");
  first.child.kill("SIGKILL");
  assert.equal((await first.ended).signal, "SIGKILL");
  const { code, stderr } = await run("delete", "b2", "--resume", journal);
  assert.equal(code, 0, stderr);
});

test("one file as --file and --resume is refused, and left as it is", async (t) => {
  const { world, folder, run } = await setUp(t);
  const [id] = idsOf(await world.create());
  const link = join(folder, "link");
  const journal = join(folder, "journal");
  assert.equal((await run("delete", "b1", "--resume", journal)).code, 0);
  await symlink(journal, link);
  const empty = join(folder, "empty");
  await writeFile(empty, "");
  const ids = join(folder, "ids");
  await writeFile(ids, `${id}\n`);
  for (const [file, resume] of [
    [journal, journal],
    [link, journal],
    [empty, empty],
    [ids, ids],
  ]) {
    const before = await readFile(file, "utf8");
    const { code, stdout, stderr } = await run("delete", "--file", file, "--resume", resume);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(
      stderr,
      "error: --file and --resume name the same file: the ids, and the journal\n",
    );
    assert.equal(await readFile(file, "utf8"), before);
  }
  assert.deepEqual(idsOf(await world.batches()), [id]);
});

/** Tells on stderr of each sync that has ended; with FAIL, the asynchronous ones fail. */
const HOOK = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
for (const name of ["fsyncSync", "fdatasyncSync"]) {
  const real = fs[name];
  fs[name] = (fd) => {
    real(fd);
    const kind = fs.fstatSync(fd).isDirectory() ? "folder" : "file";
    process.stderr.write(name + " " + kind + "\\n");
  };
}
const { fdatasync } = fs;
fs.fdatasync = (fd, done) => fdatasync(fd, (error) => {
  process.stderr.write("fdatasync\\n");
  done(process.env.FAIL ? Object.assign(new Error("EIO: i/o error")) : error);
});
syncBuiltinESMExports();
`;

async function startHooked(t, env) {
  const { world, folder } = await setUp(t);
  const hook = join(folder, "hook.mjs");
  await writeFile(hook, HOOK);
  const args = ["delete", "-", "--json", "--resume", join(folder, "journal")];
  return start(args, { world, env, input: null, node: ["--import", hook] });
}

test("a journal is on the disk: its beginning and its name at once, its lines while the job runs", async (t) => {
  const job = await startHooked(t);
  await until(() => job.found.stderr.includes("folder"), "the beginning");
  assert.equal(job.found.stderr, "fsyncSync file\nfsyncSync folder\n");
  job.child.stdin.write("b1\n");
  await until(() => job.found.stderr.includes("fdatasync\n"), "the first line");
  job.child.stdin.end("b2\n");
  const { code, stderr } = await job.ended;
  assert.equal(code, 0);
  assert.match(stderr, /fdatasyncSync file\n$/);
});

test("3: the disk fails to store a journal whose lines the system had accepted", async (t) => {
  const job = await startHooked(t, { FAIL: "1" });
  job.child.stdin.write("b1\n");
  await until(() => job.found.stderr.includes("fdatasync\n"), "the failure");
  job.child.stdin.end("b2\n");
  const { code, stdout, stderr } = await job.ended;
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^error: the journal can't be written: EIO: i\/o error$/m);
  assert.equal(jsonLines(stdout).report.missing, 1);
});
