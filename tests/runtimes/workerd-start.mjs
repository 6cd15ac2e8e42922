// Bundles a worker as wrangler does, and runs it in workerd.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** @param {string | URL} entry the worker's module */
export async function startWorker(entry) {
  const wasm = [];
  const bundle = await build({
    entryPoints: [typeof entry === "string" ? entry : fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    plugins: [compiledWasm(wasm)],
  });
  const miniflare = new Miniflare({
    compatibilityDate: "2026-01-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: bundle.outputFiles[0].text },
      ...(await Promise.all(
        wasm.map(async (path) => ({
          type: "CompiledWasm",
          path: basename(path),
          contents: await readFile(path),
        })),
      )),
    ],
  });
  const url = await miniflare.ready.catch(async (error) => {
    // What did start would keep the test's process alive.
    await miniflare.dispose().catch(() => {});
    throw error;
  });
  return {
    wasm,
    /** Asks the worker something as JSON, and resolves with its answer. */
    async ask(question) {
      const answer = await fetch(url, { method: "POST", body: JSON.stringify(question) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`the worker answered ${answer.status}: ${text}`);
      return JSON.parse(text);
    },
    stop: () => miniflare.dispose(),
  };
}

/** Leaves imports of .wasm files in the bundle, for workerd to resolve, and tells which. */
function compiledWasm(found) {
  return {
    name: "compiled-wasm",
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const file = fileURLToPath(new URL(path, `file://${resolveDir}/`));
        found.push(file);
        return { path: `./${basename(file)}`, external: true };
      });
    },
  };
}
