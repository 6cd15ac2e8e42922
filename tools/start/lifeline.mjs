// Ends each workerd of this process with it, even after SIGKILL: it would keep the port, and the key.

import { spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

let lifeline;

/** Watches every workerd that this process starts from now on. */
export function endWorkerdWithThisProcess() {
  if (lifeline) return;
  const main = fileURLToPath(new URL("lifeline-main.mjs", import.meta.url));
  // A group of its own, because Ctrl-C must not end it before workerd.
  const child = spawn(process.execPath, [main], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  lifeline = child.stdin;
  // Without it, workerd still ends with `stop`.
  child.on("error", () => {});
  lifeline.on("error", () => {});
  child.unref();
  lifeline.unref();
  // Miniflare starts workerd, and has no way to learn its process id.
  subscribe("child_process", ({ process: started }) => {
    started.once("spawn", () => {
      if (!basename(started.spawnfile).startsWith("workerd")) return;
      const { pid } = started;
      lifeline.write(`+${pid}\n`);
      started.once("exit", () => lifeline.write(`-${pid}\n`));
    });
  });
}
