// Many deletes under a rate limit, against the emulator: the share of the limit that is used, and
// how many requests are refused with 429 and so wasted.

import Anthropic from "@anthropic-ai/sdk";
import { deleteBatches } from "delete-message-batch";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { inPool } from "./throughput.mjs";

const PER_SECOND = 100;
const BURST = 100;
const BATCHES = 1_600;
const CONCURRENCY = 16;

/** Each deletes ids and resolves with how many it reports as failed. */
export const RUNS = {
  async deleteBatches(ids, common) {
    const { failed } = await deleteBatches(ids, { ...common, concurrency: CONCURRENCY });
    return failed.length;
  },
  "SDK in a pool (p-limit)": (ids, common) => inSdkPool(ids, common),
  "the same, maxRetries 20": (ids, common) => inSdkPool(ids, { ...common, maxRetries: 20 }),
};

async function inSdkPool(ids, common) {
  const client = new Anthropic(common);
  let failed = 0;
  await inPool(CONCURRENCY, ids, async (id) => {
    await client.messages.batches.delete(id).catch(() => {
      failed += 1;
    });
  });
  return failed;
}

export async function measure() {
  const emulator = await startEmulator({ args: ["--no-record"] });
  try {
    const data = {};
    for (const [name, run] of Object.entries(RUNS)) data[name] = await measureOne(run, emulator);
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    return {
      title: `${BATCHES} deletes, ${CONCURRENCY} at once, at most ${PER_SECOND} a second`,
      unit: `a bucket of ${BURST} tokens`,
      columns: ["of the permitted rate", "wasted on 429", "not deleted", "seconds"],
      rows: Object.entries(data).map(([name, { used, wasted, failed, seconds }]) => ({
        name,
        cells: [percent(used), percent(wasted), `${failed}`, seconds.toFixed(1)],
      })),
      goal: "≥ 98 % used, ≤ 0.5 % wasted",
      data,
    };
  } finally {
    await emulator.stop();
  }
}

async function measureOne(run, emulator) {
  const world = newWorld(emulator.origin);
  await world.settings({ requestsPerMinute: PER_SECOND * 60, burst: BURST });
  const { seconds, failed } = await timed(run, world, BATCHES);
  const { requests, rateLimited, deleted } = await world.stats();
  return {
    used: deleted / (BURST + PER_SECOND * seconds),
    wasted: rateLimited / requests,
    failed,
    seconds,
  };
}

/** Makes batches and deletes them; resolves with the time, and how many are reported as failed. */
export async function timed(run, world, count) {
  const { batches } = await world.create({ count });
  const ids = batches.map(({ id }) => id);
  const start = performance.now();
  const failed = await run(ids, { baseURL: world.url, apiKey: "key" });
  return { seconds: (performance.now() - start) / 1_000, failed };
}
