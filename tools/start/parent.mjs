// Ends this process with the `npm start` that runs it: npm that gets SIGKILL tells its script nothing.

const EVERY_MS = 500;

/** Calls `end` once npm is gone; never if another program started this process. */
export function endWithNpm(end) {
  if (process.env.npm_lifecycle_event !== "start") return;
  // The script begins with `exec`: a shell between the two would not pass on npm's SIGINT.
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    end();
  }, EVERY_MS);
  timer.unref();
}
