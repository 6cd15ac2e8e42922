// The published package: its files, and the findings of the tools that judge packages.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT, run } from "../../tools/shared/run.mjs";
import { makeProject, pack } from "./projects.mjs";
import { wasmFile } from "./wasm-file.mjs";

let packed;
before(async () => {
  packed = await pack();
});
after(() => packed?.remove());

/** The files of a wasm, in their order. */
function filesOf(name) {
  return [basename(wasmFile(name).path), `${name}-inline.js`].sort().map((file) => `wasm/${file}`);
}

/** The code that the entries of a module share: its name has a hash. */
function sharedBy(folder) {
  const found = packed.files.filter((file) => file.startsWith(`${folder}/shared-`));
  assert.equal(found.length, 1, folder);
  return found;
}

test("the files of the tarball", () => {
  assert.deepEqual(packed.files, [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "cjs/core/index.cjs",
    "cjs/errors.cjs",
    "cjs/index.cjs",
    "cjs/types/core.d.cts",
    "cjs/types/errors.d.cts",
    "cjs/types/generated.d.cts",
    "cjs/types/globals.d.cts",
    "cjs/types/index.d.cts",
    "cjs/types/jobs.d.cts",
    "cjs/types/options.d.cts",
    "cjs/types/relay.d.cts",
    "cli/arguments.js",
    "cli/cancel.js",
    "cli/commands.js",
    "cli/completion.js",
    "cli/confirm.js",
    "cli/connection.js",
    "cli/credentials.js",
    "cli/delete.js",
    "cli/exit.js",
    "cli/help.js",
    "cli/identity.js",
    "cli/ids.js",
    "cli/interrupt.js",
    "cli/job.js",
    "cli/journal.js",
    "cli/lines.js",
    "cli/list.js",
    "cli/lock.js",
    "cli/main.js",
    "cli/output.js",
    "cli/progress.js",
    "cli/purge.js",
    "cli/resumed.js",
    "cli/summary.js",
    "cli/text.js",
    "decode.js",
    "deno/core.d.ts",
    "deno/errors.d.ts",
    "deno/generated.d.ts",
    "deno/globals.d.ts",
    "deno/index.d.ts",
    "deno/jobs.d.ts",
    "deno/options.d.ts",
    "deno/relay.d.ts",
    "entry/core/edge-light.js",
    "entry/core/inline.js",
    "entry/core/node.js",
    ...sharedBy("entry/core"),
    "entry/core/url.js",
    "entry/core/workerd.js",
    "entry/edge-light.js",
    "entry/inline.js",
    "entry/node.js",
    ...sharedBy("entry"),
    "entry/url.js",
    "entry/workerd.js",
    "errors.js",
    "package.json",
    "types/core.d.ts",
    "types/errors.d.ts",
    "types/globals.d.ts",
    "types/index.d.ts",
    "types/jobs.d.ts",
    "types/options.d.ts",
    "types/relay.d.ts",
    ...filesOf("core"),
    ...filesOf("full"),
    "wasm/generated.d.ts",
  ]);
});

test("no file names a folder of the machine that built it", async () => {
  const project = await makeProject(packed, "contents");
  for (const file of packed.files) {
    const path = join(project, "node_modules/delete-message-batch", file);
    const text = await readFile(path, "latin1");
    for (const folder of [ROOT, homedir()]) {
      assert.ok(!text.includes(join(folder, "/")), `${file} names ${folder}`);
    }
  }
});

test("publint finds nothing", async () => {
  const publint = join(ROOT, "node_modules/publint/src/cli.js");
  const printed = await run(process.execPath, [publint, "run", packed.tarball, "--strict"]);
  assert.match(printed, /All good!/);
});

test("the types are not wrong in any kind of project", async () => {
  const attw = join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");
  // `/url` and `/core/url` fetch the wasm: there is no CommonJS of them.
  const rules = ["--profile", "strict", "--ignore-rules", "cjs-resolves-to-esm"];
  const args = [packed.tarball, ...rules, "--no-definitely-typed", "--no-emoji"];
  // The checker fails if it finds a problem.
  const printed = await run(process.execPath, [attw, ...args, "--format", "ascii"]);
  const esm = "node16 \\(from ESM\\): OK \\(ESM\\)\\s+bundler: OK";
  const urls = ["/url", "/core/url"].map((path) => [path, "OK \\(ESM\\)"]);
  const both = ["", "/core"].map((path) => [path, "OK \\(CJS\\)"]);
  for (const [path, cjs] of [...both, ...urls]) {
    const line = `"delete-message-batch${path}"\\s+node10: OK\\s+node16 \\(from CJS\\): ${cjs}\\s+${esm}`;
    assert.match(printed, new RegExp(line));
  }
});
