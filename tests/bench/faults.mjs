// Deletes on a server that fails a quarter of all requests by chance, in six ways, against the emulator.

import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { RUNS, timed } from "./bulk.mjs";

const BATCHES = 400;
const SHARE = 0.25;
const KINDS = [
  { status: 429, headers: { "retry-after-ms": "40" } },
  { status: 529, headers: { "retry-after-ms": "30" } },
  { status: 500 },
  { status: 503 },
  { reset: "before" },
  { reset: "after" },
];

export async function measure() {
  const emulator = await startEmulator({ args: ["--no-record"] });
  try {
    const data = {};
    for (const [name, run] of Object.entries(RUNS)) data[name] = await measureOne(run, emulator);
    const pool = data["SDK in a pool (p-limit)"].perSecond;
    return {
      title: `${BATCHES} deletes, 16 at once, ${100 * SHARE} % faults of six kinds by chance`,
      unit: "no rate limit; one seed",
      columns: [
        "deletes a second",
        "share of the pool",
        "reported as failed",
        "of which gone",
        "seconds",
      ],
      rows: Object.entries(data).map(([name, { perSecond, failed, gone, seconds }]) => ({
        name,
        cells: [
          perSecond.toFixed(1),
          (perSecond / pool).toFixed(2),
          `${failed}`,
          `${gone}`,
          seconds.toFixed(1),
        ],
      })),
      goal: "≥ 0.8 of the pool; every outcome true: none of the failed is gone",
      data,
    };
  } finally {
    await emulator.stop();
  }
}

async function measureOne(run, emulator) {
  const world = newWorld(emulator.origin);
  const each = SHARE / KINDS.length;
  // The emulator tries the faults in order: each rate applies to the requests that earlier faults let pass.
  const faults = KINDS.map((kind, index) => ({
    ...kind,
    rate: each / (1 - each * index),
    times: null,
  }));
  await world.faults(faults, 7);
  const { seconds, failed } = await timed(run, world, BATCHES);
  const { deleted } = await world.stats();
  const gone = deleted - (BATCHES - failed);
  return { perSecond: deleted / seconds, failed, gone, seconds };
}
