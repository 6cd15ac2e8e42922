// Two versions of the package in one Node process, each as an ES module and as CommonJS.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { pack, runScript } from "./projects.mjs";
import { expected, projectOfTwoVersions } from "./two-versions.mjs";

const MAIN = `
import { createRequire } from "node:module";
import { sideBySide } from "./side-by-side.mjs";
const require = createRequire(import.meta.url);
const load = async () => ({
  first: await import("first"),
  second: await import("second"),
  "first, CommonJS": require("first"),
  "second, CommonJS": require("second"),
});
const settings = JSON.parse(process.argv[2]);
console.log(JSON.stringify(await sideBySide(load, settings), (_, value) =>
  typeof value === "symbol" ? String(value) : value));
`;

let packed;
let emulator;
before(async () => {
  [packed, emulator] = await Promise.all([pack(), startEmulator()]);
});
after(async () => {
  await emulator?.stop();
  await packed?.remove();
});

test("two versions in one process", async () => {
  const { project, fingerprints } = await projectOfTwoVersions(packed, "two-versions", {
    "main.mjs": MAIN,
  });
  const world = newWorld(emulator.origin);
  const wanted = expected(4, fingerprints);
  const ids = (await world.create({ count: wanted.deletions })).batches.map(({ id }) => id);
  const settings = { ids, options: { baseURL: world.url, apiKey: "sk-test" } };
  const output = await runScript(project, ["main.mjs", JSON.stringify(settings)]);
  assert.deepEqual(JSON.parse(output), wanted.report);
  assert.deepEqual((await world.batches()).deleted.sort(), ids.sort());
});
