// Lines of the log, and a webhook for failures.

const TIMEOUT_MS = 10_000;

/** One line of JSON. `wrangler tail` and the dashboard can filter by its fields. */
export function log(event, fields) {
  const line = JSON.stringify({ event, ...fields });
  if (event.endsWith("failed") || event.endsWith("problem")) console.error(line);
  else console.log(line);
}

/** A run that has ended, and each kind of failure of an ended job. */
export function logRun({ workspace, job, attempts, ms, failures, head }) {
  const { id, state, dry, listed, deleted, missing, failed, expected, startedBy } = job;
  const { oldest, newest, unjudgedTotal } = job;
  const counts = { listed, deleted, missing, failed, expected, oldest, newest, unjudgedTotal };
  log("retention.run", {
    workspace,
    job: id,
    state,
    dry,
    ...counts,
    attempts,
    ms,
    startedBy,
    head,
  });
  for (const { code, count, batches } of failures) {
    const [{ message, requestId }] = batches;
    log("retention.batches_failed", { workspace, job: id, code, count, message, requestId, head });
  }
}

/** Posts a failure to the webhook. It never rejects: the job does not depend on it. */
export async function alert(url, fields) {
  if (!url) return;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) log("alert.failed", { status: response.status, head: fields.head });
  } catch (error) {
    log("alert.failed", { message: error.message, head: fields.head });
  }
}
