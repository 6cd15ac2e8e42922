// The verdict on a soak: whether memory grows, and whether every outcome is true.

import { summary } from "../bench/statistics.mjs";

const MIB = 1_048_576;
/** How much more memory the last quarter may have than the first, in bytes. */
export const BOUNDS = { heap: 2 * MIB, wasm: MIB / 2, rss: 32 * MIB };
const FEWEST_SAMPLES = 8;
/** The share of the planned calls that must be made: a soak that did little shows little. */
const LEAST_CALLS = 0.5;

/** The most requests of the control, as a multiple of the soak's. More would excuse more growth than the runtime's own. */
const MORE_REQUESTS = 1.1;

/** The medians of a figure in the first and the last quarter, and their difference. */
export function growthOf(samples, figure) {
  const quarter = Math.floor(samples.length / 4);
  const median = (some) => summary(some.map((sample) => sample[figure])).median;
  const [first, last] = [median(samples.slice(0, quarter)), median(samples.slice(-quarter))];
  return { figure, first, last, growth: last - first };
}

/**
 * @param {object} soak
 * @param {string} soak.name of the runtime
 * @param {{ seconds: number, heap?: number, wasm: number, rss: number, instances: number }[]} soak.samples
 *   in the order of time, memory in bytes
 * @param {number} soak.calls that were made
 * @param {number} soak.planned that were to be made
 * @param {string[]} soak.violations outcomes that are not true
 * @param {number} soak.requests that the server has counted
 * @param {{ samples: { rss: number }[], requests: number }} [control] the same runtime, which makes the same
 *   requests without the package: its growth is added to the bound of resident memory
 * @returns {{ rows: { figure: string, first: number, last: number, growth: number, bound: number }[],
 *   failures: string[] }} medians of the first and the last quarter
 */
export function judge({ name, samples, calls, planned, requests, violations }, control) {
  const failures = violations.map((text) => `${name}: ${text}`);
  if (calls < LEAST_CALLS * planned) failures.push(`${name}: ${calls} calls of ${planned}`);
  if (samples.length < FEWEST_SAMPLES) {
    return { rows: [], failures: [...failures, `${name}: only ${samples.length} samples`] };
  }
  // The first sample may come before the first call.
  if (samples.some(({ instances }) => instances > 1) || samples.at(-1).instances === 0) {
    failures.push(`${name}: the wasm has trapped, or was not there`);
  }
  const rows = Object.entries(BOUNDS)
    .filter(([figure]) => samples[0][figure] !== undefined)
    .map(([figure, bound]) => ({ ...growthOf(samples, figure), bound }));
  if (control) {
    if (control.requests > MORE_REQUESTS * requests) {
      failures.push(`${name}: ${requests} requests, the control ${control.requests}`);
    }
    rows.find(({ figure }) => figure === "rss").bound += growthOf(control.samples, "rss").growth;
  }
  for (const { figure, growth, bound } of rows) {
    // The comparison is false for NaN, which therefore fails.
    if (growth <= bound) continue;
    const by = (growth / MIB).toFixed(2);
    failures.push(`${name}: ${figure} grows by ${by} MiB, more than ${(bound / MIB).toFixed(2)}`);
  }
  return { rows, failures };
}
