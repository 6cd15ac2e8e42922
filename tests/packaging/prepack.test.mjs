// `npm pack` and `npm publish` refuse a package if its wasm is missing or differs from the sources.

import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { wasmFile } from "./wasm-file.mjs";

const FILES = ["Cargo.toml", "Cargo.lock", "LICENSE-MIT", "LICENSE-APACHE", "package.json"];

const copy = mkdtempSync(join(tmpdir(), "delete-message-batch-prepack-"));
after(() => rmSync(copy, { recursive: true, force: true }));
for (const name of ["src", "policy", "pkg", "tools", ...FILES]) {
  cpSync(join(ROOT, name), join(copy, name), { recursive: true });
}
mkdirSync(join(copy, ".tools"));
cpSync(join(ROOT, ".tools/build-stamp.json"), join(copy, ".tools/build-stamp.json"));
symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));

/** Packs the copy's package, with its scripts. */
const pack = () => execute("npm", ["pack", "--dry-run"], { cwd: join(copy, "pkg") });

/** Asserts that it is refused for that reason. */
async function assertRefused(reason) {
  const { code, output } = await pack();
  assert.notEqual(code, 0, output);
  assert.match(output, reason);
  assert.match(output, /Run: npm run build/);
}

test("a built package can be packed", async () => {
  const { code, output } = await pack();
  assert.equal(code, 0, output);
});

test("a source that changed since the build", async () => {
  appendFileSync(join(copy, "src/lib.rs"), "// later\n");
  await assertRefused(/src\/lib\.rs changed/);
  cpSync(join(ROOT, "src/lib.rs"), join(copy, "src/lib.rs"));
});

test("no wasm", async () => {
  rmSync(wasmFile("full", join(copy, "pkg")).path);
  await assertRefused(/pkg\/wasm\/full-\w+\.wasm is gone/);
});

test("no build at all", async () => {
  rmSync(join(copy, ".tools/build-stamp.json"));
  await assertRefused(/first build/);
});
