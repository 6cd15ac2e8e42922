// A job, as the ledger keeps it and as clients see it. Times are milliseconds since 1970.

/**
 * @param {object} given
 * @param {{ days: number, by: "created" | "ended" }} given.rule
 * @param {number} given.cutoff nothing that is younger is deleted
 * @param {number} [given.limit] nothing beyond that many is deleted
 * @param {string} given.fingerprint of the credential
 * @param {object} given.found the result of the count that came before
 */
export function newJob({ rule, cutoff, limit, found, startedBy, dry, now, fingerprint }) {
  return {
    rule,
    cutoff,
    expected: limit ?? (found.isCapped ? null : found.count),
    oldest: found.oldest,
    newest: found.newest,
    sample: found.sample,
    unjudged: found.unjudged,
    unjudgedTotal: found.unjudgedTotal,
    dry,
    startedBy,
    startedAt: now,
    state: "running",
    listed: 0,
    deleted: 0,
    missing: 0,
    failed: 0,
    /** Selected batches that are on hold. */
    held: 0,
    lastError: null,
    nextRunAt: now,
    finishedAt: null,
    inner: {
      fingerprint,
      limit: limit ?? null,
      /** True if the old batches begin at `cursor`. In a dry run, `cursor` is the progress. */
      isStartFound: found.isFound,
      cursor: found.cursor ?? null,
      rounds: 0,
      idleRuns: 0,
      lastProgressAt: now,
    },
  };
}

/** The job without the fields that only the next run needs. */
export function visible({ inner: _, ...job }) {
  return job;
}
