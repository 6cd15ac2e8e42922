// Tasks that keep a page from responding. The long-task API measures them by the clock, and on a busy machine that is
// mostly waiting for a processor; so the trace gives the processor's time of each. The trace also has the tasks of the
// browser's own pages, for example its address bar: a mark says which are the page's.

const LONG_MS = 50;
/** The time that `work` takes on the machine of the measurements, and the rounds that are measured here. */
const WORK_MS = 10;
const ROUNDS = 5;
const TASK = "ThreadControllerImpl::RunTask";
const MARK = "the page that is watched";
const WORK = "work that tells how fast this machine is";

/**
 * Records the page's tasks from here on.
 * @returns {Promise<() => Promise<{ observed: number, worked: number[] }>>} ends that: how many the
 *   long-task API reported, and for how many milliseconds each worked that worked for longer than 50,
 *   or than the same work takes on a slower machine
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
    for (let round = 0; round < ROUNDS; round += 1) await page.evaluate(work, WORK);
    const { traceEvents } = JSON.parse(await browser.stopTracing());
    const marks = traceEvents.filter(({ name }) => name === MARK);
    const main = new Set(marks.map(({ pid, tid }) => `${pid} ${tid}`));
    const tasks = traceEvents.filter(
      ({ name, pid, tid, tdur }) =>
        name === TASK && tdur !== undefined && main.has(`${pid} ${tid}`),
    );
    if (tasks.length === 0) throw new Error("the trace has no task of the page");
    const isWork = ({ ts, dur }) =>
      traceEvents.some(({ name, ts: at }) => name === WORK && at >= ts && at <= ts + dur);
    const rounds = tasks.filter(isWork).map(({ tdur }) => tdur / 1_000);
    if (rounds.length === 0) throw new Error("the trace has no task of a known size");
    const limit = LONG_MS * Math.max(1, Math.min(...rounds) / WORK_MS);
    const others = tasks.filter((task) => !isWork(task));
    return {
      observed: await page.evaluate(() => globalThis.longTasks),
      worked: others.map(({ tdur }) => tdur / 1_000).filter((ms) => ms > limit),
    };
  };
}

/** In the page: some work, always the same. */
function work(mark) {
  performance.mark(mark);
  const rows = Array.from({ length: 12_000 }, (_, index) => ({
    id: `${(index * 7_919) % 12_000}`,
  }));
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  return JSON.parse(JSON.stringify(rows)).length;
}
