// Deno, Bun and workerd send a DELETE without a body again by themselves if a kept connection breaks. An empty
// body in chunks prevents it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { execute } from "../../tools/shared/run.mjs";
import { DENO, findBun, NO_BUN, NO_DENO } from "./commands.mjs";
import { startEmulator } from "./emulator.mjs";
import { EXPECTED } from "./resend-calls.mjs";
import { startWorker } from "./workerd-start.mjs";

const MAIN = fileURLToPath(new URL("resend-main.mjs", import.meta.url));
const WORKER = new URL("workerd-main.mjs", import.meta.url);
const LIMIT_MS = 120_000;

for (const [name, command, args, missing] of [
  ["deno", process.execPath, [DENO, "run", "--no-prompt", "--allow-net"], NO_DENO],
  ["bun", findBun(), [], NO_BUN],
]) {
  test(`${name} sends a bare DELETE twice, and one of a call once`, async (t) => {
    const emulator = await startEmulator();
    t.after(emulator.stop);
    const { stdout, output } = await execute(command, [...args, MAIN, emulator.origin], {
      missing,
      limitMs: LIMIT_MS,
    });
    const last = stdout.trim().split("\n").at(-1);
    assert.ok(last?.startsWith("{"), output);
    assert.deepEqual(JSON.parse(last), EXPECTED);
  });
}

// `TransformStream` is workerd's own before 2022-11-30.
for (const compatibilityDate of ["2022-04-01", "2026-01-01"]) {
  test(`workerd of ${compatibilityDate} sends a bare DELETE twice, and one of a call once`, async (t) => {
    const emulator = await startEmulator();
    t.after(emulator.stop);
    const worker = await startWorker(WORKER, { compatibilityDate });
    t.after(worker.stop);
    const outcomes = await worker.call({ path: "resend", origin: emulator.origin });
    assert.deepEqual(outcomes, EXPECTED);
  });
}
