// A batch of the list as the page uses it. Nothing of it is taken for granted: a server may send
// anything, and one odd batch must stay one odd row.

const DAY_MS = 86_400_000;
/** How long the API keeps results, from a batch's creation. */
const RESULTS_MS = 29 * DAY_MS;

export const STATES = { in_progress: "in progress", canceling: "canceling", ended: "ended" };
export const COUNTS = ["succeeded", "errored", "canceled", "expired", "processing"];

/**
 * @typedef {object} Batch
 * @property {string} id
 * @property {object} source as the API sent it
 * @property {string} state
 * @property {number} createdAt in milliseconds since 1970; `NaN` if there is no time
 * @property {number} endedAt
 * @property {number} expiresAt when its results expire
 * @property {Record<string, number> | undefined} counts
 * @property {number} total how many requests it has
 * @property {string | undefined} problem why it is odd
 * @property {{ status: string, error?: object } | undefined} outcome of a deletion
 * @property {number} index in the table
 * @property {boolean} [hasDetails] its details are open
 * @property {HTMLElement} [deletion] its deletion, from the question to the outcome
 */

/** @returns {Batch} */
export function readBatch(source) {
  const counts = readCounts(source.request_counts);
  const state = typeof source.processing_status === "string" ? source.processing_status : "";
  const createdAt = readTime(source.created_at);
  const batch = {
    id: source.id,
    source,
    state,
    createdAt,
    endedAt: readTime(source.ended_at),
    expiresAt: createdAt + RESULTS_MS,
    counts,
    total: counts ? COUNTS.reduce((sum, name) => sum + counts[name], 0) : Number.NaN,
    problem: undefined,
    outcome: undefined,
    index: -1,
  };
  batch.problem = problemOf(batch);
  return batch;
}

/** Returns whether a deletion can be tried. */
export const isDeletable = ({ source, outcome }) =>
  source.isNoBatch !== true && (!outcome || outcome.status === "failed");

export const isGone = ({ outcome }) => ["deleted", "missing"].includes(outcome?.status);

/** Returns whether a job has the batch in hand. */
export const isUnderWay = ({ outcome }) => ["queued", "deleting"].includes(outcome?.status);

export const isRunning = ({ state, outcome }) =>
  !outcome && (state === "in_progress" || state === "canceling");

/**
 * Returns the oldest and the newest creation of the batches that are meant, and the number in progress. Without a
 * creation time, `oldest` is later than `newest`.
 */
export function summaryOf(batches, isMeant = () => true) {
  let [oldest, newest, running] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const batch of batches) {
    if (!isMeant(batch)) continue;
    if (isRunning(batch)) running += 1;
    // A comparison with NaN is false: a batch without a time counts for neither.
    if (batch.createdAt < oldest) oldest = batch.createdAt;
    if (batch.createdAt > newest) newest = batch.createdAt;
  }
  return { oldest, newest, running };
}

function problemOf({ source, state, createdAt, counts }) {
  if (source.isNoBatch) return "not a batch";
  if (Number.isNaN(createdAt)) return "no creation time";
  if (!(state in STATES)) return "unknown state";
  return counts ? undefined : "no request counts";
}

const readTime = (text) => (typeof text === "string" ? Date.parse(text) : Number.NaN);

function readCounts(counts) {
  if (typeof counts !== "object" || counts === null) return undefined;
  const read = (name) => (Number.isFinite(counts[name]) ? Math.max(counts[name], 0) : 0);
  return Object.fromEntries(COUNTS.map((name) => [name, read(name)]));
}
