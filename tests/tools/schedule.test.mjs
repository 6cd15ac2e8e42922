// How `npm test` runs its steps side by side.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";
import { schedule } from "../../tools/test/schedule.mjs";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Runs steps; `end` ends one of them. `log` has the names of the running steps, after each change. */
async function start(steps, lanes, ready) {
  const ends = new Map();
  const log = [];
  const note = () => log.push([...ends.keys()].join(" "));
  const run = ({ name }) =>
    new Promise((resolve) => {
      ends.set(name, resolve);
      note();
    });
  const done = schedule(steps, lanes, run, ready);
  const end = async (name) => {
    ends.get(name)();
    ends.delete(name);
    await turn();
  };
  await turn();
  return { done, end, log };
}

test("one step for each lane, in the order of the steps", async () => {
  const { done, end, log } = await start([{ name: "a" }, { name: "b" }, { name: "c" }], 2);
  await end("b");
  await end("a");
  await end("c");
  await done;
  assert.deepEqual(log, ["a", "a b", "a c"]);
});

test("steps that use the same thing run one at a time; others overtake", async () => {
  const cargo = { uses: "cargo" };
  const steps = [{ name: "a", ...cargo }, { name: "b", ...cargo }, { name: "c" }];
  const { done, end, log } = await start(steps, 2);
  await end("a");
  await end("b");
  await end("c");
  await done;
  assert.deepEqual(log, ["a", "a c", "c b"]);
});

test("a step with `isAlone` runs beside no other", async () => {
  const { done, end, log } = await start(
    [{ name: "a" }, { name: "b", isAlone: true }, { name: "c" }],
    2,
  );
  await end("a");
  await end("c");
  await end("b");
  await done;
  assert.deepEqual(log, ["a", "a c", "b"]);
});

test("a step does not occupy a lane until its programs are installed", async () => {
  let install;
  const installed = new Promise((resolve) => {
    install = resolve;
  });
  const steps = [{ name: "a" }, { name: "b" }, { name: "c" }];
  const ready = ({ name }) => (name === "a" ? installed : Promise.resolve());
  const { done, end, log } = await start(steps, 1, ready);
  await end("b");
  await end("c");
  install();
  await turn();
  await end("a");
  await done;
  assert.deepEqual(log, ["b", "c", "a"]);
});

test("one lane runs steps one after the other; without steps, it ends at once", async () => {
  const { done, end, log } = await start([{ name: "a" }, { name: "b", isAlone: true }], 1);
  await end("a");
  await end("b");
  await done;
  assert.deepEqual(log, ["a", "b"]);
  await schedule([], 2, () => assert.fail("there is none"));
});

test("each file of tests belongs to a step: by its folder, or by its name", () => {
  const steps = readFileSync(join(ROOT, "tools/test/steps.mjs"), "utf8");
  const files = readdirSync(join(ROOT, "tests"), { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.(test|nightly)\.mjs$/.test(path) && !path.includes("node_modules"));
  const forgotten = files.filter((path) => {
    const [, folder, name] = /^(.*)\/(.*)\.(?:test|nightly)\.mjs$/.exec(path);
    const names = [`"tests/${folder}"`, `"tests/${path}"`, `"${name}"`];
    return !names.some((one) => steps.includes(one));
  });
  assert.ok(files.length > 50, `${files.length} files`);
  assert.deepEqual(forgotten, []);
});
