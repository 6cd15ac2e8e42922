// Makes the wasm small: without the formatting of panics, through wasm-opt, with short names.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./run.mjs";
import { Stop } from "./say.mjs";

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

/**
 * Where std ends up in a panic. In wasm it words a message, writes it to a stderr that does not
 * exist, and traps; so these trap at once. What is seen from outside is the same, and a third of
 * std's code is not needed any more. (The crate's own code has no panic: the lints see to that.)
 */
const PANICS =
  /^(<?core(\[\w+\])?::panicking::|<?std(\[\w+\])?::panicking::|core(\[\w+\])?::(option|result)::(unwrap|expect)_failed|core(\[\w+\])?::(slice::index::slice_index_fail|str::slice_error_fail|cell::panic_)|alloc(\[\w+\])?::(raw_vec::(handle_error|capacity_overflow)|alloc::handle_alloc_error)|std(\[\w+\])?::(alloc::|thread::local::panic_))/;

/** Shrinks the file in place; resolves with the names that imports and exports have got. */
export async function shrink(wasm) {
  await trapAtPanics(wasm);
  const printed = await run(process.execPath, [
    join(BINARYEN, "bin/wasm-opt"),
    wasm,
    "-Oz",
    "--converge",
    // wasm-opt knows what the crate was compiled with only as long as this section is there, so
    // the features are named, and the section goes with the rest that only tools read.
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

async function trapAtPanics(wasm) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(readFileSync(wasm));
  const functions = Array.from({ length: module.getNumFunctions() }, (_, index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  );
  const panics = functions.filter(({ module: from, name }) => !from && PANICS.test(name));
  if (panics.length === 0) throw new Stop("no function of the wasm looks like a panic: see PANICS");
  for (const { name, params, results } of panics) {
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  writeFileSync(wasm, module.emitBinary());
  module.dispose();
}

/** What wasm-opt printed, as maps from the old name to the new. */
function readNames(printed) {
  const names = { imports: new Map(), exports: new Map() };
  for (const [, from, to] of printed.matchAll(/^ {2}\["[^"]+", "([^"]+)", "([^"]+)"\]/gm)) {
    names.imports.set(from, to);
  }
  for (const [, from, to] of printed.matchAll(/^ {2}\["([^"]+)", "([^"]+)"\]/gm)) {
    names.exports.set(from, to);
  }
  if (!names.imports.size || !names.exports.size) throw new Stop("wasm-opt printed no names");
  return names;
}
