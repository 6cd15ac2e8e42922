// Deno finds the types of an entry that an import map leads to by its path.

import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { DENO } from "../runtimes/commands.mjs";

const FOLDER = join(ROOT, ".tools/deno-types");
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const CODE = `
import { BatchError, type BatchErrorCode, deleteBatch } from "delete-message-batch";
const { type } = await deleteBatch("id", { signal: AbortSignal.timeout(5), headers: new Headers() });
const known: "message_batch_deleted" = type;
const code: BatchErrorCode = "timeout";
// @ts-expect-error a number
await deleteBatch("id", { timeout: "60s" });
console.log(known, code, BatchError);
`;

for (const entry of ["inline", "url", "core/inline", "core/url"]) {
  test(`entry/${entry}.js in an import map`, async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    const [main, map] = [join(FOLDER, "main.ts"), join(FOLDER, "map.json")];
    writeFileSync(main, CODE);
    const { href } = pathToFileURL(join(ROOT, `pkg/entry/${entry}.js`));
    writeFileSync(map, JSON.stringify({ imports: { "delete-message-batch": href } }));
    const args = [DENO, "check", "--quiet", "--no-lock", "--import-map", map, main];
    const { code, output } = await execute(process.execPath, args, { cwd: FOLDER });
    assert.equal(code, 0, output);
  });
}
