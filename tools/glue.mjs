// Makes wasm-bindgen's JavaScript small: without its loading, with the wasm's short names.

import { readFileSync, writeFileSync } from "node:fs";
import { Stop } from "./say.mjs";

/** Where the loading begins. `pkg/connect.js` does it: it knows how each runtime has the wasm. */
const LOADING = "\nlet wasmModule, wasmInstance, wasm;\n";

const OURS = `
let wasm;
function start(instance) {
  wasm = instance.exports;
  wasm.__wbindgen_start();
}
export { __wbg_get_imports as imports, start };
`;

/** Rewrites the file in place; `names` are those that wasm-opt gave to imports and exports. */
export async function shrinkGlue(file, { imports, exports }) {
  const text = readFileSync(file, "utf8");
  const end = text.indexOf(LOADING);
  if (end < 0) throw new Stop("wasm-bindgen's glue loads in another way now: see LOADING");
  const short = `${text.slice(0, end)}${OURS}`
    .replaceAll(/\n {8}(__wb\w+): function[\s\S]*?\n {8}\},/g, (property, name) =>
      // What wasm-opt found that the wasm never calls is left out.
      imports.has(name) ? property.replace(name, JSON.stringify(imports.get(name))) : "",
    )
    .replace(/"\.\/\w+_bg\.js": import0/, "a: import0")
    .replaceAll(/\bwasm\.(?!exports\b)(\w+)/g, (_, name) => {
      if (!exports.has(name)) throw new Stop(`the wasm has no ${name}, which the glue names`);
      return `wasm[${JSON.stringify(exports.get(name))}]`;
    });
  // Imported here, because this file is loaded before the npm packages are installed.
  const { transformSync } = await import("esbuild");
  const { code } = transformSync(short, { minify: true, format: "esm", target: "es2022" });
  writeFileSync(file, code);
}
