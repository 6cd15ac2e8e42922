// The batches that a rule selects, read from the API's list.

import { listBatches, purgeBatches } from "delete-message-batch";

/** The most batches of a page of the API. */
const PAGE_SIZE = 1_000;
/** The most odd batches that a result names. */
const MOST_NAMED = 10;

/** The options that list the batches which a rule selects. */
export function selection({ by }, cutoff) {
  const time = new Date(cutoff);
  const times = by === "ended" ? { endedBefore: time } : { createdBefore: time };
  return { ...times, status: "ended" };
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
    // A list can't begin at a batch whose time can't be read, or that has no id.
    if (Number.isNaN(created) || typeof id !== "string") continue;
    cursor = id;
    cursors.add(created, id);
    if (!goesOn()) return { isFound: false };
  }
  return { isFound: true, cursor };
}

/**
 * Counts the selected batches after a cursor, up to `most`, with the oldest, the newest, ten ids, and the batches
 * that can't be judged.
 */
export async function count({ call, selected, cursor, most }) {
  const wanted = { ...selected, after: cursor, limit: most + 1, dryRun: true };
  const report = await purgeBatches({ ...call, ...wanted });
  if (report.stopped) throw report.stopped;
  const { deleted, oldest = null, newest = null, sample } = report;
  const { unjudged = [], unjudgedTotal = 0 } = report;
  const isCapped = deleted > most;
  return {
    ...{ count: isCapped ? most : deleted, isCapped, oldest, newest, sample },
    ...{ unjudged: unjudged.slice(0, MOST_NAMED), unjudgedTotal },
  };
}

/** The ids of the selected batches after a cursor, with their times. */
export async function* found({ call, selected, cursor }) {
  const batches = listBatches({ ...call, ...selected, after: cursor, pageSize: PAGE_SIZE });
  for await (const { id, created_at: created, ended_at: ended } of batches) {
    // A batch without an id can't be deleted. The count has named it.
    if (typeof id === "string") yield { id, times: { created, ended } };
  }
}
