// CPU for each delete when fetch costs nothing: Node, workerd, Chromium.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ensureNode, LTS } from "../../tools/test/node-versions.mjs";
import { launchChromium } from "../browsers/launch.mjs";
import { startWorker } from "../runtimes/workerd-start.mjs";
import { alternate, difference, ratio, summary } from "./statistics.mjs";

const NAMES = ["bare", "ours", "core", "sdk"];
const CALLS = 2_000;
const WARM_UP = 4_000;
const ROUNDS = 15;

/** The goals: shares of the SDK's CPU over bare fetch, of `.` and of `./core`. */
const GOALS = {
  "Node 24": [0.3, 0.37],
  "Node 20": [0.27, 0.31],
  workerd: [0.25, 0.3],
  Chromium: [0.3, 0.36],
};

export async function measure() {
  const data = {};
  for (const [runtime, open] of Object.entries(await runtimes())) {
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
  const goal = (runtime, index) => GOALS[runtime]?.[index].toFixed(2) ?? "";
  return {
    title: "CPU for each delete, fetch stubbed",
    unit: "µs: median (quartiles)",
    columns: [
      ...["bare fetch", "ours over bare", "SDK over bare"],
      ...["ours / SDK", "goal", "./core / SDK", "goal"],
    ],
    rows: Object.entries(data).map(([name, { bare, ours, sdk, share, coreShare }]) => ({
      name,
      cells: [
        ...[show(bare), show(ours), show(sdk)],
        ...[show(share, 2), goal(name, 0), show(coreShare, 2), goal(name, 1)],
      ],
    })),
    goal: "the shares in the table, at most",
    data,
  };
}

/** The runtimes by name: Node 24 and the Node that runs this, if it is another. */
async function runtimes() {
  const node24 = await ensureNode(LTS);
  const major = process.version.slice(1).split(".")[0];
  return {
    ...(node24 && { "Node 24": () => inNode(node24) }),
    ...(!(node24 && major === "24") && { [`Node ${major}`]: () => inNode(process.execPath) }),
    ...{ workerd: inWorkerd, Chromium: inChromium },
  };
}

/** The cost of a contender's call over bare fetch, round by round. */
const over = (name, times) => times[name].map((time, index) => time - times.bare[index]);

/** In a process of that Node. */
async function inNode(execPath) {
  const file = fileURLToPath(new URL("./cpu-child.mjs", import.meta.url));
  const child = fork(file, { execPath, execArgv: [] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${execPath} ended with exit code ${code}`);
  });
  ended.catch(() => {});
  const run = async (name, count) => {
    child.send({ name, count });
    const [time] = await Promise.race([once(child, "message"), ended]);
    return time;
  };
  return { run, close: () => child.disconnect() };
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
