// Runs the cases in a process of their own: if its event loop stands still, the case that does it is
// found by running those of its group one by one.

import { fork } from "node:child_process";
import { join } from "node:path";

/** How long the process may be without a turn of its event loop. */
const STALL_MS = 60_000;

/** Runs cases; resolves with the seed, or rejects with the seed and the case that was found. */
export async function fuzz({ seed = Math.floor(Math.random() * 2 ** 30), count }) {
  const again = `again: npm run fuzz -- --seed ${seed} --cases ${count}`;
  const { found, stalled } = await inChild({ seed, count });
  if (found) throw new Error(`${found}\n${again}`);
  if (stalled) {
    const alone = await inChild({ group: stalled });
    const which = JSON.stringify((alone.stalled ?? stalled).cases);
    throw new Error(`the event loop stands still: ${which}\n${again}`);
  }
  return seed;
}

function inChild(work) {
  const child = fork(join(import.meta.dirname, "child.mjs"), { serialization: "advanced" });
  child.send(work);
  return new Promise((resolve) => {
    let group;
    let timer;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        child.kill("SIGKILL");
        resolve({ stalled: group });
      }, STALL_MS);
    };
    watch();
    child.on("message", (message) => {
      watch();
      if (message.turns) return;
      if (message.cases) group = message;
      else resolve(message);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ found: `the process ended with exit code ${code}: ${JSON.stringify(group)}` });
    });
  });
}
