// The batches that a rule selects, read from the API's list.

import { listBatches } from "delete-message-batch";

/** The most that the API has on a page. */
const PAGE_SIZE = 1_000;
const SAMPLES = 10;

/** The options that list the batches which a rule selects. */
export function selection({ by }, cutoff) {
  const time = new Date(cutoff);
  const times = by === "ended" ? { endedBefore: time } : { createdBefore: time };
  return { ...times, status: "ended", pageSize: PAGE_SIZE };
}

/**
 * Reads on, from the oldest cursor that is known, to the batch after which those older than the
 * cutoff begin. A list is newest first: without that, each run would read all young batches.
 * @param {object} given
 * @param {() => number} given.cutoff read again for each batch: the response to the list may make it earlier
 * @returns {Promise<{ isFound: boolean, cursor?: string }>}
 */
export async function findStart({ call, cursors, cutoff, goesOn }) {
  let cursor = cursors.oldestFrom(cutoff());
  const batches = listBatches({ ...call, after: cursor, pageSize: PAGE_SIZE });
  for await (const { id, created_at } of batches) {
    const created = Date.parse(created_at);
    if (created < cutoff()) return { isFound: true, cursor };
    // A list can't begin at a batch whose time can't be read.
    if (Number.isNaN(created)) continue;
    cursor = id;
    cursors.add(created, id);
    if (!goesOn()) return { isFound: false };
  }
  return { isFound: true, cursor };
}

/** Counts the selected batches after a cursor, up to `most`. */
export async function count({ call, selected, cursor, most }) {
  const found = { count: 0, isCapped: false, newest: null, oldest: null, samples: [] };
  const batches = listBatches({ ...call, ...selected, after: cursor, limit: most + 1 });
  for await (const { id, created_at, ended_at } of batches) {
    if (found.count === most) {
      found.isCapped = true;
      break;
    }
    found.count += 1;
    found.newest ??= created_at;
    found.oldest = created_at;
    if (found.samples.length < SAMPLES) found.samples.push({ id, created_at, ended_at });
  }
  return found;
}

/** The ids of the selected batches after a cursor. */
export async function* idsOf({ call, selected, cursor }) {
  for await (const { id } of listBatches({ ...call, ...selected, after: cursor })) yield id;
}
