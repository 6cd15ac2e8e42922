// Starts the emulator of the API, with batches to list and to delete.

import { startEmulator } from "../../tests/runtimes/emulator.mjs";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Long enough to be seen, short enough to be waited for. */
const CANCELING_MS = 4_000;

/** The time of processing: that of a batch that the API lets expire. */
const PROCESSING_S = 24 * HOUR;

/** Batches in progress, by the time that is left. */
const ENDING_IN = [MINUTE, 10 * MINUTE];

/** Ended batches: age, time they took, requests. More than one page of the list. */
const ENDED = [
  [25 * MINUTE, 4 * MINUTE, 48],
  [2 * HOUR, 31 * MINUTE, 1_204],
  [3 * HOUR, 12 * MINUTE, 300],
  [7 * HOUR, 55 * MINUTE, 9_870],
  [11 * HOUR, 8 * MINUTE, 1],
  [19 * HOUR, 3 * HOUR, 25_000],
  [1.2 * DAY, 17 * MINUTE, 640],
  [1.9 * DAY, 44 * MINUTE, 2_048],
  [3 * DAY, 6 * MINUTE, 75],
  [4.1 * DAY, 2 * HOUR, 12_500],
  [5.5 * DAY, 23 * MINUTE, 810],
  [7 * DAY, 38 * MINUTE, 1_500],
  [8.3 * DAY, 9 * HOUR, 88_000],
  [10 * DAY, 15 * MINUTE, 420],
  [12.6 * DAY, 5 * MINUTE, 16],
  [15 * DAY, 51 * MINUTE, 3_333],
  [17.2 * DAY, 27 * MINUTE, 999],
  [20 * DAY, 4 * HOUR, 40_000],
  [23.4 * DAY, 10 * MINUTE, 250],
  [27 * DAY, 36 * MINUTE, 1_770],
];

/** Resolves with `{ origin, stop }` of an emulator on a free port, with two batches in every state. */
export function startDemoEmulator() {
  return startEmulator({ args: ["--seed", "2"] });
}

/** Adds the batches above. */
export async function fillEmulator(origin) {
  await post(origin, "settings", {
    cancelingMs: CANCELING_MS,
    processingMs: PROCESSING_S * 1_000,
  });
  const now = Date.now();
  for (const [age, took, requests] of ENDED) {
    const createdAt = timeAgo(now, age);
    const endedAt = timeAgo(now, age - took);
    await post(origin, "batches", { status: "ended", createdAt, endedAt, requests });
  }
  for (const left of ENDING_IN) {
    const createdAt = timeAgo(now, PROCESSING_S - left);
    await post(origin, "batches", { status: "in_progress", createdAt, requests: 5_000 });
  }
}

/** The distribution of the batches of `--batches`: share, age, requests. */
const MORE = [
  [0.2, 2 * HOUR, 120],
  [0.3, 2 * DAY, 2_400],
  [0.3, 9 * DAY, 35],
  [0.2, 20 * DAY, 810],
];

/** The kinds of faults of deletions, and the share of each. */
const FAULTS = [
  [0.4, { status: 529, json: envelope("overloaded_error", "Overloaded") }],
  [0.3, { reset: "after" }],
  [0.3, { status: 403, json: envelope("permission_error", "This workspace may not delete it.") }],
];

/** @param {{ batches?: number, faults?: number, requestsPerMinute?: number }} wanted */
export async function addTrouble(origin, { batches, faults, requestsPerMinute }) {
  let left = batches ?? 0;
  for (const [share, age, requests] of MORE) {
    const count = Math.min(Math.ceil((batches ?? 0) * share), left);
    left -= count;
    if (count > 0) await post(origin, "batches", { count, ageSeconds: age, requests });
  }
  if (requestsPerMinute) await post(origin, "settings", { requestsPerMinute });
  if (!faults) return;
  // The emulator applies faults in turn, so each share is one of the requests that the earlier faults leave.
  let before = 0;
  const list = FAULTS.map(([share, fault]) => {
    const rate = (share * faults) / (1 - before);
    before += share * faults;
    return { match: { method: "DELETE" }, times: null, rate: Math.min(rate, 1), ...fault };
  });
  await post(origin, "faults", { faults: list });
}

function envelope(type, message) {
  return { type: "error", error: { type, message } };
}

const timeAgo = (now, seconds) => new Date(now - seconds * 1_000).toISOString();

async function post(origin, path, body) {
  const response = await fetch(`${origin}/_emulator/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the emulator: ${path}: ${await response.text()}`);
}
