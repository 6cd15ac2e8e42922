// Starts the emulator for a test, and ends it with the test.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../tools/shared/run.mjs";
import { cargo, rustEnvironment } from "../../tools/shared/rust.mjs";
import { step } from "../../tools/shared/say.mjs";

/**
 * Starts an emulator on a free port.
 * @param {object} [settings]
 * @param {string} [settings.staticFolder] served at /_static/
 * @param {string[]} [settings.args] further arguments
 * @returns {Promise<{ origin: string, stop: () => Promise<void> }>}
 */
export async function startEmulator({ staticFolder, args = [] } = {}) {
  const binary = await buildEmulator();
  const all = ["--port", "0", "--exit-with-parent", ...args];
  if (staticFolder) all.push("--static", staticFolder);
  const child = spawn(binary, all, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const origin = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`the emulator ended with exit code ${code}`)));
    createInterface(child.stdout).on("line", (line) => {
      const found = /listening on (http:\/\/\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
  });
  return {
    origin,
    stop: () => {
      child.kill();
      return ended;
    },
  };
}

/**
 * The packages of the emulator and of the Rust programs that talk to it. Each command of cargo names all of them: with
 * the features of one alone, cargo would compile tokio and hyper again.
 */
export const PACKAGES = ["batches-emulator", "client-tests", "rust-examples"].flatMap((name) => [
  "--package",
  name,
]);

let built;

/**
 * Compiles the emulator if its sources changed, and resolves with the path of its binary. Once in a process,
 * and not at all where BATCHES_EMULATOR has the path, as in the steps of `npm test`.
 */
export function buildEmulator() {
  built ??= compile();
  return built;
}

/** The same for the processes to come, which inherit the path. */
export async function ensureEmulator() {
  const done = step("compiling the emulator of the API, if its sources changed");
  process.env.BATCHES_EMULATOR = await buildEmulator();
  done();
}

async function compile() {
  const { BATCHES_EMULATOR, CARGO_TARGET_DIR } = process.env;
  if (BATCHES_EMULATOR) return BATCHES_EMULATOR;
  const wanted = [...PACKAGES, "--bin", "batches-emulator"];
  await cargo(["build", "--locked", ...wanted], await rustEnvironment());
  const target = CARGO_TARGET_DIR ?? join(ROOT, "target");
  const suffix = process.platform === "win32" ? ".exe" : "";
  const binary = join(target, "debug", `batches-emulator${suffix}`);
  if (!existsSync(binary)) throw new Error("cargo built no batches-emulator");
  return binary;
}
