// Deno and Bun send a DELETE again by themselves when a kept connection breaks; `connection: close`
// keeps them from it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { execute } from "../../tools/shared/run.mjs";
import { DENO, findBun, NO_BUN, NO_DENO } from "./commands.mjs";
import { startEmulator } from "./emulator.mjs";

const MAIN = fileURLToPath(new URL("resend-main.mjs", import.meta.url));
const LIMIT_MS = 120_000;

for (const [name, command, args, missing] of [
  ["deno", process.execPath, [DENO, "run", "--no-prompt", "--allow-net"], NO_DENO],
  ["bun", findBun(), [], NO_BUN],
]) {
  test(`${name} sends a DELETE twice, and once with connection: close`, async (t) => {
    const emulator = await startEmulator();
    t.after(emulator.stop);
    const { stdout, output } = await execute(command, [...args, MAIN, emulator.origin], {
      missing,
      limitMs: LIMIT_MS,
    });
    const last = stdout.trim().split("\n").at(-1);
    assert.ok(last?.startsWith("["), output);
    assert.deepEqual(JSON.parse(last), [
      ["connection", 1],
      ["not_found", 2],
    ]);
  });
}
