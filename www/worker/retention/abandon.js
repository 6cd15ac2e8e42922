// Ends a job that can't continue, without a request.

import { deletion } from "../record/entries.js";

/** The failure of a batch whose deletion was interrupted, after the last run of its job. */
export const UNKNOWN = {
  code: "interrupted",
  message: "whether it was deleted is unknown: a run was interrupted, and its job did not continue",
  maybeApplied: true,
};

/**
 * Records the job as failed or stopped. Each batch that an interrupted run had in hand may be deleted or not, so it
 * becomes one of the job's failures: listed is still the sum of deleted, missing and failed.
 * @param {object} given
 * @param {import("./ledger.js").Ledger} given.ledger
 * @param {number} given.id of the job
 * @param {"failed" | "stopped"} given.state
 * @param {object} given.lastError why it ends
 * @param {number} given.now in milliseconds since 1970
 * @param {(entries: object[]) => void} given.append writes entries of the record
 * @param {(job: object) => void} given.record further writes of the same transaction
 * @returns {object} the job
 */
export function abandon({ ledger, id, state, lastError, now, append, record }) {
  return ledger.transaction(() => {
    const job = ledger.job(id);
    const totals = ledger.totals();
    const { code } = lastError;
    const error = { ...UNKNOWN, code };
    const inHand = ledger.get("inHand") ?? [];
    append(inHand.map((batch) => deletion(job, { id: batch, status: "failed", error })));
    for (const batch of inHand) {
      if (ledger.failure(id, batch)) continue;
      ledger.fail(id, batch, { ...error, passing: false, mayBeGone: true });
      job.failed += 1;
      totals.failed[code] = (totals.failed[code] ?? 0) + 1;
    }
    ledger.set("totals", totals);
    Object.assign(job, { state, nextRunAt: null, finishedAt: now, lastError });
    ledger.save(job);
    record(job);
    return job;
  });
}
