// A deletion of many batches, by the package's `deleteBatches`.

import { removeAll } from "./api.js";
import { logAttempt } from "./log.js";
import { addResult } from "./results.js";
import { jobOptions } from "./settings.js";

const TOO_MANY = 429;

/**
 * Starts at once.
 * @param {import("./batch.js").Batch[]} batches just these are deleted
 * @param {"reject" | "wait" | "cancel"} ifProcessing
 * @param {(batch: object) => void} onChange with a batch that has another outcome now
 */
export function startJob(batches, ifProcessing, onChange) {
  const [drain, cut] = [new AbortController(), new AbortController()];
  const job = {
    total: batches.length,
    done: 0,
    deleted: 0,
    missing: 0,
    failed: 0,
    /** Failures whose batches may be deleted. */
    inDoubt: 0,
    rate: 0,
    pausedUntil: 0,
    startedAt: Date.now(),
    /** Why it ended before its time. */
    error: undefined,
    isStopped: () => drain.signal.aborted,
    /** Lets the requests in flight end; cuts them off if it is called again. */
    stop: () => (drain.signal.aborted ? cut : drain).abort(),
  };
  for (const batch of batches) batch.outcome = { status: "queued" };
  job.ended = run();
  return job;

  async function run() {
    const signals = { drain: drain.signal, signal: cut.signal };
    const options = { ...jobOptions(), ...signals, ifProcessing, onProgress, onAttempt };
    try {
      const ids = batches.map(({ id }) => id);
      job.error = (await removeAll(ids, options)).stopped;
    } catch (error) {
      if (!cut.signal.aborted) job.error = error;
    }
    for (const batch of batches) {
      if (batch.outcome?.status === "queued") settle(batch, undefined);
    }
  }

  function onProgress({ outcome, pausedUntil, ratePerSecond }) {
    const { index, status, error } = outcome;
    Object.assign(job, { rate: ratePerSecond, pausedUntil: pausedUntil ?? 0 });
    job.done += 1;
    job[status] += 1;
    if (error?.maybeApplied) job.inDoubt += 1;
    addResult(batches[index].id, { status, error });
    settle(batches[index], { status, error });
  }

  function onAttempt(attempt) {
    const { status, delayMs } = attempt;
    if (status === TOO_MANY && delayMs) job.pausedUntil = Date.now() + delayMs;
    logAttempt("", attempt);
  }

  function settle(batch, outcome) {
    batch.outcome = outcome;
    onChange(batch);
  }
}
