// Bundles a Worker as wrangler does: one script, and each .wasm as a module of its own.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The compatibility date of the bundled Workers. */
export const COMPATIBILITY_DATE = "2026-01-01";

/**
 * @param {string | URL} entry the Worker's module
 * @param {string[]} [conditions] which of a package's exports are taken first
 * @returns {Promise<{ modules: object[], wasm: string[] }>} the modules for Miniflare, and the paths of
 * the .wasm files
 */
export async function bundleWorker(entry, conditions = ["workerd"]) {
  const wasm = [];
  const bundle = await build({
    entryPoints: [typeof entry === "string" ? entry : fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: "esm",
    conditions: [...conditions, "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [compiledWasm(wasm)],
  });
  const modules = [
    { type: "ESModule", path: "worker.js", contents: bundle.outputFiles[0].text },
    ...(await Promise.all(
      wasm.map(async (path) => ({
        type: "CompiledWasm",
        path: basename(path),
        contents: await readFile(path),
      })),
    )),
  ];
  return { modules, wasm };
}

/** Leaves imports of .wasm files in the bundle, for workerd to resolve, and lists them. */
function compiledWasm(found) {
  return {
    name: "compiled-wasm",
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path, resolveDir }) => {
        const file = fileURLToPath(new URL(path.split("?")[0], `file://${resolveDir}/`));
        found.push(file);
        return { path: `./${basename(file)}`, external: true };
      });
    },
  };
}
