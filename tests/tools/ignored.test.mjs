// Files with keys that wrangler and its users make: `git add .` publishes none.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execute, ROOT, run } from "../../tools/shared/run.mjs";

const FILES = [".dev.vars", ".dev.vars.production", ".wrangler/state/v3/do/ledger.sqlite"];

test("git ignores .dev.vars and .wrangler/, here and in a copy of www/worker", async (t) => {
  for (const folder of ["", "www/worker", "examples"]) {
    for (const file of FILES)
      assert.ok(await isIgnored(ROOT, join(folder, file)), join(folder, file));
  }
  assert.ok(await isIgnored(ROOT, "www/worker/wrangler.jsonc"), "an operator's configuration");
  assert.ok(!(await isIgnored(ROOT, "www/worker/wrangler.sample.jsonc")));
  const copy = mkdtempSync(join(tmpdir(), "delete-message-batch-"));
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  await run("git", ["init", "--quiet"], { cwd: copy });
  cpSync(join(ROOT, "www/worker/.gitignore"), join(copy, ".gitignore"));
  for (const file of FILES) assert.ok(await isIgnored(copy, file), file);
  assert.ok(!(await isIgnored(copy, "worker.js")));
});

/** By the .gitignore files alone, not by the reader's own settings. */
async function isIgnored(cwd, file) {
  const none = ["-c", "core.excludesFile="];
  const { code } = await execute("git", [...none, "check-ignore", "--quiet", "--no-index", file], {
    cwd,
  });
  assert.ok(code === 0 || code === 1, `git ended with ${code}`);
  return code === 0;
}
