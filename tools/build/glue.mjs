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

/** The function that catches for all of them. */
const CATCHING = /\nfunction handleError\(f, args\) \{[\s\S]*?\n\}\n/;

const KEEP = `
function keepThrown(thrown) {
    const index = addToExternrefTable0(thrown);
    wasm.__wbindgen_exn_store(index);
}
`;

/** How the view of the memory is kept: in Node 20, it reads the memory of the wasm each time. */
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

/** Both are made when the file is loaded. A test runner's jsdom has neither: it could not import it. */
const DECODER =
  /\nlet cachedTextDecoder = new TextDecoder\([^)]*\);\ncachedTextDecoder\.decode\(\);\n/g;
const ENCODER = /\nconst cachedTextEncoder = new TextEncoder\(\);\n/g;
const DECODE = /\breturn cachedTextDecoder\.decode\(/g;
const ENCODE = /\bcachedTextEncoder\.(?=encode)/g;

const NEW_DECODER = "new TextDecoder('utf-8', { ignoreBOM: true })";

/** A property of the object of imports. */
const IMPORT = /\n {8}(__wb\w+): function[\s\S]*?\n {8}\},/g;

/** The name of that object. */
const MODULE = /"\.\/\w+_bg\.js": import0/g;

/** An export of the wasm, where the glue calls it. */
const EXPORT = /\bwasm\.(?!exports\b)(\w+)/g;

/**
 * The steps: how many matches each has in the text, as a number or counted in another way than
 * by the step's own pattern. Another number is an error: wasm-bindgen writes its glue anew.
 */
const STEPS = ({ imports, exports }) => [
  { name: "CATCHING", from: CATCHING, to: KEEP, matches: 1 },
  { name: "VIEW", from: VIEW, to: OUR_VIEW, matches: 1 },
  {
    name: "GUARDED",
    from: GUARDED,
    to: "function($1) {\ntry {\n$2\n} catch (thrown) { keepThrown(thrown); }\n        }",
    matches: (text) => text.split("handleError(").length - 1,
  },
  {
    name: "IMPORT",
    from: IMPORT,
    // Imports that the wasm never calls, as wasm-opt found, are left out.
    to: (property, name) =>
      imports.has(name) ? property.replace(name, JSON.stringify(imports.get(name))) : "",
    matches: (text) => text.split("\n        __wb").length - 1,
  },
  { name: "DECODER", from: DECODER, to: "\nlet cachedTextDecoder;\n", matches: 1 },
  { name: "ENCODER", from: ENCODER, to: "\nlet cachedTextEncoder;\n", matches: 1 },
  {
    name: "DECODE",
    from: DECODE,
    to: `return (cachedTextDecoder ??= ${NEW_DECODER}).decode(`,
    matches: 1,
  },
  { name: "ENCODE", from: ENCODE, to: "(cachedTextEncoder ??= new TextEncoder()).", matches: 2 },
  { name: "MODULE", from: MODULE, to: "a: import0", matches: 1 },
  {
    name: "EXPORT",
    from: EXPORT,
    to: (_, name) => {
      if (!exports.has(name)) throw new Stop(`the wasm has no ${name}, which the glue names`);
      return `wasm[${JSON.stringify(exports.get(name))}]`;
    },
    matches: (text) => text.split("wasm.").length - text.split("wasm.exports").length,
  },
];

/** The glue without its loading, and how many matches each step has replaced. */
export function rewriteGlue(text, names) {
  const end = text.indexOf(LOADING);
  if (end < 0) throw new Stop("wasm-bindgen's glue loads in another way now: see LOADING");
  const matches = {};
  let rewritten = text.slice(0, end);
  for (const step of STEPS(names)) {
    rewritten = changed(rewritten, step, matches);
    // Our own code uses exports, and neither of the patterns before.
    if (step.name === "MODULE") rewritten += OURS;
  }
  if (rewritten.includes('": import')) {
    throw new Stop("a function of src/imports.js is imported as it is: let it `catch`");
  }
  const missing = [...names.imports].filter(([, short]) => !rewritten.includes(`"${short}": func`));
  if (missing.length > 0)
    throw new Stop(`the glue has no ${missing[0][0]}, which the wasm imports`);
  return { text: rewritten, matches };
}

function changed(text, { name, from, to, matches }, counts) {
  const expected = typeof matches === "function" ? matches(text) : matches;
  const pattern = new RegExp(from.source, "g");
  counts[name] = [...text.matchAll(pattern)].length;
  if (counts[name] !== expected || expected === 0) {
    throw new Stop(
      `wasm-bindgen writes its glue in another way now: ${name} of tools/build/glue.mjs has ` +
        `${counts[name]} matches, not ${expected}`,
    );
  }
  return text.replace(pattern, to);
}

/**
 * Rewrites the file in place; `names` are those that wasm-opt gave to imports and exports, `size` is that
 * of the wasm in bytes, by which the glue recognizes its own. Resolves with the numbers of replaced
 * matches.
 */
export async function shrinkGlue(file, names, size) {
  const { text, matches } = rewriteGlue(readFileSync(file, "utf8"), names);
  // Imported here, because this file is loaded before the npm packages are installed.
  const { build } = await import("esbuild");
  const folder = dirname(file);
  // One file, with the crate's own JavaScript.
  const { outputFiles } = await build({
    stdin: { contents: `${text}\nexport const size = ${size};\n`, resolveDir: folder },
    ...{ bundle: true, minify: true, format: "esm", target: "es2022", write: false },
  });
  writeFileSync(file, outputFiles[0].text);
  rmSync(join(folder, "snippets"), { recursive: true });
  return matches;
}
