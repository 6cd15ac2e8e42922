// Retention: a sweep lists what is too old and puts the ids on a queue; the queue's consumer
// deletes them. A sweep that ends in the middle, and a message that comes twice, do no harm: what
// is left is found by the next one, and what is gone already counts as done.

import { deleteBatches, listBatches } from "delete-message-batch";
import { api } from "./api.js";

/** What one sweep takes on, unless SWEEP_LIMIT says otherwise. The next one goes on with the rest. */
const SWEEP_LIMIT = 50_000;
/** Cloudflare opens no more connections at once for one invocation. */
const CONCURRENCY = 6;
/** The most messages that a queue takes at once. */
const SEND_AT_ONCE = 100;
/** The longest delay that a queue knows: 12 hours. */
const MAX_DELAY_S = 43_200;

/** After how many days a batch is deleted; undefined where none ever is. */
export function retentionDays(env) {
  const days = Number(env.RETENTION_DAYS || Number.NaN);
  return Number.isInteger(days) && days >= 1 ? days : undefined;
}

/** Batches that have ended and are too old. */
function tooOld(env) {
  const days = retentionDays(env);
  if (!days) throw new Error("RETENTION_DAYS is no number of days from 1");
  return listBatches({
    ...api(env),
    createdBefore: `${days}d`,
    status: "ended",
    pageSize: 1_000,
    limit: Number(env.SWEEP_LIMIT) || SWEEP_LIMIT,
  });
}

/** How many a sweep would put on the queue. */
export async function whatIsOld(env) {
  let count = 0;
  for await (const _ of tooOld(env)) count += 1;
  return { days: retentionDays(env), count };
}

/** Puts the ids of all that is too old on the queue. */
export async function sweep(env) {
  let queued = 0;
  let ids = [];
  const send = async () => {
    await env.DELETIONS.sendBatch(ids.map((id) => ({ body: { id } })));
    queued += ids.length;
    ids = [];
  };
  for await (const { id } of tooOld(env)) {
    ids.push(id);
    if (ids.length === SEND_AT_ONCE) await send();
  }
  if (ids.length > 0) await send();
  return { days: retentionDays(env), queued };
}

/** The queue's consumer. Each message is settled by itself, as soon as its batch is. */
export async function deleteQueued({ messages }, env) {
  const waiting = new Map();
  for (const message of messages) {
    const id = message.body?.id;
    // What is no message of ours is tried again, and so ends up with those that failed.
    if (typeof id !== "string") message.retry();
    else waiting.set(id, [...(waiting.get(id) ?? []), message]);
  }
  const { stopped } = await deleteBatches(waiting.keys(), {
    ...api(env),
    concurrency: CONCURRENCY,
    // A longer wait is the queue's, not this call's.
    maxRetryDelay: 20_000,
    onProgress: ({ outcome: { id, error } }) => {
      for (const message of waiting.get(id)) settle(message, error);
      waiting.delete(id);
    },
  });
  // What was not sent, because the job stopped. A message that is neither acknowledged nor tried
  // again counts as done.
  const unsent = stopped ?? new Error("it was not sent");
  for (const message of [...waiting.values()].flat()) settle(message, unsent);
}

function settle(message, error) {
  if (!error) {
    message.ack();
    return;
  }
  console.warn(`not deleted: ${error.message}`);
  // As the API says, else longer each time.
  const wait = error.retryAfterMs ?? 1_000 * 2 ** message.attempts;
  message.retry({ delaySeconds: Math.min(Math.ceil(wait / 1_000), MAX_DELAY_S) });
}
