// A deletion of many batches, by the package's `deleteBatches`.

import { removeAll, retrieve } from "./api.js";
import { logAttempt } from "./log.js";
import { addResult } from "./results.js";
import { jobOptions, requestOptions } from "./settings.js";

/** How long a request that was given up may take to have its effect. */
const SETTLE_MS = 500;
const TOO_MANY = 429;
/** How many are looked at together. */
const AT_ONCE = 8;

/**
 * Starts at once.
 * @param {import("./batch.js").Batch[]} batches just these are deleted
 * @param {"reject" | "wait" | "cancel"} ifProcessing
 * @param {(changed?: object) => void} onChange with a batch that has an outcome now
 */
export function startJob(batches, ifProcessing, onChange) {
  const controller = new AbortController();
  const { signal } = controller;
  const job = {
    total: batches.length,
    done: 0,
    deleted: 0,
    missing: 0,
    failed: 0,
    /** Those whose deletion may have had its effect when the job was stopped. */
    unsure: 0,
    rate: 0,
    pausedUntil: 0,
    startedAt: Date.now(),
    isStopped: false,
    isEnded: false,
    /** Why it ended before its time. */
    error: undefined,
    stop: () => controller.abort(),
    unsent: () => job.total - job.done - job.unsure,
  };
  const pulled = new Map();
  for (const batch of batches) batch.outcome = { status: "queued" };

  function* ids() {
    for (const batch of batches) {
      pulled.set(batch.id, batch);
      yield batch.id;
    }
  }

  function onProgress({ outcome, pausedUntil, ratePerSecond }) {
    const { id, status, error } = outcome;
    Object.assign(job, { rate: ratePerSecond, pausedUntil: pausedUntil ?? 0 });
    settle(pulled.get(id), { status, error });
  }

  function onAttempt(attempt) {
    const { status, delayMs } = attempt;
    if (status === TOO_MANY && delayMs) job.pausedUntil = Date.now() + delayMs;
    logAttempt("", attempt);
  }

  function settle(batch, outcome) {
    batch.outcome = outcome;
    job.done += 1;
    job[outcome.status] += 1;
    addResult(batch.id, outcome);
    onChange(batch);
  }

  job.ended = run();
  return job;

  async function run() {
    try {
      const options = { ...jobOptions(), ifProcessing, signal, onProgress, onAttempt };
      const report = await removeAll(ids(), options);
      job.error = report.stopped;
    } catch (error) {
      job.isStopped = signal.aborted;
      if (!job.isStopped) job.error = error;
    }
    const open = batches.filter(({ outcome }) => outcome?.status === "queued");
    const unsure = open.filter(({ id }) => pulled.has(id));
    job.unsure = unsure.length;
    for (const batch of open) {
      batch.outcome = pulled.has(batch.id) ? { status: "unsure" } : undefined;
      onChange(batch);
    }
    job.isEnded = true;
    onChange();
    const lost = batches.filter(({ outcome }) => outcome?.error?.maybeApplied);
    const doubtful = [...unsure, ...lost];
    if (doubtful.length === 0) return;
    await new Promise((go) => setTimeout(go, SETTLE_MS));
    while (doubtful.length > 0) await Promise.all(doubtful.splice(0, AT_ONCE).map(look));
    onChange();
  }

  /** Whether a batch is gone after all. */
  async function look(batch) {
    try {
      await retrieve(batch.id, requestOptions());
      if (batch.outcome.error) return;
      batch.outcome = undefined;
      job.unsure -= 1;
      onChange(batch);
    } catch ({ code }) {
      if (code !== "not_found") return;
      if (batch.outcome.error) {
        job.failed -= 1;
        job.done -= 1;
      } else {
        job.unsure -= 1;
      }
      settle(batch, { status: "deleted" });
    }
  }
}
