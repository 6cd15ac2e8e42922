// A CommonJS dependency that requires the package, in bundles for a page and for a worker. Each bundle has the
// build for pages: none of Node's modules.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import * as vite from "vite";
import webpack from "webpack";
import { makeProject, pack } from "../packaging/projects.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { launchChromium } from "./launch.mjs";

const DEPENDENCY = `
const all = require("delete-message-batch");
const core = require("delete-message-batch/core");
exports.run = async (id, options) => {
  const { type } = await all.deleteBatch(id, options);
  const error = await core.deleteBatch(id, options).catch((error) => error);
  return { type, code: error.code, isOneClass: error instanceof all.BatchError };
};
`;
const MAIN = `
import { run } from "dependency";
globalThis.run = run;
globalThis.onmessage = async ({ data }) => globalThis.postMessage(await run(...data));
`;

const FILES = { bundle: true, format: "iife", minify: true, logLevel: "error" };
const BUNDLERS = {
  esbuild: (folder) => withEsbuild(folder, {}),
  // Some bundlers do not know the condition that leads to the ES modules.
  "esbuild, without the condition module": (folder) => withEsbuild(folder, { conditions: [] }),
  webpack: (folder) => withWebpack(folder, "web"),
  "webpack, a worker": (folder) => withWebpack(folder, "webworker"),
  vite: (folder) => withVite(folder),
};

let packed;
let project;
let emulator;
let browser;

before(async () => {
  packed = await pack();
  project = await makeProject(packed, "commonjs", { "main.mjs": MAIN });
  const dependency = join(project, "node_modules/dependency");
  await mkdir(dependency);
  await writeFile(join(dependency, "package.json"), '{ "name": "dependency" }');
  await writeFile(join(dependency, "index.js"), DEPENDENCY);
  emulator = await startEmulator({ staticFolder: project });
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await emulator?.stop();
  await packed?.remove();
});

for (const [name, bundle] of Object.entries(BUNDLERS)) {
  test(`require() through ${name}: it deletes a batch in the browser`, async () => {
    const folder = name.replaceAll(/\W+/g, "-");
    await bundle(join(project, folder));
    const world = newWorld(emulator.origin);
    const [{ id }] = (await world.create()).batches;
    const page = await browser.newPage();
    const url = `${emulator.origin}/_static/${folder}/main.js`;
    await page.goto(url);
    const options = { baseURL: world.url, apiKey: "sk-test", dangerouslyAllowBrowser: true };
    const [script, given] = [{ url, isWorker: name.endsWith("worker") }, [id, options]];
    const result = await page.evaluate(runIn, [script, given]);
    assert.deepEqual(result, {
      type: "message_batch_deleted",
      code: "not_found",
      isOneClass: true,
    });
    assert.deepEqual((await world.batches()).deleted, [id]);
  });
}

/** Runs the bundle in the page. */
async function runIn([{ url, isWorker }, given]) {
  if (!isWorker) {
    await import(url);
    return await globalThis.run(...given);
  }
  const worker = new Worker(url);
  return await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(given);
  });
}

const withEsbuild = (folder, more) =>
  esbuild.build({
    absWorkingDir: project,
    entryPoints: ["main.mjs"],
    outfile: join(folder, "main.js"),
    ...FILES,
    ...more,
  });

async function withWebpack(folder, target) {
  const stats = await promisify(webpack)({
    ...{ mode: "production", context: project, entry: "./main.mjs", target },
    output: { path: folder, filename: "main.js" },
    performance: { hints: false },
  });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
}

const withVite = (folder) =>
  vite.build({
    ...{ root: project, configFile: false, logLevel: "error" },
    build: {
      outDir: folder,
      rollupOptions: { input: join(project, "main.mjs"), output: { entryFileNames: "main.js" } },
    },
  });
