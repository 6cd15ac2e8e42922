// Long work in short pieces, so that no task keeps the page from responding.

const BUDGET_MS = 8;

/** Lets the page respond first. */
export const nextTask = () =>
  globalThis.scheduler?.yield?.() ?? new Promise((go) => setTimeout(go));

/** A function to call now and then during long work: it waits for the next task when it is time. */
export function slices() {
  let end = performance.now() + BUDGET_MS;
  return async () => {
    if (performance.now() < end) return;
    await nextTask();
    end = performance.now() + BUDGET_MS;
  };
}

/** A function that calls `run` once, however often it is called before the next frame. */
export const eachFrame = (run) => later(run, requestAnimationFrame);

/** The same, once in `ms`, also while the page is in the background. */
export const atMostEvery = (ms, run) => later(run, (go) => setTimeout(go, ms));

function later(run, schedule) {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    schedule(() => {
      isWaiting = false;
      run();
    });
  };
}
