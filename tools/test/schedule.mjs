// Runs steps side by side, if they may.

/**
 * Starts each step as soon as a lane is free, its programs are there, and the steps that run permit it; earlier ones
 * first.
 * @template {{ uses?: string, isAlone?: boolean }} Step
 * @param {Step[]} steps `uses`: of those with the same, one at a time; `isAlone`: beside none
 * @param {number} lanes
 * @param {(step: Step) => Promise<void>} run never rejects
 * @param {(step: Step) => Promise<void>} [ready] never rejects
 */
export function schedule(steps, lanes, run, ready = async () => {}) {
  const waiting = [...steps];
  const isReady = new Set();
  const running = new Set();
  const mayStart = (step) => {
    if (!isReady.has(step)) return false;
    if (step.isAlone) return running.size === 0;
    const excludes = (other) => other.isAlone || (step.uses && other.uses === step.uses);
    return ![...running].some(excludes);
  };
  return new Promise((resolve) => {
    const fill = () => {
      while (running.size < lanes) {
        const step = waiting.find(mayStart);
        if (!step) break;
        waiting.splice(waiting.indexOf(step), 1);
        running.add(step);
        run(step).then(() => {
          running.delete(step);
          fill();
        });
      }
      if (running.size === 0 && waiting.length === 0) resolve();
    };
    for (const step of steps) {
      ready(step).then(() => {
        isReady.add(step);
        fill();
      });
    }
    if (steps.length === 0) resolve();
  });
}
