// Deletes batches under a rate limit, with this package and with the official SDK, and measures.

import Anthropic from "@anthropic-ai/sdk";
import { deleteBatches } from "delete-message-batch";
import pLimit from "p-limit";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";

const COUNT = 2_000;
const CONCURRENCY = 16;
const LIMIT = { requestsPerMinute: 3_000, burst: 50 };
const KEY = "sk-test-SECRET";

/** `{ ours, sdk }`, each `{ seconds, share, wasted }`, the last two as parts of 1. */
export async function measureRate() {
  const emulator = await startEmulator({ args: ["--no-record"] });
  try {
    const [ours, sdk] = await Promise.all([
      measure(emulator.origin, (baseURL, ids) =>
        deleteBatches(ids, { baseURL, apiKey: KEY, concurrency: CONCURRENCY }),
      ),
      measure(emulator.origin, withSdk),
    ]);
    return { ours, sdk };
  } finally {
    await emulator.stop();
  }
}

async function measure(origin, work) {
  const world = newWorld(origin);
  const { batches } = await world.create({ count: COUNT });
  await world.settings(LIMIT);
  const started = performance.now();
  await work(
    world.url,
    batches.map(({ id }) => id),
  );
  const seconds = (performance.now() - started) / 1_000;
  const { requests, rateLimited, deleted } = await world.stats();
  if (deleted !== COUNT) throw new Error(`${COUNT - deleted} batches are left`);
  const permitted = LIMIT.burst + (LIMIT.requestsPerMinute / 60) * seconds;
  return { seconds, share: (requests - rateLimited) / permitted, wasted: rateLimited / requests };
}

/** As its users write it. With its default of two retries, it would give up on some batches. */
async function withSdk(baseURL, ids) {
  const client = new Anthropic({ apiKey: KEY, baseURL, maxRetries: 100 });
  const limit = pLimit(CONCURRENCY);
  await Promise.all(ids.map((id) => limit(() => client.messages.batches.delete(id))));
}
