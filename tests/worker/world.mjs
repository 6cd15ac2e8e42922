// The Worker of www/worker in workerd, in front of a world of the emulator.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startWorker } from "../../tools/start/worker.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";

const DAY_S = 86_400;
export const RETENTION_DAYS = 14;
const FAILED = "message-batch-deletions-failed";

/** Remembers what ends up in the dead-letter queue. */
const DEAD_LETTERS = `
  const seen = [];
  export default {
    queue({ messages }) { seen.push(...messages.map(({ body }) => body)); },
    fetch: () => Response.json(seen),
  };`;

/** The settings of the Worker for a world. */
export const varsFor = (world) => ({
  ANTHROPIC_API_KEY: "sk-ant-worker",
  ANTHROPIC_BASE_URL: world.url,
  RETENTION_DAYS: `${RETENTION_DAYS}`,
  OPERATOR_SECRET: "operator",
});

export async function startWorld(t) {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  return newWorld(emulator.origin);
}

/** The Worker, with a queue that does not wait for more messages, and its dead letters. */
export async function startFor(t, world, { consumer, vars, more } = {}) {
  const worker = await startWorker({
    vars: { ...varsFor(world), ...vars },
    consumer: { maxBatchTimeout: 0, ...consumer },
    more,
    others: [
      {
        name: "dead-letters",
        modules: true,
        script: DEAD_LETTERS,
        queueConsumers: { [FAILED]: { maxBatchTimeout: 0 } },
      },
    ],
  });
  t.after(worker.stop);
  const deadLetters = async () => {
    const failed = await worker.miniflare.getWorker("dead-letters");
    return (await failed.fetch("http://dead-letters/")).json();
  };
  return { ...worker, deadLetters };
}

/** As many old batches as young ones, in an order that is not the list's: `{ old, young }`. */
export async function fill(world, count) {
  const ages = { young: (RETENTION_DAYS - 1) * DAY_S, old: (RETENTION_DAYS + 1) * DAY_S };
  const made = {};
  for (const [name, ageSeconds] of Object.entries(ages)) {
    const { batches } = await world.create({ count, ageSeconds });
    made[name] = batches.map(({ id }) => id).sort();
  }
  return made;
}

/** Waits until that many batches are left, and says which. */
export async function leftOf(world, count, { withinMs }) {
  const end = performance.now() + withinMs;
  for (;;) {
    const { batches } = await world.batches();
    const left = batches.map(({ id }) => id).sort();
    if (left.length <= count) return left;
    assert.ok(performance.now() < end, `${left.length} are left after ${withinMs} ms`);
    await sleep(200);
  }
}
