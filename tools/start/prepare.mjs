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
 * @returns {{ done: Promise<void>, stop: () => void }}
 */
export function prepare({ live }) {
  // It prints for itself, failures included.
  const stdio = ["ignore", "inherit", "inherit"];
  const child = spawn(process.execPath, live ? [FILE, "--live"] : [FILE], {
    stdio,
    detached: GROUPS,
  });
  const done = new Promise((resolve, reject) => {
    child.once("error", reject);
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

async function buildAll() {
  await build();
  if (process.argv.includes("--live")) return;
  const done = step(
    "compiling the emulator of the API: minutes the first time, else only what changed",
  );
  await buildEmulator();
  done();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(buildAll);
