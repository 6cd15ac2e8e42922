// Two versions of the package in one page, in one bundle.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { pack } from "../packaging/projects.mjs";
import { expected, projectOfTwoVersions } from "../packaging/two-versions.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { launchChromium } from "./launch.mjs";

const MAIN = `
import { sideBySide } from "./side-by-side.mjs";
const load = async () => ({ first: await import("first"), second: await import("second") });
export const run = (settings) => sideBySide(load, settings);
`;

test("two versions in one page", async (t) => {
  const packed = await pack();
  t.after(packed.remove);
  const { project, fingerprints } = await projectOfTwoVersions(packed, "one-page", {
    "main.mjs": MAIN,
  });
  await build({
    absWorkingDir: project,
    entryPoints: ["main.mjs"],
    outfile: join(project, "site/main.js"),
    ...{ bundle: true, format: "esm", logLevel: "error" },
  });
  const emulator = await startEmulator({ staticFolder: join(project, "site") });
  t.after(emulator.stop);
  const world = newWorld(emulator.origin);
  const wanted = expected(2, fingerprints);
  const ids = (await world.create({ count: wanted.deletions })).batches.map(({ id }) => id);

  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${emulator.origin}/_static/main.js`);
  const options = { baseURL: world.url, apiKey: "sk-test", dangerouslyAllowBrowser: true };
  const report = await page.evaluate(
    async (settings) => (await import("/_static/main.js")).run(settings),
    { ids, options },
  );
  assert.deepEqual(report, wanted.report);
  assert.deepEqual((await world.batches()).deleted.sort(), ids.sort());
});
