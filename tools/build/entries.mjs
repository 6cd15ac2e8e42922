// The files of `pkg/entry/`: one for each way in which a runtime gets the wasm, for each of the two modules, and the
// code that they share. Node loads 3 files instead of 18, which saves 10 ms of the processor.
//
// Each function is written out, because a bundler drops only the functions that a module's own
// `export const` names, and follows only the name of a file that is written out.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../shared/run.mjs";
import { HEADER } from "./generated-parts.mjs";

const PACKAGE = join(ROOT, "pkg");

const CALLS = ["deleteBatch", "retrieveBatch", "cancelBatch"];

/** The exported functions of a module, by the loop that makes each. */
const FUNCTIONS = {
  core: { call: CALLS },
  full: {
    call: CALLS,
    job: ["deleteBatches", "cancelBatches", "purgeBatches"],
    list: ["listBatches"],
    relay: ["createRelay"],
  },
};

/**
 * The ways to load the wasm: `about` is the comment at the top, `imports` the imports besides the glue, `load` the
 * function that makes an instance. `up` leads to the package's folder, `wasm` is the file's name in it.
 */
const WAYS = {
  "edge-light": ({ up, wasm }) => ({
    about: `// Vercel's edge runtime, and Next.js for it: as in Cloudflare Workers, but the import is marked
// with \`?module\`.`,
    imports: `
import { instanceOf } from "${up}load.js";
import module from "${up}${wasm}?module";`,
    load: "/* @__PURE__ */ instanceOf(module)",
  }),
  workerd: ({ up, wasm }) => ({
    about: `// Cloudflare Workers: the wasm is imported as a compiled module, because bytes can't be compiled
// in a worker. Wrangler and Cloudflare's Vite plugin bundle it without configuration.`,
    imports: `
import { instanceOf } from "${up}load.js";
import module from "${up}${wasm}";`,
    load: "/* @__PURE__ */ instanceOf(module)",
  }),
  inline: ({ up, name }) => ({
    about: `// Browsers, bundlers, Deno, and other runtimes: the wasm is part of the script, so that loading
// needs no file system, no second request and no bundler's plugin.
// A page's Content-Security-Policy must allow 'wasm-unsafe-eval'.`,
    imports: `
import { decode } from "${up}decode.js";
import { instantiate } from "${up}load.js";
import { order, text } from "${up}wasm/${name}-inline.js";`,
    load: "/* @__PURE__ */ instantiate(() => decode(order, text))",
  }),
  url: ({ up, wasm }) => ({
    about: `// For pages that count bytes: the wasm is a file of its own, fetched from next to this script at the
// first call, and compiled while it arrives. The bundler must copy the file that
// \`new URL(..., import.meta.url)\` names: Vite and webpack do, esbuild does not.`,
    imports: `
import { instantiate } from "${up}load.js";`,
    load: `/* @__PURE__ */ instantiate(() => fetch(new URL("${up}${wasm}", import.meta.url)))`,
  }),
  node: ({ up, name, wasm }) => ({
    about: `// Node and Bun: the wasm is a file of the package, read and compiled at the first call. Synchronously:
// under a test runner's fake timers, real I/O would end only after the clock was advanced.`,
    imports: `
import { readFileSync } from "node:fs";
import { instanceOf, instantiate } from "${up}load.js";`,
    load: `(glue) => {
  try {
    // webpack and Rspack would emit the file although the bundle has the string, and their public path hides it.
    const url = new URL(/* webpackIgnore: true */ "${up}${wasm}", import.meta.url);
    return instanceOf(new WebAssembly.Module(readFileSync(url)))(glue);
  } catch {
    // A server bundle (esbuild, Rollup, ncc) has moved this code away from the file, or the package was
    // upgraded since. The bundle has the string, because of these imports.
    return instantiate(async () => {
      const { order, text } = await import("${up}wasm/${name}-inline.js");
      return (await import("${up}decode.js")).decode(order, text);
    })(glue);
  }
}`,
  }),
};

/** Writes the entries of these modules, whose wasm is built, if one has changed: some 50 ms. */
export async function writeEntries(names = Object.keys(FUNCTIONS)) {
  for (const name of names) await writeEntriesOf(name);
}

async function writeEntriesOf(name) {
  // Imported here, because this file is loaded before the npm packages are installed.
  const { build } = await import("esbuild");
  const folder = join(PACKAGE, name === "core" ? "entry/core" : "entry");
  const up = name === "core" ? "../../" : "../";
  const wasm = `wasm/${wasmOf(name)}`;
  const ways = Object.entries(WAYS).map(([way, about]) => [way, about({ up, name, wasm })]);
  const sources = Object.fromEntries(ways.map(([way, parts]) => [way, source(name, up, parts)]));
  // The imports are found from there.
  mkdirSync(folder, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: Object.keys(sources),
    absWorkingDir: ROOT,
    outdir: folder,
    chunkNames: "shared-[hash]",
    ...{ bundle: true, splitting: true, format: "esm", target: "es2022", charset: "utf8" },
    minifySyntax: true,
    plugins: [inMemory(sources, folder), external(up)],
    write: false,
  });
  // Deno, which finds an entry by an import map, has its types from this comment.
  const types = `// @ts-self-types="${up}deno/${name === "core" ? "core" : "index"}.d.ts"\n`;
  const heads = Object.fromEntries(
    ways.map(([way, { about }]) => [`${way}.js`, `${types}${HEADER}${about}\n\n`]),
  );
  const texts = outputFiles.map(({ path, text }) => {
    const file = basename(path);
    return [file, (heads[file] ?? HEADER) + text];
  });
  for (const file of readdirSync(folder)) {
    if (file.endsWith(".js") && !texts.some(([each]) => each === file)) rmSync(join(folder, file));
  }
  for (const [file, text] of texts) writeIfChanged(join(folder, file), text);
}

/** Returns the name of a module's wasm, which has a fingerprint. */
function wasmOf(name) {
  const files = readdirSync(join(PACKAGE, "wasm"));
  return files.find((file) => file.startsWith(`${name}-`) && file.endsWith(".wasm"));
}

/** An esbuild plugin: gives each entry point its source. */
const inMemory = (sources, folder) => ({
  name: "in memory",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === "entry-point" ? { path, namespace: "entry" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "entry" }, ({ path }) => ({
      contents: sources[path],
      resolveDir: folder,
    }));
  },
});

/** An esbuild plugin: the files that stay by themselves. All entries have the one `BatchError`. */
const external = (up) => ({
  name: "external",
  setup({ onResolve }) {
    onResolve({ filter: /\/errors\.js$/ }, () => ({ path: `${up}errors.js`, external: true }));
    onResolve({ filter: /^node:|\.wasm(\?module)?$|-inline\.js$|\/decode\.js$/ }, ({ path }) => ({
      path,
      external: true,
    }));
  },
});

/** Leaves a file alone that another process may read. */
function writeIfChanged(path, text) {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

function source(name, up, { imports, load }) {
  const loops = Object.entries(FUNCTIONS[name]);
  const functions = loops.flatMap(([loop, names]) =>
    names.map((each) => `export const ${each} = /* @__PURE__ */ ${loop}.${each}(wasm);\n`),
  );
  const given = loops.flatMap(([loop, names]) => (loop === "relay" ? [] : names)).join(", ");
  const client = `export const createClient = /* @__PURE__ */ client(wasm, { ${given} });\n`;
  return `import { runtime } from "${up}connect.js";${imports}
${loops.map(([loop]) => `import * as ${loop} from "${up}run/${loop}.js";\n`).join("")}\
import { createClient as client } from "${up}run/client.js";
import { glue } from "${up}wasm/${name}.js";

export { BatchError, isBatchError } from "${up}errors.js";
export { ANTHROPIC_BETAS } from "${up}wasm/betas.js";

const wasm = /* @__PURE__ */ runtime(glue, ${load});

${functions.join("")}${client}`;
}
