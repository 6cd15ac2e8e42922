// The entries of the record, before they have a time, a number and a hash. Fields of an entry: event, actor, id,
// outcome, requestId, code, message, created, ended, job, rule, detail. A field without a value is left out.

/** In characters. An error of a gateway may be a page of HTML. */
const LONGEST_MESSAGE = 500;

/**
 * Returns the entry about an attempt to delete a batch in a job.
 * @param {object} job
 * @param {object} outcome of the package's, `status` corrected by the job
 * @param {boolean} isInferred whether an earlier request, whose response was lost, deleted it
 */
export function deletion(job, outcome, isInferred = false) {
  const { id, status, requestId, error, created, ended } = outcome;
  const { id: number, startedBy, rule } = job;
  const failed = error && {
    outcome: error.maybeApplied ? "unknown" : "failed",
    requestId: error.requestId ?? undefined,
    code: error.code,
    message: error.message?.slice(0, LONGEST_MESSAGE),
  };
  const inferred = isInferred && { code: "response_lost" };
  const named = { event: "delete", actor: startedBy, id, outcome: status, requestId };
  return { ...named, ...inferred, ...failed, created, ended, job: number, rule };
}

export function jobStarted({ id, startedBy, rule, cutoff, expected, dry }) {
  const detail = { cutoff: new Date(cutoff).toISOString(), expected, dry };
  return { event: "start", actor: startedBy, job: id, rule, detail };
}

export const jobStopped = (job, actor, rule) => ({ event: "stop", actor, job, rule });

export function jobEnded({ id, startedBy, rule, state, ...counts }) {
  const { expected, listed, deleted, missing, failed, held, unjudgedTotal, dry, lastError } =
    counts;
  const detail = { expected, listed, deleted, missing, failed, held, unjudgedTotal, dry };
  const { code, message } = (state !== "done" && lastError) || {};
  const why = { code, message: message?.slice(0, LONGEST_MESSAGE) };
  return { event: "end", actor: startedBy, outcome: state, ...why, job: id, rule, detail };
}

export const ruleChanged = (rule, before) => ({
  ...{ event: "rule", actor: "configuration", rule, detail: { before } },
});
