// A round of the soak: some seconds of calls at a rate, in the world of their lane. Runs in every runtime.

import { newWorld } from "../runtimes/world.mjs";
import { calls, kinds } from "./calls.mjs";
import { untrue } from "./truth.mjs";

const KEPT = { count: 60, ageSeconds: 40 * 86_400 };
/** How many ids are made at once, and how few are left then. */
const [SUPPLY, LOW] = [300, 100];
/** Calls that have not ended. More are not begun: on a busy machine, the rate is lower. */
const MOST_OPEN = 64;
const TICK_MS = 20;

const soon = { "retry-after-ms": "5" };
/** Each strikes with that probability: together, a tenth of all requests. */
const FAULTS = [
  [0.02, { status: 500, headers: soon }],
  [0.01, { status: 529, headers: soon }],
  [0.01, { status: 429, headers: soon }],
  [0.01, { status: 502, body: "<html>bad gateway</html>", contentType: "text/html" }],
  [0.01, { reset: "before" }],
  [0.005, { reset: "during" }],
  [0.01, { reset: "after" }],
  [0.005, { truncate: 20 }],
  [0.01, { delayMs: 30 }],
  [0.004, { status: 403 }],
  [0.003, { status: 200, body: "{}" }],
  [0.002, { status: 307, headers: { location: "/elsewhere" } }],
  [0.001, { stall: true }],
].map(([rate, fault]) => ({ times: null, rate, ...fault }));

export const newNotes = () => ({
  ...{ deleted: [], missing: [], violations: [] },
  ...{ failed: 0, aborted: 0, refused: 0 },
});

/**
 * The state that a lane keeps from round to round: its world, because the emulator keeps every world, and its relay,
 * because an application makes one relay.
 */
const lanes = new Map();

function laneOf(index, api, origin) {
  let lane = lanes.get(index);
  if (!lane) {
    const world = newWorld(origin);
    const options = { baseURL: world.url, apiKey: "sk-test-SECRET" };
    lane = { world, options, relay: relayOf(api, options) };
    lanes.set(index, lane);
  }
  return lane;
}

const relayOf = (api, options) =>
  api.createRelay({ ...options, authorize: () => true, onError: () => {} });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {object} wanted
 * @param {object} wanted.api the package's exports
 * @param {string} wanted.origin of the emulator
 * @param {number} wanted.lane no other round of the same runs at the same time
 * @param {number} wanted.seconds
 * @param {number} wanted.perSecond calls
 * @param {number} wanted.seed of the faults
 * @returns {Promise<{ calls: Record<string, number>, outcomes: Record<string, number>, requests: number,
 *   violations: string[] }>}
 */
export async function round({ api, origin, lane, seconds, perSecond, seed }) {
  const { world, options, relay } = laneOf(lane, api, origin);
  await world.settings({ recording: false });
  const { batches: old } = await world.create(KEPT);
  const kept = old.map(({ id }) => id);
  const [sent, supply, notes] = [[], [], newNotes()];
  const take = () => {
    const id = supply.pop();
    sent.push(id);
    return id;
  };
  const refill = async () => {
    const { batches } = await world.create({ count: SUPPLY });
    for (const { id } of batches) supply.push(id);
  };
  await refill();
  await world.faults(FAULTS, seed);

  const made = calls({ api, options, relay, take, kept, notes });
  const counts = Object.fromEntries(Object.keys(made).map((name) => [name, 0]));
  const open = new Set();
  const order = kinds();
  const start = performance.now();
  let begun = 0;
  for (let now = start; now < start + 1_000 * seconds; now = performance.now()) {
    while (begun < ((now - start) * perSecond) / 1_000 && open.size < MOST_OPEN) {
      if (supply.length < LOW) await refill();
      const { value: name } = order.next();
      counts[name] += 1;
      begun += 1;
      const call = made[name]().finally(() => open.delete(call));
      open.add(call);
    }
    await pause(TICK_MS);
  }
  await Promise.all(open);

  await world.clearFaults();
  const [server, { requests, unmatched }] = [await world.batches(), await world.stats()];
  const violations = [...notes.violations, ...untrue({ sent, ...notes }, server, kept)];
  if (unmatched > 0) violations.push(`${unmatched} requests that the API has no route for`);
  await world.reset();
  const { deleted, missing, failed, aborted, refused } = notes;
  const outcomes = {
    ...{ deleted: deleted.length, missing: missing.length },
    ...{ failed, aborted, refused },
  };
  return { calls: counts, outcomes, requests, violations };
}
