// One run of a job: a bounded piece of work. The ledger has the point at which the next one begins.

import { deleteBatches, isBatchError, purgeBatches } from "delete-message-batch";
import { findStart, found, selection } from "./listing.js";
import { isPassing, next } from "./next.js";
import { Tally } from "./tally.js";

/** Cloudflare's limit of connections at once for one invocation. */
const CONCURRENCY = 6;
/** The number of ids that one write records ahead. */
const CHUNK = 100;
/**
 * One attempt of a deletion. A run ends at most that long after its time or a stop, because then no attempt begins.
 * Three attempts fit into the default RUN_SECONDS, so a batch that never gets a response has an outcome.
 */
const DELETION_MS = 7_000;
/** A longer wait is the job's, not a request's. */
const LONGEST_DELAY_MS = 20_000;

/** The work after a run's last request: writes, and the webhook's time limit. */
const AFTERWARDS_MS = 15_000;

/**
 * Returns the longest time that a run takes. An alarm after that time belongs to a run that was killed.
 * @param {{ seconds?: number }} limits without `seconds` if the configuration has a problem: then nothing is sent
 * @param {number} attemptMs the time limit of an attempt that reads
 */
export const longestRunMs = ({ seconds }, attemptMs) =>
  (seconds ?? 0) * 1_000 + Math.max(DELETION_MS, attemptMs) + AFTERWARDS_MS;

/**
 * @param {object} given
 * @param {object} given.job changed during the run
 * @param {import("./ledger.js").Ledger} given.ledger
 * @param {object} given.rule `{ by }`
 * @param {object} given.call the options of every call of the package
 * @param {{ seconds: number, requests: number }} given.limits
 * @param {(id: string) => boolean} given.hold whether nothing may delete a batch
 * @param {AbortSignal} given.stop aborted when an operator stops the job
 * @param {() => number} given.now in milliseconds
 * @param {(job: object) => void} given.onFlush called with the job after each write
 * @param {(entries: object[]) => void} given.append writes entries of the record, in an open transaction
 * @param {(job: object, ended: { error?: Error, isSuspended: boolean }) => void} given.record further
 * writes of the transaction that ends the run
 * @returns {Promise<{ attempts: number, error?: Error }>}
 * @throws {import("./ledger.js").LedgerError} if the end of the run can't be written: the next run
 * continues from the ledger
 */
export async function run(given) {
  const { job, ledger, rule, call, limits, hold, stop, now, onFlush, append, record } = given;
  const tally = new Tally({ job, ledger, now, onFlush, append });
  // Before any request: a ledger that can't be written records no deletion.
  tally.flush();
  const controller = new AbortController();
  const { signal } = controller;
  const drain = () => controller.abort();
  const timer = setTimeout(drain, limits.seconds * 1_000);
  if (stop.aborted) drain();
  else stop.addEventListener("abort", drain, { once: true });
  let attempts = 0;
  /** The error of the last attempt, unless it succeeded. */
  let failing;
  const options = {
    ...call,
    maxRetryDelay: LONGEST_DELAY_MS,
    onAttempt: ({ error }) => {
      attempts += 1;
      failing = error;
      if (attempts >= limits.requests) drain();
    },
  };
  /** Requests that read have no effect, so the end of the run cuts them off. */
  const reading = { ...options, signal };
  const goesOn = () => !signal.aborted;
  const ended = { isComplete: false, error: undefined };

  async function remove() {
    const report = await deleteBatches(source(), {
      ...options,
      timeout: DELETION_MS,
      concurrency: CONCURRENCY,
      drain: signal,
      onProgress: ({ outcome }) => {
        tally.settle(outcome, { isOver: signal.aborted });
        if (tally.broken) drain();
      },
    });
    tally.areOthersUnsent = true;
    return report;
  }

  /** Counts, and continues after the last batch that it has seen. */
  async function count() {
    if (!(await findsStart())) return {};
    const report = await purgeBatches({
      ...options,
      ...selection(rule, job.cutoff),
      after: job.inner.cursor ?? undefined,
      dryRun: true,
      drain: signal,
      onProgress: ({ outcome }) => tally.count(outcome.id, { isHeld: hold(outcome.id) }),
    });
    // The report has the batches on hold as well. The count before the job has left them out.
    if (!job.held) tally.describe(report);
    ended.isComplete = true;
    return report;
  }

  async function* source() {
    try {
      // An id on hold stays in hand, and becomes a failure in doubt at the end of the job.
      yield* tally.interrupted().filter((id) => !hold(id));
      if (!goesOn() || !(await findsStart())) return;
      if (job.inner.rounds > 0) yield* again();
      yield* fresh();
    } catch (error) {
      if (error !== signal.reason) ended.error = error;
    }
  }

  /** Finds the batch after which the old ones begin; resolves with whether it is found. */
  async function findsStart() {
    if (job.inner.isStartFound) return true;
    const { cursors } = ledger;
    const cutoff = () => job.cutoff;
    const start = await findStart({ call: reading, cursors, cutoff, goesOn });
    job.inner.isStartFound = start.isFound;
    if (start.isFound) job.inner.cursor = start.cursor ?? null;
    else tally.progress += 1;
    return start.isFound;
  }

  /** The failed ids whose failure may pass. */
  async function* again() {
    while (goesOn()) {
      const ids = ledger.retryable(job.id, job.inner.rounds, CHUNK);
      const others = ids.filter((id) => !tally.has(id));
      const left = others.filter((id) => !hold(id));
      if (others.length === 0) return;
      if (left.length < others.length) {
        for (const id of others.filter(hold)) tally.hold(id);
        tally.flush();
      }
      yield* taken(left, { areNew: false });
    }
  }

  /** The ids of the list that have not failed. */
  async function* fresh() {
    const selected = selection(rule, job.cutoff);
    const cursor = job.inner.cursor ?? undefined;
    let chunk = [];
    let held = 0;
    const most = () => (job.inner.limit ?? Number.POSITIVE_INFINITY) - job.listed - chunk.length;
    for await (const { id, times } of found({ call: reading, selected, cursor })) {
      if (!goesOn()) break;
      if (hold(id)) {
        // Each run reads them again, from the first.
        held += 1;
        job.held = Math.max(job.held ?? 0, held);
        continue;
      }
      if (most() <= 0) break;
      if (tally.knows(id)) continue;
      chunk.push(id);
      tally.times.set(id, times);
      if (chunk.length === CHUNK) {
        yield* taken(chunk, { areNew: true });
        chunk = [];
      }
    }
    if (!goesOn()) return;
    yield* taken(chunk, { areNew: true });
    ended.isComplete = true;
  }

  /** Yields the ids of a chunk. An operator may put a batch on hold before its turn. */
  function* taken(chunk, { areNew }) {
    tally.take(chunk, { areNew });
    for (const id of chunk) if (!hold(id)) yield id;
  }

  try {
    const { drained, stopped } = await (job.dry ? count() : remove());
    if (drained || stopped) ended.isComplete = false;
    ended.error ??= stopped;
  } catch (error) {
    if (isBatchError(error)) ended.error = error;
    else if (error !== signal.reason) throw error;
  } finally {
    clearTimeout(timer);
  }
  // The limiter waits, or a retry does. The job waits instead, and its last error says why.
  if (signal.aborted && failing && isPassing(failing)) ended.error ??= failing;
  ended.error ??= tally.broken;
  const result = {
    ...ended,
    isStopped: stop.aborted,
    progress: tally.progress,
    passing: ledger.countPassing(job.id),
  };
  const following = next(job.inner, result, now());
  Object.assign(job, following.job);
  Object.assign(job.inner, following.inner);
  const { isLast, isSuspended } = following;
  const { error } = ended;
  tally.close({ isLast, record: () => record(job, { error, isSuspended }) });
  return { attempts, error };
}
