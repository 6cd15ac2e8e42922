// Two versions of the package in one Node process, each as an ES module and as CommonJS.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorld } from "../runtimes/world.mjs";
import { packedBesideEmulator, runScript } from "./projects.mjs";
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

const given = packedBesideEmulator();

test("two versions in one process", async () => {
  const { project, fingerprints } = await projectOfTwoVersions(given.packed, "two-versions", {
    "main.mjs": MAIN,
  });
  const world = newWorld(given.emulator.origin);
  const wanted = expected(4, fingerprints);
  const ids = (await world.create({ count: wanted.deletions })).batches.map(({ id }) => id);
  const settings = { ids, options: { baseURL: world.url, apiKey: "sk-test" } };
  const output = await runScript(project, ["main.mjs", JSON.stringify(settings)]);
  assert.deepEqual(JSON.parse(output), wanted.report);
  assert.deepEqual((await world.batches()).deleted.sort(), ids.sort());
});
