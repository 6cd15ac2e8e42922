// Deletes a second after a spell: a server that refuses everything for a while, then nothing, against
// the emulator.

import { setTimeout as sleep } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import { deleteBatches } from "delete-message-batch";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { inPool } from "./throughput.mjs";

const BATCHES = 40_000;
const CONCURRENCY = 16;
const BEFORE_MS = 2_000;
const SPELLS_MS = [3_000, 10_000];
const LONGEST_MS = 20_000;
const MANY = 6_000_000;

const RUNS = {
  deleteBatches: (ids, common) => deleteBatches(ids, { ...common, concurrency: CONCURRENCY }),
  async "SDK in a pool (p-limit)"(ids, common) {
    const client = new Anthropic(common);
    await inPool(CONCURRENCY, ids, (id) => client.messages.batches.delete(id).catch(() => {}));
  },
};

export async function measure() {
  const emulator = await startEmulator({ args: ["--no-record"] });
  try {
    const data = {};
    for (const ms of SPELLS_MS) {
      for (const [name, run] of Object.entries(RUNS)) {
        data[`${name}, ${ms / 1_000} s`] = await measureOne(run, ms, emulator);
      }
    }
    return {
      title: `Deletes a second after a spell of 429, ${CONCURRENCY} at once`,
      unit: "no rate limit; retry-after-ms: 20",
      columns: ["before", "1st second after", "3rd second after", "share of before"],
      rows: Object.entries(data).map(([name, { before, first, third }]) => ({
        name,
        cells: [before.toFixed(0), first.toFixed(0), third.toFixed(0), (third / before).toFixed(2)],
      })),
      goal: "≥ 0.9 of the rate before within 2 s of the first success",
      data,
    };
  } finally {
    await emulator.stop();
  }
}

async function measureOne(run, ms, emulator) {
  const world = newWorld(emulator.origin);
  await world.settings({ requestsPerMinute: MANY, burst: MANY });
  const { batches } = await world.create({ count: BATCHES });
  let isOver = false;
  function* ids() {
    for (const { id } of batches) {
      if (isOver) return;
      yield id;
    }
  }
  const deleted = async () => (await world.stats()).deleted;
  const inSecond = async () => {
    const [from, start] = [await deleted(), performance.now()];
    await sleep(1_000);
    return (((await deleted()) - from) * 1_000) / (performance.now() - start);
  };
  const running = run(ids(), { baseURL: world.url, apiKey: "key" });
  await sleep(BEFORE_MS - 1_000);
  const before = await inSecond();
  await world.faults(
    [{ status: 429, headers: { "retry-after-ms": "20" }, rate: 1, times: null }],
    1,
  );
  await sleep(ms);
  const during = await deleted();
  await world.clearFaults();
  for (let waited = 0; waited < LONGEST_MS && (await deleted()) === during; waited += 10) {
    await sleep(10);
  }
  const first = await inSecond();
  await sleep(1_000);
  const third = await inSecond();
  isOver = true;
  await running;
  return { before, first, third };
}
