// Brings the package and the emulator up to date, in a process of its own: a build is a tree of
// processes (npm, cargo, compilers), and Ctrl-C in the middle of it must leave none of them.

import { spawn } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildEmulator } from "../../tests/runtimes/emulator.mjs";
import { build } from "../build/main.mjs";
import { main, Stop, step } from "../shared/say.mjs";

const FILE = fileURLToPath(import.meta.url);
/** Windows has no process groups. */
const GROUPS = process.platform !== "win32";

/**
 * @param {{ live: boolean }} wanted live: no emulator is needed
 * @returns {{ done: Promise<void>, stop: () => void }} `done` once the demo can start; `./core`, which it does not
 * use, may be compiled afterwards
 */
export function prepare({ live }) {
  // It prints for itself, failures included.
  const stdio = ["ignore", "inherit", "inherit", "ipc"];
  const child = spawn(process.execPath, live ? [FILE, "--live"] : [FILE], {
    stdio,
    detached: GROUPS,
  });
  const done = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("message", resolve);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Stop("The demo can't start, because the build failed: see above."));
    });
  });
  return { done, stop: () => endGroup(child) };
}

function endGroup(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (GROUPS) process.kill(-child.pid, "SIGTERM");
  else child.kill();
}

/** The emulator beside the package: neither waits for the other, and npm and wasm-opt leave a core idle. */
async function buildAll() {
  const isLive = process.argv.includes("--live");
  let built;
  const usable = new Promise((resolve) => {
    built = build(resolve);
  });
  await Promise.all([Promise.race([usable, built]), !isLive && compileEmulator()]);
  process.send?.("usable");
  // The page's address is to stay the last line.
  console.log = () => {};
  await built;
  process.disconnect?.();
}

async function compileEmulator() {
  const done = step("compiling the emulator of the API beside it: minutes the first time");
  await buildEmulator();
  done("the emulator is ready");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(buildAll);
  // One of the two has failed: the other would compile for minutes.
  if (process.exitCode && GROUPS) process.kill(-process.pid, "SIGTERM");
}
