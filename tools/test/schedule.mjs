// Runs steps side by side, one for each core, if they may.

/**
 * Starts each step as soon as a lane is free and the steps that run permit it, earlier ones first.
 * @template {{ uses?: string, isAlone?: boolean }} Step
 * @param {Step[]} steps `uses`: of those with the same, one at a time; `isAlone`: beside none
 * @param {number} lanes
 * @param {(step: Step) => Promise<void>} run never rejects
 */
export function schedule(steps, lanes, run) {
  const waiting = [...steps];
  const running = new Set();
  const mayStart = ({ uses, isAlone }) => {
    if (isAlone) return running.size === 0;
    return ![...running].some((other) => other.isAlone || (uses && other.uses === uses));
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
      if (running.size === 0) resolve();
    };
    fill();
  });
}
