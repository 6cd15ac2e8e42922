// One run of a job: a bounded piece of work, after which the ledger says how to go on.

import { deleteBatches, isBatchError, retrieveBatch } from "delete-message-batch";
import { findStart, idsOf, selection } from "./listing.js";
import { isPassing, next } from "./next.js";
import { Tally } from "./tally.js";

/** Cloudflare opens no more connections at once for one invocation. */
const CONCURRENCY = 6;
/** How many ids are written ahead at once. */
const CHUNK = 100;
/** How long requests in flight may take once the run's time is over, or the job was stopped. */
const GRACE_MS = 1_000;
/** A longer wait is the job's, not a request's. */
const LONGEST_DELAY_MS = 20_000;

/**
 * @param {object} given
 * @param {object} given.job changed during the run
 * @param {import("./ledger.js").Ledger} given.ledger
 * @param {object} given.rule `{ by }`
 * @param {object} given.call the options of every call of the package
 * @param {{ seconds: number, requests: number }} given.limits
 * @param {AbortSignal} given.stop aborted when an operator stops the job
 * @param {() => number} given.now in milliseconds
 * @param {(job: object) => void} given.onFlush called with the job after each write
 * @param {(job: object, ended: { error?: Error, isSuspended: boolean }) => void} given.record further
 * writes of the transaction that ends the run
 * @returns {Promise<{ attempts: number, error?: Error }>}
 * @throws {import("./ledger.js").LedgerError} if the end of the run can't be written: the next run
 * continues from what the ledger has
 */
export async function run({ job, ledger, rule, call, limits, stop, now, onFlush, record }) {
  const tally = new Tally({ job, ledger, now, onFlush });
  // Before any request: a ledger that can't be written records no deletion.
  tally.flush();
  const end = endOf(limits.seconds * 1_000, stop);
  let attempts = 0;
  /** The error of the last attempt, unless it succeeded. */
  let failing;
  const options = {
    ...call,
    // A longer attempt would be cut off in each run, and its error never be seen.
    timeout: Math.min(call.timeout, limits.seconds * 1_000),
    maxRetryDelay: LONGEST_DELAY_MS,
    signal: end.cut,
    onAttempt: ({ error }) => {
      attempts += 1;
      failing = error;
    },
  };
  const goesOn = () => !end.drain.aborted && !tally.broken && attempts < limits.requests;
  const ended = { isComplete: false, error: undefined };

  async function* source() {
    try {
      yield* pulled(tally.interrupted);
      if (!goesOn() || !(job.inner.isStartFound || (await seekStart()))) return;
      if (job.inner.rounds > 0) yield* again();
      const ids = idsOf({
        call: options,
        selected: selection(rule, job.cutoff),
        cursor: job.inner.cursor ?? undefined,
      });
      yield* job.dry ? counted(ids) : fresh(ids);
    } catch (error) {
      if (!end.cut.aborted) ended.error = error;
    }
  }

  /** Looks for the batch after which the old ones begin. */
  async function seekStart() {
    const { cursors } = ledger;
    const cutoff = () => job.cutoff;
    const start = await findStart({ call: options, cursors, cutoff, goesOn });
    job.inner.isStartFound = start.isFound;
    if (start.isFound) job.inner.cursor = start.cursor ?? null;
    else tally.progress += 1;
    return start.isFound;
  }

  /** The ids that failed, and may not fail again. */
  async function* again() {
    for (;;) {
      const ids = ledger.retryable(job.id, job.inner.rounds, CHUNK);
      const left = ids.filter((id) => !tally.has(id));
      if (left.length === 0) return;
      tally.take(left, { areNew: false });
      yield* pulled(left);
    }
  }

  /** The ids of the list that have not failed. */
  async function* fresh(ids) {
    let chunk = [];
    const most = () => (job.inner.limit ?? Number.POSITIVE_INFINITY) - job.listed - chunk.length;
    for await (const id of ids) {
      if (most() <= 0 || !goesOn()) break;
      if (tally.knows(id)) continue;
      chunk.push(id);
      if (chunk.length === CHUNK) {
        yield* taken(chunk);
        chunk = [];
      }
    }
    if (!goesOn()) return;
    yield* taken(chunk);
    ended.isComplete = goesOn();
  }

  async function* taken(chunk) {
    tally.take(chunk, { areNew: true });
    yield* pulled(chunk);
  }

  function* pulled(ids) {
    for (const id of ids) {
      if (!goesOn()) return;
      tally.pull(id);
      yield id;
    }
  }

  /** A dry run counts, and continues after the last batch that it has seen. */
  async function* counted(ids) {
    for await (const id of ids) {
      tally.count(id);
      if (!goesOn()) return;
    }
    ended.isComplete = true;
    yield* [];
  }

  try {
    const report = await deleteBatches(source(), {
      ...options,
      concurrency: CONCURRENCY,
      onProgress: ({ outcome }) => tally.settle(outcome),
    });
    ended.error ??= report.stopped;
    if (report.stopped) ended.isComplete = false;
    // No request was sent for an id without an outcome.
    tally.nothingIsSent();
  } catch (error) {
    if (!isBatchError(error) && !end.cut.aborted) throw error;
    ended.isComplete = false;
    if (!end.cut.aborted) ended.error = error;
    // The limiter waits, or a retry does. The job waits instead, and its last error says why.
    else if (failing && isPassing(failing)) ended.error ??= failing;
  } finally {
    end.clear();
  }
  if (tally.broken) {
    ended.error ??= tally.broken;
    ended.isComplete = false;
  }
  const result = {
    ...ended,
    isStopped: stop.aborted,
    progress: tally.progress,
    passing: ledger.countPassing(job.id),
  };
  const following = next(job.inner, result, now());
  // A later run would send them again.
  if (following.isLast) await checkUncertain(tally, { ...options, signal: undefined });
  Object.assign(job, following.job);
  Object.assign(job.inner, following.inner);
  const { isLast, isSuspended } = following;
  const { error } = ended;
  tally.close({ isLast, record: () => record(job, { error, isSuspended }) });
  return { attempts, error };
}

/**
 * The end of a run, when its time is over or the job is stopped: `drain` is aborted then, so that no
 * id is pulled any more; `cut` is aborted a second later, and ends the requests and waits that are left.
 */
function endOf(ms, stop) {
  const [drain, cut] = [new AbortController(), new AbortController()];
  let grace;
  const begin = () => {
    if (drain.signal.aborted) return;
    drain.abort();
    grace = setTimeout(() => cut.abort(), GRACE_MS);
  };
  const timer = setTimeout(begin, ms);
  if (stop.aborted) begin();
  else stop.addEventListener("abort", begin, { once: true });
  const clear = () => {
    clearTimeout(timer);
    clearTimeout(grace);
    stop.removeEventListener("abort", begin);
  };
  return { drain: drain.signal, cut: cut.signal, clear };
}

/** Retrieves each batch whose request was ended in the middle, to learn whether it is gone. */
async function checkUncertain(tally, options) {
  const ids = tally.uncertain();
  const check = async () => {
    for (let id = ids.pop(); id; id = ids.pop()) {
      try {
        await retrieveBatch(id, { ...options, maxRetries: 1, totalTimeout: 5_000 });
        tally.giveBack(id);
      } catch (error) {
        if (error.code === "not_found") tally.settle({ id, status: "deleted" });
        else tally.settle({ id, status: "failed", error, mayBeGone: true });
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, check));
}
