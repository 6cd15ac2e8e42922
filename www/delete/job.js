// A deletion of many batches, by the package's `deleteBatches`.

import { removeAll } from "../app/api.js";
import { logAttempt } from "../app/attempts.js";
import { jobOptions } from "../app/options.js";
import { isSignedOut, problem } from "../app/problem.js";
import { isUnderWay } from "../list/batch.js";
import { touched } from "../list/selection.js";
import { addResult } from "./receipts.js";
import { keepJob } from "./resume.js";

const TOO_MANY = 429;

/**
 * Starts at once.
 * @param {import("../list/batch.js").Batch[]} batches just these are deleted
 * @param {"reject" | "wait" | "cancel"} ifProcessing
 * @param {() => void} onChange a batch has another outcome
 */
export function startJob(batches, ifProcessing, onChange) {
  const [drain, cut] = [new AbortController(), new AbortController()];
  const job = {
    batches,
    total: batches.length,
    done: 0,
    deleted: 0,
    missing: 0,
    failed: 0,
    /** Failures whose batches may be deleted. */
    inDoubt: 0,
    /** The outcomes per second at the time of the last one. */
    rate: 0,
    at: Date.now(),
    pausedUntil: 0,
    startedAt: Date.now(),
    /** Why it ended early. */
    error: undefined,
    isStopped: () => drain.signal.aborted,
    isCut: () => cut.signal.aborted,
    /** Lets the requests in flight end; cuts them off if it is called again. */
    stop: () => (drain.signal.aborted ? cut : drain).abort(),
  };
  const signals = { drain: drain.signal, signal: cut.signal };
  job.ended = run(job, { ...jobOptions(), ...signals, ifProcessing }, onChange);
  return job;
}

async function run(job, options, onChange) {
  const { batches } = job;
  const kept = keepJob(batches.map(({ id }) => id));
  const become = (batch, outcome) => {
    batch.outcome = outcome;
    touched.set([batch]);
  };
  /** The package pulls an id as soon as a request can be sent for it. */
  function* pulled() {
    for (const batch of batches) {
      become(batch, { status: "deleting" });
      yield batch.id;
    }
  }
  for (const batch of batches) batch.outcome = { status: "queued" };
  touched.set(batches);
  const settle = ({ index, status, error, requestId }) => {
    const batch = batches[index];
    job.done += 1;
    job[status] += 1;
    if (error?.maybeApplied) job.inDoubt += 1;
    addResult(batch.id, { status, error, requestId });
    kept.done(index);
    become(batch, { status, error, at: Date.now() });
    onChange();
  };
  const checks = [];
  /** A batch whose request was not let in is unsent. */
  const check = async (outcome) => {
    if (!(await isSignedOut(outcome.error))) settle(outcome);
  };
  const unlisten = problem.listen((found) => found && !job.isStopped() && job.stop());
  const onProgress = ({ outcome, pausedUntil, ratePerSecond }) => {
    Object.assign(job, { rate: ratePerSecond, at: Date.now() });
    if (pausedUntil) job.pausedUntil = pausedUntil;
    if (outcome.error) checks.push(check(outcome));
    else settle(outcome);
  };
  const onAttempt = (attempt) => {
    const { status, delayMs } = attempt;
    if (status === TOO_MANY && delayMs) job.pausedUntil = Date.now() + delayMs;
    logAttempt("", attempt);
  };
  try {
    job.error = (await removeAll(pulled(), { ...options, onProgress, onAttempt })).stopped;
  } catch (error) {
    if (!options.signal.aborted) job.error = error;
  }
  await Promise.all(checks);
  unlisten();
  const unsent = batches.filter(isUnderWay);
  for (const batch of unsent) batch.outcome = undefined;
  touched.set(unsent);
  await kept.end(unsent.length > 0);
}
