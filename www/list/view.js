// Filters and sorts the batches, in pieces.

import { slices } from "../ui/schedule.js";
import { isSorted, matcher, SORTS } from "./criteria.js";

const RUN = 1_024;

/**
 * @param {Iterable<import("./batch.js").Batch>} batches newest first
 * @param {(batch: import("./batch.js").Batch) => boolean} stays
 * @param {() => boolean} isCurrent whether the result is still wanted
 * @returns {Promise<import("./batch.js").Batch[] | undefined>}
 */
export async function select(batches, criteria, stays, isCurrent) {
  const pause = slices();
  const isMeant = matcher(criteria);
  const found = [];
  let seen = 0;
  for (const batch of batches) {
    if (isMeant(batch) && stays(batch)) found.push(batch);
    seen += 1;
    if (seen % RUN !== 0) continue;
    await pause();
    if (!isCurrent()) return undefined;
  }
  if (!isSorted(criteria)) return found;
  const sorted = await mergeSort(found, comparison(criteria), pause);
  return isCurrent() ? sorted : undefined;
}

/** Batches without a value come last, whichever the direction. */
function comparison({ sort, isDescending }) {
  const value = SORTS[sort];
  const sign = isDescending ? -1 : 1;
  const isNone = Number.isNaN;
  return (one, other) => {
    const [a, b] = [value(one), value(other)];
    if (isNone(a) || isNone(b)) return Number(isNone(a)) - Number(isNone(b));
    return a < b ? -sign : a > b ? sign : 0;
  };
}

async function mergeSort(items, compare, pause) {
  let runs = [];
  for (let start = 0; start < items.length; start += RUN) {
    runs.push(items.slice(start, start + RUN).sort(compare));
    await pause();
  }
  while (runs.length > 1) {
    const merged = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(await merge(runs[index], runs[index + 1] ?? [], compare, pause));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(left, right, compare, pause) {
  const merged = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    merged.push(compare(left[l], right[r]) <= 0 ? left[l++] : right[r++]);
    if (merged.length % RUN === 0) await pause();
  }
  return merged.concat(left.slice(l), right.slice(r));
}
