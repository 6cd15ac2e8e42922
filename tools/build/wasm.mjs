// From the Rust crate to `pkg/wasm/`: cargo, pruning, wasm-bindgen, wasm-opt, generated parts.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ROOT, run } from "../shared/run.mjs";
import { cargo, TARGET } from "../shared/rust.mjs";
import { step } from "../shared/say.mjs";
import { wasmBindgen } from "../shared/wasm-bindgen.mjs";
import { writeGeneratedParts } from "./generated-parts.mjs";
import { shrinkGlue } from "./glue.mjs";
import { prunePanics } from "./prune.mjs";
import { shrink } from "./shrink.mjs";

export const WASM_FOLDER = join(ROOT, "pkg/wasm");
const NAME = "delete_message_batch";

/** The versions of the tools: as much an input of the build as the sources are. */
export function toolVersions() {
  return { "wasm-bindgen": wasmBindgen().version, ...npmVersions("binaryen", "esbuild") };
}

function npmVersions(...names) {
  const version = (name) =>
    JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
  return Object.fromEntries(names.map((name) => [name, version(name)]));
}

export async function buildWasm(env, reason) {
  const compiled = step(`compiling the Rust crate: ${reason}`);
  // The sources first: rustFlags looks for the folders that they come into.
  await cargo(["fetch", "--target", TARGET], env);
  await cargo(["build", "--release", "--lib", "--target", TARGET], {
    ...env,
    CARGO_ENCODED_RUSTFLAGS: rustFlags(),
  });
  compiled();

  const pruned = step("taking out what only panics need");
  const input = prune();
  pruned();

  const bound = step("writing the JavaScript glue with wasm-bindgen");
  rmSync(WASM_FOLDER, { recursive: true, force: true });
  mkdirSync(WASM_FOLDER, { recursive: true });
  await runWasmBindgen(input);
  bound();

  const shrunk = step("shrinking the wasm with wasm-opt, and the glue with esbuild");
  const wasm = join(WASM_FOLDER, `${NAME}_bg.wasm`);
  const before = statSync(wasm).size;
  const names = await shrink(wasm);
  await shrinkGlue(join(WASM_FOLDER, `${NAME}.js`), names);
  shrunk(`${before} → ${statSync(wasm).size} bytes`);

  writeGeneratedParts(WASM_FOLDER, NAME);
}

/**
 * Panic messages name source files. The folders of the machine that builds are of no use in a
 * published package, and would make two machines build two different files. Other flags from the
 * environment are set aside for the same reason.
 */
function rustFlags() {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  // One folder for each registry or mirror that crates came from.
  const registries = join(cargoHome, "registry/src");
  const folders = existsSync(registries) ? readdirSync(registries) : [];
  // Where several fit, rustc takes the last.
  const remapped = [
    `${ROOT.replace(/[/\\]$/, "")}=.`,
    `${cargoHome}=cargo`,
    ...folders.map((folder) => `${join(registries, folder)}=crates`),
  ].map((pair) => `--remap-path-prefix=${pair}`);
  return [
    ...remapped,
    // prune.mjs reads the relocations.
    "-Clink-arg=--emit-relocs",
    // At "z", LLVM inlines next to nothing: a little more costs few bytes and saves much time.
    "-Cllvm-args=-inline-threshold=45",
  ].join("\x1f");
}

/** Writes the wasm without the wording of panics, and returns its path. */
function prune() {
  const release = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), TARGET, "release");
  const folder = join(release, "pruned");
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `${NAME}.wasm`);
  writeFileSync(output, prunePanics(readFileSync(join(release, `${NAME}.wasm`))));
  return output;
}

function runWasmBindgen(input) {
  // `web` is the one target whose glue leaves the loading to us; without its default path, no
  // bundler follows a `new URL(...)` to a file that the inline entry does without. Every runtime
  // of the last years has TextEncoder.encodeInto, so its stand-in is left out.
  return run(wasmBindgen().bindgen, [
    ...[input, "--target", "web", "--omit-default-module-path"],
    ...["--encode-into", "always", "--out-dir", WASM_FOLDER],
  ]);
}
