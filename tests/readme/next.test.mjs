// The files of docs/next.md, which `npm run test:nightly` runs in Next.js.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";
import { filesOf } from "./blocks.mjs";

test("docs/next.md shows the files of examples/next", async () => {
  const folder = join(ROOT, "examples/next");
  const files = readdirSync(join(folder, "app"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  const documented = await filesOf("docs/next.md");
  assert.deepEqual(Object.keys(documented).sort(), files.sort());
  for (const file of files) {
    assert.equal(readFileSync(join(folder, file), "utf8"), documented[file], file);
  }
});
