// Tasks that keep a page from responding. The long-task API measures them by the clock, and on a busy
// machine that is mostly waiting for a processor; so of each the trace gives how long it worked. The trace has
// the tasks of the browser's own pages, too (of its address bar, for one): a mark says which are the page's.

const LONG_MS = 50;
const TASK = "ThreadControllerImpl::RunTask";
const MARK = "the page that is watched";

/**
 * Records the page's tasks from here on.
 * @returns {Promise<() => Promise<{ observed: number, worked: number[] }>>} ends that: how many the
 *   long-task API reported, and for how many milliseconds each worked that worked for longer than 50
 */
export async function watchTasks(browser, page) {
  const watch = (mark) => {
    performance.mark(mark);
    globalThis.longTasks ??= 0;
    new PerformanceObserver((list) => {
      globalThis.longTasks += list.getEntries().length;
    }).observe({ type: "longtask" });
  };
  await page.addInitScript(watch, MARK);
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  return async () => {
    const { traceEvents } = JSON.parse(await browser.stopTracing());
    const marks = traceEvents.filter(({ name }) => name === MARK);
    const main = new Set(marks.map(({ pid, tid }) => `${pid} ${tid}`));
    const tasks = traceEvents.filter(
      ({ name, pid, tid, tdur }) =>
        name === TASK && tdur !== undefined && main.has(`${pid} ${tid}`),
    );
    if (tasks.length === 0) throw new Error("the trace has no task of the page");
    return {
      observed: await page.evaluate(() => globalThis.longTasks),
      worked: tasks.map(({ tdur }) => tdur / 1_000).filter((ms) => ms > LONG_MS),
    };
  };
}
