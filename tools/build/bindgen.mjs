// The tool of `tools/bindgen/`, which makes the glue. It holds wasm-bindgen's library in the version that
// Cargo.lock names for the crate, because the two exchange a private format that changes with every version.
// The tool compiles in less than half the time of wasm-bindgen's command line.

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../shared/run.mjs";
import { cargo } from "../shared/rust.mjs";
import { Stop } from "../shared/say.mjs";

const MANIFEST = join(ROOT, "tools/bindgen/Cargo.toml");
/** Not in `target/`, so that `cargo clean` keeps it. */
const FOLDER = join(ROOT, ".tools/bindgen");

/** Compiles the tool, if its sources or the compiler changed. */
export async function compileBindgen(env) {
  const [crate, tool] = [versionIn("Cargo.lock"), versionIn("tools/bindgen/Cargo.lock", "-shared")];
  if (crate !== tool) {
    throw new Stop(
      `Cargo.lock names wasm-bindgen ${crate}, but tools/bindgen/Cargo.lock ${tool}. Write ` +
        `wasm-bindgen-cli-support = "=${crate}" in tools/bindgen/Cargo.toml, and run there: cargo update`,
    );
  }
  await runCargo("build", env);
}

/** Writes `<name>.js`, `<name>.d.ts`, `<name>_bg.wasm` and the crate's own JavaScript into the folder. */
export async function runBindgen(wasm, name, folder, env) {
  await runCargo("run", env, "--", wasm, name, folder);
}

/** Returns the version of wasm-bindgen, or of one of its parts, in a lock file of the project. */
export function versionIn(lockFile, part = "") {
  const lock = readFileSync(join(ROOT, lockFile), "utf8");
  const found = new RegExp(`name = "wasm-bindgen${part}"\nversion = "([^"]+)"`).exec(lock);
  if (!found) throw new Stop(`${lockFile} does not name wasm-bindgen${part}`);
  return found[1];
}

function runCargo(command, env, ...more) {
  const options = ["--locked", "--quiet", "--manifest-path", MANIFEST, "--target-dir", FOLDER];
  // Run outside the project, so that its profiles and rust-toolchain.toml have no effect.
  return cargo([command, ...options, ...more], env, homedir());
}
