// Ends this process with the `npm start` that runs it: npm that gets SIGKILL tells its script nothing.

import { execFileSync } from "node:child_process";

const EVERY_MS = 500;

/** Calls `end` once npm is gone; never if another program started this process. */
export function endWithNpm(end) {
  if (process.env.npm_lifecycle_event !== "start" || process.platform === "win32") return;
  const npm = npmOf(process.ppid);
  if (npm === undefined) return;
  const timer = setInterval(() => {
    if (isRunning(npm)) return;
    clearInterval(timer);
    end();
  }, EVERY_MS);
  timer.unref();
}

/** The process id of npm: the parent, or the parent of the shell between it and this process. */
function npmOf(parent) {
  try {
    const columns = ["-o", "ppid=", "-o", "args=", "-p", `${parent}`];
    const [, above, args] = /^\s*(\d+)\s+(.*)/.exec(
      execFileSync("ps", columns, { encoding: "utf8" }),
    );
    return / -c .*main\.mjs/.test(args) ? Number(above) : parent;
  } catch {
    // Without `ps`, Ctrl-C and SIGTERM still end everything.
    return undefined;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
