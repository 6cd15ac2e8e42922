// The machine's Rust: found, checked and used as it is, never installed or updated.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { execute, ROOT, run } from "./run.mjs";
import { Stop, step } from "./say.mjs";

export const TARGET = "wasm32-unknown-unknown";

const NO_RUST =
  "Rust is missing. Install it from https://rustup.rs with:\n" +
  "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

/**
 * Resolves with the environment in which cargo runs.
 *
 * rustup reads rust-toolchain.toml and, if the toolchain lacks a part that the file names,
 * *updates* the toolchain to get it. A build must not replace the machine's compiler, so the
 * installed toolchain is named explicitly, which makes rustup skip the file.
 */
export async function rustEnvironment() {
  const env = { ...process.env, RUSTUP_AUTO_INSTALL: "0" };
  if (env.RUSTUP_TOOLCHAIN || !(await hasRustup())) return env;
  // In the home folder, because a rust-toolchain.toml would choose a toolchain.
  const listed = await run("rustup", ["toolchain", "list"], { cwd: homedir(), env });
  const lines = listed.split("\n").filter((line) => /^[\w.-]+/.test(line) && !/^no /.test(line));
  const stable = lines.find((line) => line.startsWith("stable"));
  const preferred = lines.find((line) => line.includes("default"));
  const chosen = (stable ?? preferred)?.split(" ")[0];
  if (!chosen) {
    throw new Stop("rustup has no toolchain. Install one with:\n  rustup toolchain install stable");
  }
  return { ...env, RUSTUP_TOOLCHAIN: chosen };
}

/** Returns the compiler's version, in one line. Fails if there is no compiler. */
export async function rustVersion(env) {
  return (await run("rustc", ["--version"], { env, missing: NO_RUST })).trim();
}

/** Adds the wasm target to the toolchain if it isn't there. */
export async function ensureWasmTarget(env) {
  if (await hasTarget(env)) return;
  if (!(await hasRustup())) {
    throw new Stop(
      `This Rust has no ${TARGET} target, and there is no rustup to add it.\n` +
        "Install the target with the system's package manager (Debian: apt-get install " +
        "libstd-rust-dev-wasm32), or Rust from https://rustup.rs",
    );
  }
  const done = step(`adding the ${TARGET} target: this Rust can't compile to wasm yet`);
  await run("rustup", ["target", "add", TARGET], { cwd: homedir(), env });
  done();
}

async function hasTarget(env) {
  const args = ["--print", "target-libdir", "--target", TARGET];
  const folder = (await run("rustc", args, { env, missing: NO_RUST })).trim();
  return existsSync(dirname(folder)) && existsSync(folder);
}

async function hasRustup() {
  try {
    return (await execute("rustup", ["--version"], { cwd: homedir() })).code === 0;
  } catch {
    return false;
  }
}

/** Runs cargo, with a clear message if there is none, and a line if it waits for another cargo. */
export function cargo(args, env, cwd = ROOT) {
  return run("cargo", args, { cwd, env, missing: NO_RUST, onText: sayLock });
}

function sayLock(text) {
  const [, lock] = /Blocking waiting for file lock on (.*)/.exec(text) ?? [];
  if (lock) console.log(`  waiting for another cargo, which holds the lock on the ${lock}`);
}
