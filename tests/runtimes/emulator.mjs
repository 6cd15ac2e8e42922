// Starts the emulator for a test, and ends it with the test.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../tools/shared/run.mjs";
import { cargo, rustEnvironment } from "../../tools/shared/rust.mjs";

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

/** Compiles the emulator if its sources changed, and resolves with the path of its binary. */
export async function buildEmulator() {
  const env = await rustEnvironment();
  await cargo(["build", "--locked", "--release", "--package", "batches-emulator"], env);
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  const suffix = process.platform === "win32" ? ".exe" : "";
  const binary = join(target, "release", `batches-emulator${suffix}`);
  if (!existsSync(binary)) throw new Error("cargo built no batches-emulator");
  return binary;
}
