// CPU for each delete when fetch costs nothing: Node, workerd, Chromium.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launchChromium } from "../browsers/launch.mjs";
import { startWorker } from "../runtimes/workerd-start.mjs";
import { contenders, ID } from "./contenders.mjs";
import { alternate, difference, ratio, summary } from "./statistics.mjs";

const NAMES = ["bare", "ours", "core", "sdk"];
const CALLS = 2_000;
const WARM_UP = 4_000;
const ROUNDS = 15;

const RUNTIMES = { Node: inNode, workerd: inWorkerd, Chromium: inChromium };

export async function measure() {
  const data = {};
  for (const [runtime, open] of Object.entries(RUNTIMES)) {
    const { run, close } = await open();
    try {
      for (const name of NAMES) await run(name, WARM_UP);
      const times = await alternate(
        NAMES,
        ROUNDS,
        async (name) => (await run(name, CALLS)) / CALLS,
      );
      data[runtime] = {
        bare: summary(times.bare),
        ours: difference(times.ours, times.bare),
        sdk: difference(times.sdk, times.bare),
        share: ratio(over("ours", times), over("sdk", times)),
        coreShare: ratio(over("core", times), over("sdk", times)),
      };
    } finally {
      await close();
    }
  }
  const show = ({ median, low, high }, digits = 1) =>
    `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
  return {
    title: "CPU for each delete, fetch stubbed",
    unit: "µs: median (quartiles)",
    columns: ["bare fetch", "ours over bare", "SDK over bare", "ours / SDK", "./core / SDK"],
    rows: Object.entries(data).map(([name, { bare, ours, sdk, share, coreShare }]) => ({
      name,
      cells: [show(bare), show(ours), show(sdk), show(share, 2), show(coreShare, 2)],
    })),
    goal: "ours / SDK ≤ 0.35 in Node, 0.20 in workerd, 0.30 in Chromium",
    data,
  };
}

/** The cost of a contender's call over bare fetch, round by round. */
const over = (name, times) => times[name].map((time, index) => time - times.bare[index]);

/** In this process: its own CPU, the collector's threads included. */
async function inNode() {
  const { fetch } = globalThis;
  const all = contenders();
  const run = async (name, count) => {
    const start = process.cpuUsage();
    for (let left = count; left > 0; left -= 1) await all[name](ID);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  const close = () => {
    globalThis.fetch = fetch;
  };
  return { run, close };
}

/** In a worker, whose own clock stands still while it computes: the time of the whole request. */
async function inWorkerd() {
  const worker = await startWorker(new URL("./worker.mjs", import.meta.url));
  const run = async (name, count) => {
    const empty = performance.now();
    await worker.call({ name, count: 0 });
    const start = performance.now();
    await worker.call({ name, count });
    return (performance.now() - start - (start - empty)) * 1_000;
  };
  return { run, close: worker.stop };
}

/** In a page: nothing else happens there, so time is CPU. */
async function inChromium() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./contenders.mjs", import.meta.url))],
    bundle: true,
    format: "iife",
    globalName: "bench",
    platform: "browser",
    write: false,
  });
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.addScriptTag({ content: outputFiles[0].text });
  const run = (name, count) =>
    page.evaluate(
      async ([contender, calls]) => {
        const start = performance.now();
        await globalThis.bench.deleteMany(contender, calls);
        return (performance.now() - start) * 1_000;
      },
      [name, count],
    );
  return { run, close: () => browser.close() };
}
