// Makes wasm-bindgen's JavaScript small and quick: without its loading, with the wasm's short
// names, and without what each call pays for in vain.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Stop } from "../shared/say.mjs";

/** Where the loading begins. `pkg/connect.js` does it: it knows how each runtime has the wasm. */
const LOADING = "\nlet wasmModule, wasmInstance, wasm;\n";

const OURS = `
let wasm;
function start(instance) {
  wasm = instance.exports;
  // Views of the memory of an instance before.
  cachedUint8ArrayMemory0 = null;
  wasm.__wbindgen_start();
}
export { __wbg_get_imports as imports, start };
`;

/** An import that may throw: its function is made anew at each call, and called with `arguments`. */
const GUARDED =
  /function\(\) \{ return handleError\(function \((.*?)\) \{\n([\s\S]*?)\n {8}\}, arguments\); \}/g;

/** What catches for all of them. */
const CATCHING = /\nfunction handleError\(f, args\) \{[\s\S]*?\n\}\n/;

const KEEP = `
function keepThrown(thrown) {
    const index = addToExternrefTable0(thrown);
    wasm.__wbindgen_exn_store(index);
}
`;

/** How the view of the memory is kept: in Node 20, it asks the wasm for its memory each time. */
const VIEW = /\nfunction getDataViewMemory0\(\) \{[\s\S]*?\n\}\n/;

/** A memory that has grown leaves views without bytes behind. */
const OUR_VIEW = `
let viewed = null;
function getDataViewMemory0() {
    const bytes = getUint8ArrayMemory0();
    if (viewed !== bytes) cachedDataViewMemory0 = new DataView((viewed = bytes).buffer);
    return cachedDataViewMemory0;
}
`;

/** Rewrites the file in place; `names` are those that wasm-opt gave to imports and exports. */
export async function shrinkGlue(file, { imports, exports }) {
  const text = readFileSync(file, "utf8");
  const end = text.indexOf(LOADING);
  if (end < 0) throw new Stop("wasm-bindgen's glue loads in another way now: see LOADING");
  const quick = [
    [CATCHING, KEEP],
    [VIEW, OUR_VIEW],
    [GUARDED, "function($1) {\ntry {\n$2\n} catch (thrown) { keepThrown(thrown); }\n        }"],
  ].reduce(replaced, text.slice(0, end));
  const short = `${quick}${OURS}`
    .replaceAll(/\n {8}(__wb\w+): function[\s\S]*?\n {8}\},/g, (property, name) =>
      // What wasm-opt found that the wasm never calls is left out.
      imports.has(name) ? property.replace(name, JSON.stringify(imports.get(name))) : "",
    )
    .replace(/"\.\/\w+_bg\.js": import0/, "a: import0")
    .replaceAll(/\bwasm\.(?!exports\b)(\w+)/g, (_, name) => {
      if (!exports.has(name)) throw new Stop(`the wasm has no ${name}, which the glue names`);
      return `wasm[${JSON.stringify(exports.get(name))}]`;
    });
  if (short.includes('": import')) {
    throw new Stop("a function of src/js/batched.js is imported as it is: let it `catch`");
  }
  // Imported here, because this file is loaded before the npm packages are installed.
  const { build } = await import("esbuild");
  const folder = dirname(file);
  // One file, with what the crate brings along in JavaScript.
  const { outputFiles } = await build({
    stdin: { contents: short, resolveDir: folder },
    ...{ bundle: true, minify: true, format: "esm", target: "es2022", write: false },
  });
  writeFileSync(file, outputFiles[0].text);
  rmSync(join(folder, "snippets"), { recursive: true });
}

function replaced(text, [from, to]) {
  const changed = text.replace(from, to);
  if (changed === text)
    throw new Stop(`wasm-bindgen writes its glue in another way now: see ${from}`);
  return changed;
}
