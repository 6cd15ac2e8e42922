// Makes wasm-bindgen's JavaScript small: without its loading, and with the wasm's short names.
//
// Two more steps did not pay: an import that may throw without a closure for each call (25 ns a call and
// 7 bytes), and a view of the memory that reads it less often (15 ns in Node 20, none in Node 24).

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Stop } from "../shared/say.mjs";
import { FINGERPRINT } from "./fingerprint.mjs";

const count = (text, pattern) => [...text.matchAll(pattern)].length;

/**
 * The steps on the code as esbuild prints it: `places` is the expected number of matches. Another number is an
 * error, because then wasm-bindgen writes its glue in another way.
 */
const STEPS = ({ imports, exports }) => [
  {
    // `pkg/load.js` loads: it knows how each runtime gets the wasm. 1.0 KB after brotli. One object has the exports:
    // a bundler would make one of the module, with a getter for each.
    name: "LOADING",
    pattern: /\nasync function __wbg_load\([\s\S]*\nexport \{([^}]*)\};\n$/g,
    places: () => 1,
    replace: (_, names) => {
      const all = names.split(",").map((name) => name.trim());
      const own = all.filter((name) => !/^__wbg_init\b|^initSync$/.test(name));
      const parts = [...own, "__wbg_get_imports as imports", "start"].map((part) =>
        part.replace(/^(\w+) as (\w+)$/, "$2: $1"),
      );
      return `\nexport const glue = { ${parts.join(", ")}, fingerprint: "${FINGERPRINT}" };\n`;
    },
  },
  {
    // The object that holds all imports, by the name that the wasm has for it, and its properties. wasm-opt removes
    // imports that the wasm never calls. This and EXPORTS: 1.3 KB of wasm and glue after brotli, because names of
    // imports end with 16 digits by chance.
    name: "IMPORTS",
    pattern:
      /"\.\/\w+_bg\.js": (?=import0\b)|\n {4}(__wb\w+): function\([\s\S]*?\n {4}\}(?:,|(?=\n {2}\};))/g,
    places: (text) => count(text, /": import\d/g) + count(text, /\n {4}__wb/g),
    replace: (found, name) => {
      if (!name) return "a: ";
      const short = imports.get(name);
      return short ? found.replace(name, () => JSON.stringify(short)) : "";
    },
  },
  {
    // The encoder at once, instead of a loop over the characters: 0.6 µs a delete. A string that fits its length is
    // ASCII. The branch before it is for a wasm that can't reallocate.
    name: "STRINGS",
    pattern:
      / {2}if \(realloc === void 0\) \{[\s\S]*?\n {2}\}\n([\s\S]*?) {2}for \(; offset < len; offset\+\+\) \{[\s\S]*?\n {2}\}\n/g,
    places: () => 1,
    replace: (_, between) =>
      `${between}  if (cachedTextEncoder.encodeInto(arg, mem.subarray(ptr, ptr + len)).read === len) offset = len;\n`,
  },
  {
    // An export, at each use. Three uses of the object itself declare, set and return it.
    name: "EXPORTS",
    pattern: /\bwasm\.(\w+)/g,
    places: (text) => count(text, /\bwasm\b/g) - 3,
    replace: (_, name) => {
      if (!exports.has(name)) throw new Stop(`the wasm has no ${name}, which the glue names`);
      return `wasm[${JSON.stringify(exports.get(name))}]`;
    },
  },
];

/** The objects that the file makes when it is loaded. Jest's jsdom lacks their classes, so the import would fail. */
const TEXT_CODERS =
  /^(?:let|const) (\w+) = (new Text(?:De|En)coder\(.*\));\n(?:\1\.decode\(\);\n)?/gm;

/** Resolves with the glue without its loading, and the number of places that each step has replaced. */
export async function rewriteGlue(generated, names) {
  // Imported here, because this file is loaded before the npm packages are installed.
  const { transform } = await import("esbuild");
  // Without comments, in one layout.
  const { code } = await transform(generated, { format: "esm", target: "es2022" });
  const replaced = {};
  let text = code;
  for (const step of STEPS(names)) text = apply(step, text, replaced);
  text = makeCodersAtStart(text, replaced);
  check(text, names);
  return { text, replaced };
}

function apply({ name, pattern, places, replace }, text, replaced) {
  replaced[name] = count(text, pattern);
  expect(name, replaced[name], places(text));
  return text.replace(pattern, replace);
}

function expect(name, found, expected) {
  if (found === expected && found > 0) return;
  throw new Stop(
    `wasm-bindgen writes its glue in another way now: ${name} of tools/build/glue.mjs has ` +
      `${found} places, not ${expected}`,
  );
}

/** Moves the encoder and the decoder into each instance. It saves no bytes, but a file can be imported anywhere. */
function makeCodersAtStart(text, replaced) {
  const coders = [...text.matchAll(TEXT_CODERS)];
  replaced.CODERS = coders.length;
  expect("CODERS", coders.length, count(text, /^\w+ \w+ = new /gm));
  const made = coders.map(([, name, value]) => `  ${name} = ${value};\n`).join("");
  const start = `function start(instance) {\n${made}  __wbg_finalize_init(instance);\n}\n`;
  return text.replace(TEXT_CODERS, "let $1;\n") + start;
}

function check(text, { imports }) {
  const lacking = [...imports].find(([, short]) => !text.includes(`\n    "${short}": func`));
  if (lacking) throw new Stop(`the glue has no ${lacking[0]}, which the wasm imports`);
  // A view of the memory of the previous instance would read and write that memory.
  for (const [, view] of text.matchAll(/^let (cached\w*Memory\w*) = /gm)) {
    if (count(text, new RegExp(`^  ${view} = null;$`, "gm")) !== 1) {
      throw new Stop(`the glue keeps ${view}, but does not drop it when an instance is made`);
    }
  }
}

/**
 * Resolves with the glue as one file with the crate's own JavaScript, and the numbers of places that were
 * replaced; `names` are the names that wasm-opt gave to imports and exports.
 */
export async function shrinkGlue(file, names) {
  const { text, replaced } = await rewriteGlue(readFileSync(file, "utf8"), names);
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: dirname(file) },
    ...{ bundle: true, minify: true, format: "esm", target: "es2022", write: false },
  });
  return { glue: outputFiles[0].text, replaced };
}
