// Verifies the chain: each hash, each number, the bounds of each row, and a head that was written down.

import { hashOf, partsOf } from "./hash.js";

/**
 * @param {object} given
 * @param {CryptoKey} given.key
 * @param {object} given.before the state after the rows before these
 * @param {object[]} given.rows of the table `chain`; none at the end
 * @param {{ seq: number, hash: string }} [given.given] a head that was written down
 * @returns {Promise<{ state?: object, verdict?: object }>}
 */
export async function findBreak({ key, before, rows, given }) {
  const state = { ...before };
  for (const row of rows) {
    const entries = [];
    for (const line of row.lines.split("\n").slice(0, -1)) {
      const entry = await next(key, state, line);
      if (!entry) return broken(state.seq + 1, "the entry was changed, removed or put in");
      entries.push(entry);
      state.seq += 1;
      state.entries += 1;
      state.hash = entry.hash;
      if (entry.event === "prune") state.prunedByEntry = entry.detail.through;
      if (given?.seq === state.seq) {
        if (given.hash !== state.hash)
          return broken(given.seq, "the entry of that head is another");
        state.isGivenFound = true;
      }
    }
    if (!isRowOf(row, entries)) {
      const at = entries[0]?.seq ?? state.seq + 1;
      return broken(at, "the row that has the entry was changed");
    }
  }
  return rows.length > 0 ? { state } : { verdict: verdictOf(state, given) };
}

/** The times and jobs by which a row is selected. */
export function boundsOf(entries) {
  const times = entries.map(({ time }) => Date.parse(time));
  const jobs = entries.map(({ job }) => job).filter((job) => Number.isInteger(job));
  return {
    oldest: Math.min(...times),
    newest: Math.max(...times),
    leastJob: jobs.length > 0 ? Math.min(...jobs) : null,
    greatestJob: jobs.length > 0 ? Math.max(...jobs) : null,
  };
}

/** Resolves with the entry of a line if it follows the one before. */
async function next(key, { seq, hash }, line) {
  const parts = partsOf(line);
  if (!parts || parts.hash !== (await hashOf(key, hash, parts.body))) return undefined;
  const entry = JSON.parse(line);
  return entry.seq === seq + 1 ? entry : undefined;
}

function isRowOf(row, entries) {
  if (entries.length === 0) return false;
  const { oldest, newest, leastJob, greatestJob } = boundsOf(entries);
  const bounds = [entries[0].seq, entries.at(-1).seq, oldest, newest, leastJob, greatestJob];
  const { first, last, least_job: least, greatest_job: greatest } = row;
  const written = [first, last, row.oldest, row.newest, least, greatest];
  return bounds.every((value, index) => value === written[index]);
}

function verdictOf({ seq, hash, entries, pruned, prunedByEntry, until, isGivenFound }, given) {
  const head = `${seq}.${hash}`;
  const first = pruned.seq + 1;
  if (pruned.seq !== prunedByEntry) {
    return { holds: false, at: first, reason: "entries before it were removed", head };
  }
  if (seq < until.seq) return { holds: false, at: seq + 1, reason: "the chain is shorter", head };
  if (given && given.seq > seq) {
    return { holds: false, at: seq + 1, reason: "the chain is shorter than that head", head };
  }
  if (given?.seq === pruned.seq && given.hash !== pruned.hash) {
    return { holds: false, at: pruned.seq, reason: "the entry of that head is another", head };
  }
  // Removed entries can't be compared, except the last one.
  const comparedHead = given !== undefined && (isGivenFound || given.seq >= pruned.seq);
  return { holds: true, entries, first, pruned: pruned.seq, head, comparedHead };
}

const broken = (at, reason) => ({ verdict: { holds: false, at, reason } });
