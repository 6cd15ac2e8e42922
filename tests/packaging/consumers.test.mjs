// The tarball in empty projects: imported, required, compiled and bundled.

import assert from "node:assert/strict";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { ROOT } from "../../tools/shared/run.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { makeProject, packedBesideEmulator, runScript } from "./projects.mjs";
import { wasmFile } from "./wasm-file.mjs";

/** Deletes the batch that the arguments name, and prints the response. */
const DELETE = `
  const [baseURL, id] = process.argv.slice(2);
  deleteBatch(id, { baseURL, apiKey: "sk-test-SECRET" }).then((deleted) => console.log(JSON.stringify(deleted)));
`;
const NO_REQUIRE_ESM = "--no-experimental-require-module";
const FILES = {
  "import.mjs": `import { deleteBatch } from "delete-message-batch";${DELETE}`,
  "require.cjs": `const { deleteBatch } = require("delete-message-batch");${DELETE}`,
  "small.mjs": `import { ANTHROPIC_BETAS, isBatchError } from "delete-message-batch";
    console.log(isBatchError(null), ANTHROPIC_BETAS.length);`,
};

let project;
const given = packedBesideEmulator(async (packed) => {
  project = await makeProject(packed, "consumer", FILES);
});

/** Runs a script of the project, and asserts that it deleted a batch. */
async function assertDeletes(script, flags = []) {
  const world = newWorld(given.emulator.origin);
  const [{ id }] = (await world.create({})).batches;
  const output = await runScript(project, [...flags, script, world.url, id]);
  // Nothing else: no warning, neither.
  assert.equal(output, JSON.stringify({ id, type: "message_batch_deleted" }));
  assert.deepEqual((await world.batches()).deleted, [id]);
}

test("import in Node", () => assertDeletes("import.mjs"));

test("require in Node: CommonJS, which needs no require() of an ES module", async () => {
  await assertDeletes("require.cjs", process.features.require_module ? [NO_REQUIRE_ESM] : []);
});

test("CommonJS and ES modules exchange errors, and export the same names", async () => {
  const names = "const names = (module) => Object.keys(module).sort().join();";
  const script = join(project, "both.mjs");
  await writeFile(
    script,
    `import { createRequire } from "node:module";
     import * as esm from "delete-message-batch";
     ${names}
     const cjs = createRequire(import.meta.url)("delete-message-batch");
     const error = await cjs.deleteBatch("a/b", { apiKey: "k" }).catch((error) => error);
     console.log(names(cjs) === names(esm), esm.isBatchError(error), error.code);`,
  );
  assert.equal(await runScript(project, [script]), "true true invalid_option");
});

test("CommonJS: both entries have one BatchError", async () => {
  const script = join(project, "one-class.cjs");
  await writeFile(
    script,
    `const all = require("delete-message-batch");
     const core = require("delete-message-batch/core");
     core.deleteBatch("a/b", { apiKey: "k" }).catch((error) => console.log(error instanceof all.BatchError));`,
  );
  assert.equal(await runScript(project, [script]), "true");
});

for (const [name, change] of [
  ["a file of the wasm that is cut off", ({ path }, wasm) => writeFile(path, wasm.subarray(0, -1))],
  ["no file of the wasm", ({ path }) => rm(path)],
]) {
  test(`${name}: the package takes its wasm as base64`, async () => {
    const changed = await makeProject(given.packed, name.replaceAll(" ", "-"), FILES);
    const found = wasmFile("full", join(changed, "node_modules/delete-message-batch"));
    await change(found, await readFile(found.path));
    for (const script of ["import.mjs", "require.cjs"]) await assertDeletes(join(changed, script));
  });
}

test("the base64 of another version is refused", async () => {
  const upgraded = await makeProject(given.packed, "upgraded", FILES);
  const folder = join(upgraded, "node_modules/delete-message-batch");
  await rm(wasmFile("full", folder).path);
  await cp(join(folder, "wasm/core-inline.js"), join(folder, "wasm/full-inline.js"));
  await writeFile(
    join(upgraded, "fails.mjs"),
    `import { deleteBatch } from "delete-message-batch";
     const { code, message } = await deleteBatch("a", { apiKey: "k" }).catch((error) => error);
     console.log(code, message);`,
  );
  assert.match(await runScript(upgraded, ["fails.mjs"]), /^internal .* belongs to another build/);
});

for (const [format, extension] of Object.entries({ esm: "mjs", cjs: "cjs" })) {
  test(`a server bundle in one file, ${format}`, async () => {
    const outfile = join(project, `bundled/${format}.${extension}`);
    await bundle("import.mjs", { outfile, write: true, format, platform: "node" });
    await assertDeletes(outfile);
  });
}

for (const [resolution, module] of Object.entries({ bundler: "esnext", nodenext: "nodenext" })) {
  test(`TypeScript with moduleResolution ${resolution}`, async () => {
    const consumer = await makeProject(given.packed, `typescript-${resolution}`, {
      "package.json": `{ "name": "typescript-${resolution}", "private": true, "type": "module" }`,
      "main.ts": `import { type BatchError, deleteBatch, isBatchError } from "delete-message-batch";
        try {
          const { type }: { type: "message_batch_deleted" } = await deleteBatch("id", { timeout: 1_000 });
          console.log(type);
        } catch (error) {
          if (isBatchError(error)) { const known: BatchError = error; console.log(known.code); }
        }`,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          ...{ strict: true, skipLibCheck: false, noEmit: true, target: "es2022" },
          ...{ module, moduleResolution: resolution, lib: ["es2022", "dom"], types: [] },
        },
      }),
    });
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    assert.equal(await runScript(consumer, [tsc, "--project", consumer]), "");
  });
}

test("Vercel Edge: the bundle imports the wasm as Next.js expects it", async () => {
  const conditions = ["edge-light", "worker", "browser"];
  const { outputs } = await bundle("import.mjs", {
    conditions: [...conditions, "workerd"],
    external: ["*.wasm?module"],
  });
  const [{ imports }] = Object.values(outputs);
  assert.deepEqual(
    imports.map(({ path }) => path),
    [`../wasm/full-${wasmFile("full").fingerprint}.wasm?module`],
  );
});

test("Cloudflare Workers: the bundle imports the wasm as a module", async () => {
  const { outputs } = await bundle("import.mjs", {
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm"],
  });
  const [{ imports }] = Object.values(outputs);
  assert.deepEqual(
    imports.map(({ path }) => path),
    [`../wasm/full-${wasmFile("full").fingerprint}.wasm`],
  );
});

test("a bundle without a call has no wasm", async () => {
  const { inputs } = await bundle("small.mjs", {});
  const used = Object.keys(inputs).map((path) => path.replace(/.*delete-message-batch\//, ""));
  assert.ok(used.includes("errors.js"), used.join());
  for (const path of ["wasm/full-inline.js", "wasm/full.js", "connect.js", "load.js"]) {
    assert.ok(!used.includes(path), `${path} is bundled`);
  }
});

test("every entry exports the same names", async () => {
  const { exports } = JSON.parse(
    await readFile(join(project, "node_modules/delete-message-batch/package.json"), "utf8"),
  );
  const conditions = Object.keys(exports["."]).filter((name) => name !== "require");
  assert.deepEqual(conditions, ["edge-light", "workerd", "deno", "node", "module", "default"]);
  const names = await Promise.all(
    [...conditions.map((name) => [".", name]), ["./url", "default"]].map(exportedNames),
  );
  async function exportedNames([path, condition]) {
    let entry = exports[path][condition];
    while (typeof entry !== "string") entry = entry.default;
    const file = join(project, "node_modules/delete-message-batch", entry);
    const { outputs } = await bundle(file, { external: ["node:*", "*.wasm", "*.wasm?module"] });
    return Object.values(outputs)[0].exports.sort();
  }
  for (const list of names) assert.deepEqual(list, names[0]);
  assert.ok(names[0].includes("deleteBatch"));
});

/** Bundles a script of the project, and resolves with its outputs and the inputs in them. */
async function bundle(script, { outfile, ...options }) {
  const { metafile, warnings } = await build({
    absWorkingDir: project,
    entryPoints: [script],
    outfile: outfile ?? join(project, "bundled/main.js"),
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    logLevel: "silent",
    ...options,
  });
  assert.deepEqual(warnings, []);
  // A file that esbuild read and left out contributes 0 bytes to the bundle.
  const [{ inputs }] = Object.values(metafile.outputs);
  const kept = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { outputs: metafile.outputs, inputs: Object.fromEntries(kept) };
}
