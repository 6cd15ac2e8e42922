// Runs the README's own code blocks against the emulator, each as it stands.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { execute } from "../../tools/shared/run.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { blocksOf } from "./blocks.mjs";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const ANOTHER_ID = "msgbatch_01Another";
const MORE_IDS = ["msgbatch_01One", "msgbatch_01Two", "msgbatch_01Three"];
const DAY_S = 86_400;

/** What the text around a block gives it. */
const GIVEN = {
  id: `const id = ${JSON.stringify(ID)};`,
  anotherId: `const anotherId = ${JSON.stringify(ANOTHER_ID)};`,
  ids: `const ids = ${JSON.stringify(MORE_IDS)};`,
  env: "const env = process.env;",
  isSignedIn: "const isSignedIn = () => true;",
};

const blocks = await blocksOf("README.md");
// A path as the base URL is for pages: tests/browsers/ does that in one.
const inPages = blocks.filter((code) => code.includes('baseURL: "/'));
const runnable = blocks.filter((code) => !inPages.includes(code));

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator?.stop());

test("there are blocks to run, and one that is for pages", () => {
  assert.ok(runnable.length >= 6, `${runnable.length} blocks`);
  assert.equal(inPages.length, 1);
});

for (const [index, code] of runnable.entries()) {
  test(`block ${index + 1}: ${code.trim().split("\n").at(-1)}`, async () => {
    const world = newWorld(emulator.origin);
    await world.create({ id: ID });
    if (code.includes("anotherId")) await world.create({ id: ANOTHER_ID });
    const usesIds = /(?<![\w.])ids\b/.test(code);
    for (const id of usesIds ? MORE_IDS : []) await world.create({ id });
    await world.create({ count: 3, ageSeconds: 40 * DAY_S });
    const output = await run(complete(code), world.url);
    assert.equal((await world.stats()).unmatched, 0);
    if (code.includes("purgeBatches")) {
      assert.equal(output.trim(), "3 deleted, 0 failed, 0 not sent");
      assert.equal((await world.batches()).deleted.length, 3);
      assert.ok(code.trim().split("\n").filter(Boolean).length <= 10, "ten lines");
    } else if (/deleteBatch|batches\.delete/.test(code)) {
      const others = [
        ...(code.includes("anotherId") ? [ANOTHER_ID] : []),
        ...(usesIds ? MORE_IDS : []),
      ];
      assert.deepEqual((await world.batches()).deleted.sort(), [ID, ...others].sort());
    }
  });
}

/** The block with what it uses and does not bring along. */
function complete(code) {
  const lines = Object.entries(GIVEN)
    .filter(([name]) => new RegExp(`(?<![\\w.])${name}\\b`).test(code))
    .map(([, line]) => line);
  if (!code.includes("import ")) lines.unshift('import * as all from "delete-message-batch";');
  const names = ["deleteBatch", "isBatchError"].filter((name) => code.includes(`${name}(`));
  if (!code.includes("import ")) lines.push(`const { ${names.join(", ")} } = all;`);
  return `${lines.join("\n")}\n${code}`;
}

async function run(code, baseURL) {
  const env = { ...plainEnvironment(), ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: baseURL };
  const args = ["--input-type=module", "--eval", code];
  const result = await execute(process.execPath, args, { env, missing: "Node is missing" });
  assert.equal(result.code, 0, result.output);
  return result.stdout;
}
