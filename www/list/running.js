// Status checks of the batches in progress that can be seen.

import { isBatchError, retrieve } from "../app/api.js";
import { requestOptions } from "../app/options.js";
import { isRunning, readBatch } from "./batch.js";
import { touched } from "./selection.js";

const EVERY_MS = 10_000;
/** The most at a time, because the checks must not use up the rate limit. */
const MOST = 8;

/** @param {() => import("./batch.js").Batch[]} shown the batches that can be seen */
export function watchRunning(shown) {
  let first = 0;
  setInterval(async () => {
    if (document.hidden || !navigator.onLine) return;
    const running = shown().filter((batch) => isRunning(batch) && !batch.deletion);
    if (first >= running.length) first = 0;
    const some = running.slice(first, first + MOST);
    first += MOST;
    for (const batch of some) await look(batch);
  }, EVERY_MS);
}

/** Brings a batch up to date. A failure leaves it as it was. */
export async function look(batch) {
  try {
    const fresh = readBatch(await retrieve(batch.id, { ...requestOptions(), maxRetries: 0 }));
    const { outcome, index } = batch;
    Object.assign(batch, fresh, { outcome, index });
  } catch (error) {
    if (!isBatchError(error) || error.code !== "not_found") return;
    batch.outcome ??= { status: "missing", at: Date.now() };
  }
  touched.set([batch]);
}
