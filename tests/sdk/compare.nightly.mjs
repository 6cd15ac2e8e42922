// The official SDK beside this package: the documented differences are the actual ones.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { compareAll } from "./compare.mjs";
import { asMarkdown, isSame, PAGE, sdkVersion } from "./table.mjs";

test("each scenario, through both", async (t) => {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const rows = await compareAll(() => newWorld(emulator.origin));
  for (const row of rows) {
    await t.test(row.name, () => {
      const shown = `ours: ${row.ours}\nthe SDK: ${row.sdk}`;
      if (row.why) assert.ok(!isSame(row), `said to differ, but does not:\n${shown}`);
      else assert.ok(isSame(row), `differs, and the scenario gives no reason:\n${shown}`);
    });
  }
  await t.test("the page in docs/ has the current table", async () => {
    const page = await readFile(PAGE, "utf8");
    assert.equal(page, asMarkdown(rows, await sdkVersion()), "run: node tests/sdk/update.mjs");
  });
});
