// From the Rust crate to `pkg/wasm/`: cargo, wasm-bindgen, wasm-opt, generated parts.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { writeGeneratedParts } from "./generated-parts.mjs";
import { ROOT, run } from "./run.mjs";
import { cargo, TARGET } from "./rust.mjs";
import { step } from "./say.mjs";
import { wasmBindgen } from "./wasm-bindgen.mjs";

export const WASM_FOLDER = join(ROOT, "pkg/wasm");
const NAME = "delete_message_batch";
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

/** The versions of the tools: as much an input of the build as the sources are. */
export function toolVersions() {
  const { version } = JSON.parse(readFileSync(join(BINARYEN, "package.json"), "utf8"));
  return { "wasm-bindgen": wasmBindgen().version, binaryen: version };
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

  const bound = step("writing the JavaScript glue with wasm-bindgen");
  rmSync(WASM_FOLDER, { recursive: true, force: true });
  mkdirSync(WASM_FOLDER, { recursive: true });
  await runWasmBindgen();
  bound();

  const shrunk = step("shrinking the wasm with wasm-opt");
  const wasm = join(WASM_FOLDER, `${NAME}_bg.wasm`);
  const before = statSync(wasm).size;
  await shrink(wasm);
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
  return [
    `${ROOT.replace(/[/\\]$/, "")}=.`,
    `${cargoHome}=cargo`,
    ...folders.map((folder) => `${join(registries, folder)}=crates`),
  ]
    .map((pair) => `--remap-path-prefix=${pair}`)
    .join("\x1f");
}

function runWasmBindgen() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  const input = join(target, TARGET, "release", `${NAME}.wasm`);
  // `web` is the one target whose glue leaves the loading to us; without its default path, no
  // bundler follows a `new URL(...)` to a file that the inline entry does without. Every runtime
  // of the last years has TextEncoder.encodeInto, so its stand-in is left out.
  return run(wasmBindgen().bindgen, [
    ...[input, "--target", "web", "--omit-default-module-path"],
    ...["--encode-into", "always", "--out-dir", WASM_FOLDER],
  ]);
}

function shrink(wasm) {
  return run(process.execPath, [
    join(BINARYEN, "bin/wasm-opt"),
    wasm,
    "-Oz",
    "--converge",
    // wasm-opt knows what the crate was compiled with only as long as this section is there, so
    // the features are named, and the section goes with the rest that only tools read.
    "--mvp-features",
    ...FEATURES.map((feature) => `--enable-${feature}`),
    ...["--strip-debug", "--strip-producers", "--strip-target-features"],
    "-o",
    wasm,
  ]);
}
