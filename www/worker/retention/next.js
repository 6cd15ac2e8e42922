// The next step of a job after a run: no clock, no storage, no request.

const SECOND = 1_000;
const FIRST_WAIT = 5 * SECOND;
const LONGEST_WAIT = 900 * SECOND;
/** A job gives up after this time without progress; the next cron run starts another. */
const GIVE_UP = 86_400 * SECOND;
/** The number of runs that try a batch. */
export const TRIES = 3;

/** Failures of the configuration: a later run would fail in the same way. */
const CONFIGURED = ["invalid_option", "missing_credentials"];

/** Returns whether another try may succeed. A batch that is still processing is left to the next cron run. */
export const isPassing = ({ code, retryable, maybeApplied }) =>
  code !== "still_processing" && (retryable || maybeApplied);

/** Returns whether the API refuses the key, or the key may spend nothing. */
export const isRefused = ({ status }) => [401, 402, 403].includes(status);

/**
 * @param {object} inner of the job
 * @param {number} inner.idleRuns runs in a row without progress
 * @param {number} inner.rounds how often the list was read to its end
 * @param {number} inner.lastProgressAt when the last run with progress ended, or when the job began
 * @param {object} run
 * @param {boolean} run.isStopped whether an operator stopped the job
 * @param {boolean} run.isComplete whether the list was read to its end
 * @param {number} run.progress how many batches were deleted, or read on the way to the old ones
 * @param {number} run.passing how many failures another round may not meet
 * @param {Error} [run.error] why the list or the deletion ended early
 * @param {number} now in milliseconds since 1970
 * @returns {{ job: object, inner: object, isLast: boolean, isSuspended: boolean }} the fields of
 * the job that change; a suspended rule waits until its key works again
 */
export function next(inner, run, now) {
  const idleRuns = run.progress > 0 ? 0 : inner.idleRuns + 1;
  const rounds = inner.rounds + (run.isComplete ? 1 : 0);
  const lastProgressAt = run.progress > 0 ? now : inner.lastProgressAt;
  const following = verdict({ ...run, idleRuns, rounds, idleMs: now - lastProgressAt });
  const { state, waitMs, isSuspended = false } = following;
  const isLast = waitMs === undefined;
  return {
    job: {
      state,
      nextRunAt: isLast ? null : now + waitMs,
      finishedAt: isLast ? now : null,
    },
    inner: { idleRuns, rounds, lastProgressAt },
    isLast,
    isSuspended,
  };
}

function verdict({ isStopped, isComplete, progress, passing, error, idleRuns, rounds, idleMs }) {
  if (isStopped) return { state: "stopped" };
  if (error && isRefused(error)) return { state: "failed", isSuspended: true };
  if (error && CONFIGURED.includes(error.code)) return { state: "failed" };
  const isRead = isComplete && !error;
  if (isRead && (passing === 0 || rounds >= TRIES)) return { state: "done" };
  if (idleMs > GIVE_UP) return { state: "failed" };
  if (error?.retryAfterMs) return wait(Math.max(error.retryAfterMs, SECOND));
  if (isRead) return wait(backoff(rounds));
  return progress > 0 && !error ? { state: "running", waitMs: 0 } : wait(backoff(idleRuns));
}

const wait = (waitMs) => ({ state: "waiting", waitMs });

const backoff = (times) => Math.min(FIRST_WAIT * 2 ** Math.max(times - 1, 0), LONGEST_WAIT);
