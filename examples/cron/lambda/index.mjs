// An AWS Lambda function that deletes old batches. Its log has a line of JSON for each batch and one for the run.

import { purgeBatches } from "delete-message-batch";

/** The time before the function is cut off in which no further request is sent: longer than one attempt. */
const RESERVE_MS = 30_000;
const TIMEOUT_MS = 20_000;

const { AWS_SESSION_TOKEN, KEY_SECRET_ID, RETENTION_DAYS } = process.env;
const EXTENSION = `http://localhost:${process.env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT ?? 2773}`;

export async function handler(_event, context) {
  const left = Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS);
  const report = await purgeBatches({
    createdBefore: `${RETENTION_DAYS}d`,
    apiKey: await readKey(),
    timeout: TIMEOUT_MS,
    // A run that has no time left ends in order; the next one deletes the rest.
    drain: AbortSignal.timeout(left),
    onProgress: ({ outcome }) => console.log(JSON.stringify(outcome)),
  });
  const { deleted, missing, failed, unsent, stopped, drained } = report;
  const counts = { deleted, missing, failed: failed.length, unsent, drained: drained === true };
  console.log(JSON.stringify(counts));
  // A thrown error counts in the metric Errors, for which an alarm is set.
  if (stopped) throw stopped;
  if (failed.length > 0)
    throw new Error(`${failed.length} not deleted: ${failed[0].error.message}`);
  return counts;
}

/** Reads the key from Secrets Manager, by AWS's Parameters and Secrets Lambda Extension. */
async function readKey() {
  const url = `${EXTENSION}/secretsmanager/get?secretId=${encodeURIComponent(KEY_SECRET_ID)}`;
  const response = await fetch(url, {
    headers: { "x-aws-parameters-secrets-token": AWS_SESSION_TOKEN },
  });
  if (!response.ok) throw new Error(`the secret can't be read: status ${response.status}`);
  return (await response.json()).SecretString;
}
