// Runs the cases in a process of their own. If its event loop blocks, the cases of the group run one by one, to find
// the one that blocks it.

import { fork } from "node:child_process";
import { join } from "node:path";

/** How long the process may be without a turn of its event loop. */
const STALL_MS = 180_000;

export const newSeed = () => Math.floor(Math.random() * 2 ** 30);

/**
 * Runs cases, and calls `onCases` with how many begin; resolves with the seed, or rejects with the seed and
 * the case that was found.
 */
export async function fuzz({ seed = newSeed(), count, onCases = () => {} }) {
  const again = `again: npm run fuzz -- --seed ${seed} --cases ${count}`;
  const { found, stalled } = await inChild({ seed, count }, onCases);
  if (found) throw new Error(`${found}\n${again}`);
  if (stalled) {
    const alone = await inChild({ group: stalled });
    const which = JSON.stringify((alone.stalled ?? stalled).cases);
    throw new Error(`the event loop stands still: ${which}\n${again}`);
  }
  return seed;
}

function inChild(work, onCases = () => {}) {
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
      if (!message.cases) return resolve(message);
      group = message;
      onCases(group.cases.length);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ found: `the process ended with exit code ${code}: ${JSON.stringify(group)}` });
    });
  });
}
