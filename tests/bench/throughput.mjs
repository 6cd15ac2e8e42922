// Deletes in a second against the emulator on loopback, in Node.

import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { contenders } from "./contenders.mjs";
import { alternate, ratio, summary } from "./statistics.mjs";

const NAMES = ["bare", "ours", "sdk"];
const DELETES = 1_500;
const ROUNDS = 9;
const CONCURRENCIES = [1, 16, 64];

export async function measure() {
  const emulator = await startEmulator({ args: ["--no-record"] });
  try {
    const data = {};
    for (const concurrency of CONCURRENCIES) data[concurrency] = await at(concurrency, emulator);
    const show = ({ median, low, high }) =>
      `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
    return {
      title: "Deletes a second on loopback, in Node",
      unit: "bare: deletes a second; the others: share of bare, median (quartiles)",
      columns: ["bare fetch", "ours / bare", "SDK / bare"],
      rows: Object.entries(data).map(([concurrency, { bare, ours, sdk }]) => ({
        name: `${concurrency} at once`,
        cells: [bare.median.toFixed(0), show(ours), show(sdk)],
      })),
      goal: "ours ≥ 0.88 × bare",
      data,
    };
  } finally {
    await emulator.stop();
  }
}

async function at(concurrency, emulator) {
  const run = async (name) => {
    const world = newWorld(emulator.origin);
    const { batches } = await world.create({ count: DELETES });
    const remove = contenders({ baseURL: world.url, fetch })[name];
    const start = performance.now();
    await inPool(concurrency, batches, ({ id }) => remove(id));
    const rate = DELETES / ((performance.now() - start) / 1_000);
    await world.reset();
    return rate;
  };
  for (const name of NAMES) await run(name);
  const rates = await alternate(NAMES, ROUNDS, run);
  return {
    bare: summary(rates.bare),
    ours: ratio(rates.ours, rates.bare),
    sdk: ratio(rates.sdk, rates.bare),
  };
}

/** Calls `work` for every item, `concurrency` at a time, as p-limit does. */
export async function inPool(concurrency, items, work) {
  const rest = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
