// Makes the wasm small: wasm-opt, and short names.

import { join } from "node:path";
import { ROOT, run } from "../shared/run.mjs";
import { Stop } from "../shared/say.mjs";

const BINARYEN = join(ROOT, "node_modules/binaryen");

/**
 * The features that Rust compiles to by default, one by one: with --all-features wasm-opt would
 * use some that runtimes in use don't have. These are in every browser since 2021.
 */
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "call-indirect-overlong",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
];

/** Shrinks the file in place; resolves with the new names of imports and exports. */
export async function shrink(wasm) {
  const printed = await run(process.execPath, [
    join(BINARYEN, "bin/wasm-opt"),
    wasm,
    // Builds the control flow anew, and shrinks that: 0.2 KB of `core` after brotli.
    ...["--flatten", "--rereloop", "-Oz"],
    ...["-Oz", "--converge"],
    // A function that is called only once is inlined only if it is small: brotli and the
    // engines do better with the large ones apart.
    ...["--one-caller-inline-max-function-size", "30"],
    // Memory begins with the stack's far end, and only this wasm writes to it.
    ...["--low-memory-unused", "--zero-filled-memory"],
    // wasm-opt knows the features of the compiled crate only while this section is there, so
    // they are named, and the section goes with the rest that only tools read.
    "--mvp-features",
    ...FEATURES.map((feature) => `--enable-${feature}`),
    ...["--strip-debug", "--strip-producers", "--strip-target-features"],
    // Last: the names are printed.
    "--minify-imports-and-exports-and-modules",
    "-o",
    wasm,
  ]);
  return readNames(printed);
}

const IMPORT = /^ {2}\["[^"]+", "([^"]+)", "([^"]+)"\]/gm;
const EXPORT = /^ {2}\["([^"]+)", "([^"]+)"\]/gm;

/**
 * Reads the output of wasm-opt as maps from the old name to the new. Each round of --converge gives new short names,
 * so the names are followed through all rounds. An import that a later round removes is in no map.
 */
export function readNames(printed) {
  const rounds = printed.split(/^\{$/m).slice(1);
  if (rounds.length === 0) throw new Stop("wasm-opt printed no names");
  const [imports, exports] = [IMPORT, EXPORT].map((pattern) =>
    rounds
      .map((round) => new Map([...round.matchAll(pattern)].map(([, from, to]) => [from, to])))
      .reduce(follow),
  );
  if (!imports.size || !exports.size) throw new Stop("wasm-opt printed no names");
  return { imports, exports };
}

const follow = (before, now) =>
  new Map([...before].flatMap(([from, to]) => (now.has(to) ? [[from, now.get(to)]] : [])));
