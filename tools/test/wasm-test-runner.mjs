// wasm-bindgen's test runner, in exactly the version that Cargo.lock names: the crate and the runner
// exchange a private format that changes with every version.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { versionIn } from "../build/bindgen.mjs";
import { ROOT, run } from "../shared/run.mjs";
import { rustEnvironment } from "../shared/rust.mjs";
import { Stop, step } from "../shared/say.mjs";

const NAME = "wasm-bindgen-test-runner";

/** The path of the runner, once ensureWasmTestRunner has run. */
export function wasmTestRunner() {
  return pathOf(versionIn("Cargo.lock"));
}

/** Installs the runner into `.tools/` if this version isn't there. */
export async function ensureWasmTestRunner() {
  const version = versionIn("Cargo.lock");
  const path = pathOf(version);
  if (existsSync(path)) return;
  const done = step(
    `compiling ${NAME} ${version}, once for each version that Cargo.lock names: some minutes`,
  );
  // --debug and no default features (its TLS and server): a quarter of the time, and the runner itself
  // works for a fraction of a second. Without --locked: its lock file lags behind registries.
  const args = ["install", "wasm-bindgen-cli", "--version", `=${version}`, "--bin", NAME];
  const options = ["--root", folderOf(version), "--debug", "--no-default-features", "--quiet"];
  // From outside the project, so that its profiles and rust-toolchain.toml play no part.
  await run("cargo", [...args, ...options], { cwd: homedir(), env: await rustEnvironment() });
  if (!existsSync(path)) throw new Stop(`wasm-bindgen-cli ${version} has no ${NAME}`);
  done();
}

const folderOf = (version) => join(ROOT, ".tools", `wasm-bindgen-${version}`);

const pathOf = (version) =>
  join(folderOf(version), "bin", NAME + (process.platform === "win32" ? ".exe" : ""));
