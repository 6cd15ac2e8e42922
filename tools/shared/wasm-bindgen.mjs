// The wasm-bindgen command line, in exactly the version that Cargo.lock names: the crate and the
// command speak a private format that changes with every version.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ROOT, run } from "./run.mjs";
import { Stop, step } from "./say.mjs";

const BINARIES = ["wasm-bindgen", "wasm-bindgen-test-runner"];

/** Where the commands are, once ensureWasmBindgen has run: `{ version, bindgen, testRunner }`. */
export function wasmBindgen() {
  const version = lockedVersion();
  const [bindgen, testRunner] = paths(version);
  return { version, bindgen, testRunner };
}

/** Installs the commands into `.tools/` if this version isn't there. */
export async function ensureWasmBindgen(env) {
  const { version } = wasmBindgen();
  if (paths(version).every(existsSync)) return;
  const folder = toolFolder(version);
  const done = step(
    `compiling wasm-bindgen's command line ${version}, once: Cargo.lock asks for this version ` +
      "(about a minute)",
  );
  rmSync(folder, { recursive: true, force: true });
  // --debug and no default features (its TLS and server): a quarter of the time, and the command
  // runs for a fraction of a second. Without --locked: its lock file lags behind registries.
  const args = ["install", "wasm-bindgen-cli", "--version", `=${version}`, "--root", folder];
  await run("cargo", [...args, "--debug", "--no-default-features", "--quiet"], {
    // From outside the project, so that its profiles and rust-toolchain.toml play no part.
    cwd: homedir(),
    env,
  });
  const missing = paths(version).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new Stop(`wasm-bindgen-cli ${version} came without ${missing.join(" and ")}`);
  }
  done();
}

function lockedVersion() {
  const lock = readFileSync(join(ROOT, "Cargo.lock"), "utf8");
  const found = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock);
  if (!found) throw new Stop("Cargo.lock does not name wasm-bindgen");
  return found[1];
}

function toolFolder(version) {
  return join(ROOT, ".tools", `wasm-bindgen-${version}`);
}

function paths(version) {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return BINARIES.map((name) => join(toolFolder(version), "bin", name + suffix));
}
