// Which steps `npm test -- --changed` runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { execute, ROOT, run } from "../../tools/shared/run.mjs";
import { namesInTable, stepsOf } from "../../tools/test/changed.mjs";
import { steps } from "../../tools/test/steps.mjs";

const namesFor = (...files) => stepsOf(files, steps).map(({ name }) => name);
const ALL = steps.map(({ name }) => name);

test("each step that the table names exists", () => {
  assert.deepEqual(
    [...namesInTable()].filter((name) => !ALL.includes(name)),
    [],
  );
});

test("a source of the package, or an unknown path, can break every step", () => {
  for (const file of [
    "src/calls.rs",
    "policy/src/lib.rs",
    "pkg/run/job.js",
    "Cargo.lock",
    "new.txt",
  ]) {
    assert.deepEqual(namesFor(file), ALL, file);
  }
});

test("a file breaks the steps that read it", () => {
  for (const [file, ...names] of [
    ["tests/cli/journal.test.mjs", "lint", "tools", "cli"],
    ["tests/worker/month.nightly.mjs", "lint", "tools", "worker"],
    ["tests/policy/jobs.rs", "lint", "tools", "policy", "types"],
    ["www/worker/guesses.js", "lint", "tools", "worker", "chromium", "firefox", "webkit"],
    ["www/list/row.js", "lint", "tools", "chromium", "firefox", "webkit"],
    ["pkg/cli/main.js", "lint", "tools", "cli", "packaging"],
    ["CHANGELOG.md", "lint", "tools"],
    ["tests/runtimes/spec/abort.js", "lint", "tools", "node", "nodes", "deno", "bun", "workerd"],
  ]) {
    const found = namesFor(file);
    for (const name of names) assert.ok(found.includes(name), `${file}: ${name} of ${found}`);
    if (!file.includes("/spec/")) assert.deepEqual(found, names);
  }
  const served = namesFor("tests/emulator/src/api.rs");
  const unserved = ["policy", "wasm-node", "wasm-chromium", "types"];
  assert.deepEqual(
    ALL.filter((name) => !served.includes(name)),
    unserved,
  );
});

test("a file of tests/ breaks more than lint and tools", async () => {
  const files = (await run("git", ["ls-files"])).split("\n").filter(Boolean);
  // `tools` is the step of these.
  const tests = files.filter((file) => /^tests\/(?!soak|tools)/.test(file));
  assert.ok(tests.length > 200, `${tests.length} files`);
  assert.deepEqual(
    tests.filter((file) => namesFor(file).length === 2),
    [],
  );
});

test("without files, no step runs", () => assert.deepEqual(namesFor(), []));

test("--changed with the name of a step is refused", async () => {
  const args = ["tools/test/main.mjs", "--changed", "lint"];
  const { code, output } = await execute(process.execPath, args, { cwd: ROOT });
  assert.equal(code, 1);
  assert.match(output, /--changed chooses the steps/);
});
