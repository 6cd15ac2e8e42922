// A process that is ended together with its descendants, however the test ends.

import { spawn } from "node:child_process";

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** The functions that end the running groups. */
const running = new Set();

const endAll = () => {
  for (const end of running) end();
};

process.once("exit", endAll);
// Not once: a second signal would end this process before it has ended the others.
for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => process.exit(code));

/** @returns {{ child: import("node:child_process").ChildProcess, stop: () => Promise<void> }} */
export function spawnGroup(command, args, options) {
  // A group of its own: only its end also ends a browser's other processes.
  const child = spawn(command, args, { ...options, detached: true });
  const end = () => {
    running.delete(end);
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  const ended = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", resolve);
  });
  child.once("spawn", () => running.add(end));
  return {
    child,
    stop: async () => {
      if (child.pid) end();
      await ended;
    },
  };
}
